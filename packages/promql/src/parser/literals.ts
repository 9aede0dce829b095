/** The values of number, duration and string tokens, by Go's rules (strconv.ParseInt base 0, ParseFloat, Unquote). */
import { parseDurationMs, quote } from '@sightline/model';

/** A number as Go writes it: underscores between digits only. */
const NUMBER =
  /^(?:0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?)$/;

/** NaN for `NaN`; otherwise the reason of Go's strconv why the text is none: `invalid syntax` or `value out of range`. */
export function numberValue(text: string): number | string {
  const lower = text.toLowerCase().replaceAll('_', '');
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  if (!NUMBER.test(text)) return 'invalid syntax';
  // A leading zero means octal, unless a digit above 7 makes it a decimal number after all.
  if (/^0[0-7]+$/.test(lower)) return Number.parseInt(lower, 8);
  const value = Number(lower);
  return Number.isFinite(value) ? value : 'value out of range';
}

/** Milliseconds, or the message of Prometheus for a bad duration. */
export function durationValue(text: string): number | string {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  return /^(?:[0-9]+(?:ms|[smhdwy]))+$/.test(text) && isOrdered(text)
    ? 'duration out of range'
    : `not a valid duration string: ${quote(text)}`;
}

function isOrdered(text: string): boolean {
  const order = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];
  const units = [...text.matchAll(/[0-9]+(ms|[smhdwy])/g)].map((match) => order.indexOf(match[1] as string));
  return units.every((unit, index) => index === 0 || unit > (units[index - 1] as number));
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text of a string token, whose escapes the lexer has checked. Bytes above 0x7f written by \x or octal are decoded as UTF-8. */
export function stringValue(token: string): string {
  const body = token.slice(1, -1);
  if (token[0] === '`' || !body.includes('\\')) return body;
  let hasBytes = false;
  const parts = body.replace(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gsu,
    (_, hex, octal, short, long, plain) => {
      if (plain !== undefined) return SIMPLE[plain] ?? plain;
      if (short !== undefined || long !== undefined) return String.fromCodePoint(Number.parseInt(short ?? long, 16));
      const byte = hex !== undefined ? Number.parseInt(hex, 16) : Number.parseInt(octal, 8);
      if (byte < 0x80) return String.fromCharCode(byte);
      hasBytes = true;
      // Marked by a lone surrogate, which text cannot hold, and decoded below.
      return String.fromCharCode(0xdc00 + byte);
    },
  );
  return hasBytes ? decodeMarkedBytes(parts) : parts;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decodeMarkedBytes(text: string): string {
  return text.replace(/(?<![\ud800-\udbff])[\udc80-\udcff]+/g, (run) => {
    try {
      return UTF8.decode(Uint8Array.from(run, (char) => char.charCodeAt(0) - 0xdc00));
    } catch {
      // No UTF-8: the surrogates stay, and make the text one that is no name.
      return run;
    }
  });
}
