/** Functions on text that Prometheus and Alertmanager share. */
import { compileSearch, RegexError, type SearchRegex } from '@sightline/model';
import { FunctionError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import { MAX_FORMATTED } from '../format/leaf.ts';
import type { GoType } from '../value/types.ts';

const MAX_CACHED = 200;
const compiled = new Map<string, SearchRegex>();

function search(pattern: string): SearchRegex {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const regex = compileSearch(pattern);
  if (compiled.size >= MAX_CACHED) compiled.clear();
  compiled.set(pattern, regex);
  return regex;
}

/** regexp.MatchString */
export function matches(pattern: string, text: string): boolean {
  try {
    return search(pattern).test(text);
  } catch (error) {
    if (error instanceof RegexError) throw new FunctionError(error.message);
    throw error;
  }
}

/** regexp.MustCompile(pattern).ReplaceAllString(text, replacement) */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  try {
    return search(pattern).replaceAll(text, replacement, MAX_FORMATTED);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    if (error.code === 'regex_result_too_long') throw new FunctionError(error.message);
    const shown = /[`\p{Cc}]/u.test(pattern.replaceAll('\t', '')) ? quote(pattern) : `\`${pattern}\``;
    throw new FunctionError(`regexp: Compile(${shown}): ${error.message}`);
  }
}

/** strings.ToUpper: each character by itself, so ß stays. */
export function toUpper(text: string): string {
  return mapChars(text, (char) => char.toUpperCase());
}

/** strings.ToLower */
export function toLower(text: string): string {
  return mapChars(text, (char) => (char === 'İ' ? 'i' : char.toLowerCase()));
}

function mapChars(text: string, map: (char: string) => string): string {
  let out = '';
  for (const char of text) {
    const mapped = map(char);
    out += [...mapped].length === 1 ? mapped : char;
  }
  return out;
}

/** The function's text argument; the executor has checked its type. */
export function textArgument(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export const SAFE_HTML: GoType = { kind: 'string', name: 'template.HTML' };
export const SAFE_URL: GoType = { kind: 'string', name: 'template.URL' };
