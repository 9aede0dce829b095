/** What all sections of prometheus.yml share while they are decoded: context, warnings for parts not run, URLs, regexes. */
import { type AnchoredRegex, compileAnchored, RegexError } from '@sightline/model';
import type { Severity } from '../../lib/diagnostic.ts';
import { type Cursor, clip, type DecodeContext } from '../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { resolveAgainst } from '../file-access.ts';
import { type GoUrl, parseGoUrl } from '../go-url.ts';

export type NameScheme = 'legacy' | 'utf8';

export interface PrometheusDecode extends DecodeContext {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A path in the file, relative to the folder of the file. */
export function resolvePath(context: DecodeContext, file: string): string {
  return resolveAgainst(context.source.file, file);
}

/**
 * The path that a key names, or ''. A file that cannot be read is an error where `promtool check config` makes it one,
 * else a warning: the file may appear before it is used.
 */
export function readFileName(reader: ObjectReader, key: string, severity: Severity = 'warning'): string {
  const cursor = reader.at(key);
  const file = resolvePath(reader.cursor.context, reader.string(key));
  if (cursor === undefined || file === '' || reader.cursor.context.fileExists(file)) return file;
  const finding = {
    code: 'config/missing-file',
    message: `the file \`${file}\` does not exist or cannot be read`,
    hint: 'relative names start at the folder of the configuration file',
  };
  if (severity === 'error') cursor.error(finding);
  else cursor.warn(finding);
  return file;
}

/** Says that a part is understood and kept, but does nothing yet. */
export function warnNotRun(cursor: Cursor | undefined, what: string, hint?: string): void {
  cursor?.warn({
    code: 'prometheus/not-run',
    message: `${what} accepted but not run yet`,
    hint,
    ...(cursor.key === undefined ? {} : { span: cursor.key }),
  });
}

/** The text and parts of a URL that Go's parser accepts. */
export function readUrl(cursor: Cursor): { readonly text: string; readonly url: GoUrl } | undefined {
  const text = cursor.string('a URL');
  if (text === undefined) return undefined;
  const url = parseGoUrl(text);
  hideUser(cursor, text);
  if ('problem' in url) {
    return cursor.error({
      code: 'config/invalid-url',
      message: `\`${clip(text)}\` is not a URL: ${url.problem}`,
      hint: 'write it as `http://host:port/path`',
    });
  }
  return { text, url };
}

/** The user part of a URL may hold a password. */
export function hideUser(cursor: Cursor, text: string): void {
  const user = /\/\/([^/@]+)@/.exec(text);
  if (user === null) return;
  const { node } = cursor;
  const from = node.kind === 'scalar' ? node.textStart : undefined;
  const start = from === undefined ? undefined : from + user.index + 2;
  cursor.context.secrets.push(start === undefined ? node : { start, end: start + (user[1] ?? '').length });
}

/** Compiles a regular expression; an error points at the part of the pattern that is wrong. */
export function readRegex(cursor: Cursor): AnchoredRegex | undefined {
  const text = cursor.string('a regular expression');
  if (text === undefined) return undefined;
  try {
    return compileAnchored(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const { reason, offset, length } = locateRegexError(text, error.message);
    const { node } = cursor;
    const textStart = node.kind === 'scalar' ? node.textStart : undefined;
    return cursor.error({
      code: 'config/invalid-regex',
      message: `invalid regular expression: ${reason}`,
      hint: regexHint(reason, text.slice(offset, offset + length)),
      ...(textStart === undefined
        ? {}
        : { span: { start: textStart + offset, end: textStart + offset + Math.max(1, length) } }),
    });
  }
}

/** A RegexError in plain words, with the fix when there is a usual one. */
export function explainRegexError(pattern: string, error: RegexError): { message: string; hint: string | undefined } {
  const { reason, offset, length } = locateRegexError(pattern, error.message);
  const hint = regexHint(reason, pattern.slice(offset, offset + length));
  return { message: `invalid regular expression: ${reason}`, hint };
}

/** RE2 names the offending fragment; for a group that is never closed it names the whole pattern. */
function locateRegexError(pattern: string, message: string): { reason: string; offset: number; length: number } {
  const match = /^(?:error parsing regexp: )?(.*?)(?:: `(.*)`)?$/s.exec(message);
  const reason = match?.[1] ?? message;
  const fragment = match?.[2] ?? '';
  if (/missing closing \)/.test(reason)) return { reason, offset: unclosedGroup(pattern), length: 1 };
  if (/unexpected \)/.test(reason)) return { reason, offset: unopenedGroup(pattern), length: 1 };
  if (/missing closing \]/.test(reason)) {
    // The fragment goes on to the end of the anchored pattern.
    const open = pattern.indexOf(fragment.replace(/\)\$$/, ''));
    return { reason, offset: Math.max(0, open), length: 1 };
  }
  const offset = fragment === '' ? -1 : pattern.indexOf(fragment);
  return offset === -1 ? { reason, offset: 0, length: pattern.length } : { reason, offset, length: fragment.length };
}

