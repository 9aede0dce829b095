/**
 * Byte scanners that both exposition formats share. Each takes a position and returns the next one; the body always ends
 * with a newline that no scanner but the one for quoted text passes, so only that one tests for the end.
 */
import { isUtf8 } from 'node:buffer';
import { expositionError, foundAt } from './exposition-error.ts';

export const NUL = 0;
export const TAB = 9;
export const LF = 10;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const OPEN = 123;
export const CLOSE = 125;

const LETTER = 1;
const COLON = 2;
const DIGIT = 4;
const VALUE_END = 8;
const NAME = LETTER | COLON | DIGIT;

const CLASSES = new Uint8Array(256);
for (const [from, to] of ['az', 'AZ', '__']) {
  CLASSES.fill(LETTER, (from as string).charCodeAt(0), (to as string).charCodeAt(0) + 1);
}
CLASSES[58] = COLON;
CLASSES.fill(DIGIT, 48, 58);
for (const byte of [NUL, TAB, LF, SPACE, OPEN]) CLASSES[byte] = VALUE_END;

/** 1 for the bytes of a quoted text that need no thought: ASCII but for quote, backslash, newline and NUL. */
const PLAIN = new Uint8Array(256).fill(1, 1, 128);
PLAIN[LF] = PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;

export function isMetricNameStart(byte: number): boolean {
  return ((CLASSES[byte] as number) & (LETTER | COLON)) !== 0;
}

export function isLabelNameStart(byte: number): boolean {
  return CLASSES[byte] === LETTER;
}

/** Past `[a-zA-Z0-9_:]*`. */
export function skipMetricName(body: Uint8Array, at: number): number {
  let i = at;
  while (((CLASSES[body[i] as number] as number) & NAME) !== 0) i++;
  return i;
}

/** Past `[a-zA-Z0-9_]*`. */
export function skipLabelName(body: Uint8Array, at: number): number {
  let i = at;
  while (((CLASSES[body[i] as number] as number) & (LETTER | DIGIT)) !== 0) i++;
  return i;
}

/** Up to the blank, newline, brace or NUL that ends a value of the text format. */
export function skipValue(body: Uint8Array, at: number): number {
  let i = at;
  while (CLASSES[body[i] as number] !== VALUE_END) i++;
  return i;
}

/** Past spaces and tabs. */
export function skipBlanks(body: Uint8Array, at: number): number {
  let i = at;
  while (body[i] === SPACE || body[i] === TAB) i++;
  return i;
}

/** Which bytes a quoted text may hold; they differ by place because the states of Prometheus's lexers do. */
export interface QuotedRule {
  readonly allowsNewline: boolean;
  /** NUL bytes count as text, also directly after the closing quote. */
  readonly allowsNul: boolean;
  /** For messages: `label value`. */
  readonly what: string;
}

/**
 * Past the quoted text that begins at `at` with a quote.
 * @throws ExpositionError when it does not end, or is not UTF-8
 */
export function skipQuoted(body: Buffer, at: number, rule: QuotedRule): number {
  let i = at + 1;
  while (PLAIN[body[i] as number] === 1) i++;
  return body[i] === QUOTE && body[i + 1] !== NUL ? i + 1 : skipSpecial(body, at, rule);
}

function skipSpecial(body: Buffer, at: number, rule: QuotedRule): number {
  const end = body.length;
  let high = 0;
  let i = at + 1;
  for (;;) {
    let c = i < end ? (body[i] as number) : LF;
    if (c === QUOTE) break;
    if (c === BACKSLASH) {
      i++;
      while (rule.allowsNul && body[i] === NUL) i++;
      c = i < end ? (body[i] as number) : LF;
      if (c === LF) throw unterminated(body, at, rule);
    }
    if ((c === LF && (!rule.allowsNewline || i >= end)) || (c === NUL && !rule.allowsNul)) {
      throw unterminated(body, at, rule);
    }
    high |= c;
    i++;
  }
  i++;
  while (rule.allowsNul && body[i] === NUL) i++;
  if ((high & 0x80) !== 0 && !isUtf8(body.subarray(at, i))) {
    throw expositionError(body, at, 'exposition_utf8', `the ${rule.what} is not valid UTF-8`);
  }
  return i;
}

function unterminated(body: Buffer, at: number, rule: QuotedRule): Error {
  return expositionError(
    body,
    at,
    'exposition_syntax',
    `expected a ${rule.what} in double quotes, found ${foundAt(body, at)}`,
  );
}

/** `\"`, `\\` and `\n` replaced; any other backslash stays. */
export function unescapeLabelValue(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char)) : text;
}

/** HELP of the text format: a quote is not escaped there. */
export function unescapeHelp(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char)) : text;
}

/**
 * Past `word` at `at`, or -1 when something else stands there. NUL bytes within and behind it are passed over, as the lexers
 * pass over them in comments.
 */
export function skipKeyword(body: Uint8Array, at: number, word: string): number {
  let i = at;
  for (let k = 0; k < word.length; k++) {
    if (body[i] !== word.charCodeAt(k)) return -1;
    i = skipNul(body, i + 1);
  }
  return i;
}

export function skipNul(body: Uint8Array, at: number): number {
  let i = at;
  while (body[i] === NUL) i++;
  return i;
}