function unclosedGroup(pattern: string): number {
  const open: number[] = [];
  eachBracket(pattern, (char, index) => {
    if (char === '(') open.push(index);
    else open.pop();
  });
  return open[open.length - 1] ?? 0;
}

function unopenedGroup(pattern: string): number {
  let depth = 0;
  let found = 0;
  eachBracket(pattern, (char, index) => {
    depth += char === '(' ? 1 : -1;
    if (depth === -1 && found === 0) found = index;
  });
  return found;
}

/** Calls back for each round bracket that is neither escaped nor in a character class. */
function eachBracket(pattern: string, visit: (char: '(' | ')', index: number) => void): void {
  let isInClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (!isInClass && (char === '(' || char === ')')) visit(char, i);
  }
}

function regexHint(reason: string, fragment: string): string | undefined {
  if (/missing closing \)/.test(reason)) return 'close the group, or write `\\(` for a bracket in the text';
  if (/unexpected \)/.test(reason)) return 'remove the bracket, or write `\\)` for a bracket in the text';
  if (/missing closing \]/.test(reason)) return 'close the character class, or write `\\[` for a bracket in the text';
  if (/missing argument to repetition/.test(reason))
    return `write \`.${fragment}\` for any text, or \`\\${fragment}\` for the character itself`;
  if (/invalid or unsupported Perl syntax/.test(reason))
    return 'look-ahead, look-behind and back-references do not exist in RE2';
  return undefined;
}

/** The listed keys that are given, in the order of the list. */
export function givenKeys(reader: ObjectReader, keys: readonly string[]): string[] {
  return keys.filter((key) => {
    const cursor = reader.given(key);
    return cursor !== undefined && !(cursor.node.kind === 'scalar' && cursor.node.text === '');
  });
}

/** Reports when more than one of the keys is given, at the last of them. */
export function atMostOne(reader: ObjectReader, keys: readonly string[], hint?: string): void {
  const given = givenKeys(reader, keys);
  const last = given[given.length - 1];
  if (given.length < 2 || last === undefined) return;
  const cursor = reader.at(last);
  cursor?.error({
    code: 'config/exclusive-keys',
    message: `${given.map((key) => `\`${key}\``).join(' and ')} cannot be given together`,
    hint: hint ?? 'keep one of them',
    ...(cursor.key === undefined ? {} : { span: cursor.key }),
  });
}

/** Reports a required key that is missing or empty; true when it is there. */
export function requireKey(reader: ObjectReader, key: string, hint?: string): boolean {
  const cursor = reader.given(key);
  const isEmpty =
    cursor === undefined ||
    (cursor.node.kind === 'scalar' && cursor.node.text === '') ||
    (cursor.node.kind === 'list' && cursor.node.items.length === 0);
  if (!isEmpty) return true;
  const place = reader.at(key) ?? reader.cursor;
  const { key: keyNode, node } = place;
  const span = keyNode ?? (node.kind === 'map' ? node.entries[0]?.key : undefined);
  place.error({
    code: 'config/missing-key',
    message: cursor === undefined && reader.at(key) === undefined ? `\`${key}\` is missing` : `\`${key}\` is empty`,
    hint,
    ...(span === undefined ? {} : { span }),
  });
  return false;
}

export function isValidLabelName(name: string, scheme: NameScheme): boolean {
  return scheme === 'utf8' ? name.length > 0 : /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
