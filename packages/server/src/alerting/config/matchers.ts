/**
 * Texts of label matchers, as configuration, API and command line write them. As Alertmanager's default mode: the UTF-8 syntax, the
 * classic one where only that reads the text, and the classic meaning where the two differ. Source: Alertmanager matcher/compat.
 */
import type { Matcher } from '@sightline/model';
import { parseClassicMatcher, parseClassicMatchers } from './matchers/classic.ts';
import { MatcherError } from './matchers/matcher-error.ts';
import { parseUtf8Matchers } from './matchers/utf8.ts';

export { MatcherError } from './matchers/matcher-error.ts';

/** `classic`: only the classic syntax reads it. `disagreement`: the two syntaxes read it differently. */
export type MatcherConcern = 'classic' | 'disagreement';

export interface ReadMatchers {
  readonly matchers: readonly Matcher[];
  /** Why a coming version of Alertmanager may refuse it or read it differently. */
  readonly concern?: MatcherConcern;
}

/** Any number of matchers, separated by commas, with or without braces around. @throws MatcherError */
export function parseMatchers(text: string): readonly Matcher[] {
  return readMatchers(text).matchers;
}

/** One matcher, without braces. @throws MatcherError */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith('{') || text.endsWith('}')) {
    const offset = text.startsWith('{') ? 0 : text.length - 1;
    throw new MatcherError('matcher_syntax', `a single matcher has no braces: \`${text}\``, { offset, length: 1 });
  }
  const { matchers } = inBothSyntaxes(text, parseSingleUtf8, (single) => [parseClassicMatcher(single)]);
  return matchers[0] as Matcher;
}

/** As parseMatchers, with what will be a problem one day. @throws MatcherError */
export function readMatchers(text: string): ReadMatchers {
  return inBothSyntaxes(text, parseUtf8Matchers, parseClassicMatchers);
}

function parseSingleUtf8(text: string): Matcher[] {
  const matchers = parseUtf8Matchers(text);
  if (matchers.length === 1) return matchers;
  const message = matchers.length === 0 ? 'there is no matcher' : `expected one matcher, found ${matchers.length}`;
  throw new MatcherError('matcher_syntax', message, { offset: 0, length: text.length });
}

type Parse = (text: string) => readonly Matcher[];

function inBothSyntaxes(text: string, parseUtf8: Parse, parseClassic: Parse): ReadMatchers {
  const utf8 = attempt(text, parseUtf8);
  const classic = attempt(text, parseClassic);
  if (utf8 instanceof MatcherError) {
    if (!(classic instanceof MatcherError)) return { matchers: classic, concern: 'classic' };
    // A bad regular expression is the same in both; of bad syntax the newer parser knows the exact place.
    throw utf8;
  }
  if (classic instanceof MatcherError || isSame(utf8, classic)) return { matchers: utf8 };
  return { matchers: classic, concern: 'disagreement' };
}

function attempt(text: string, parse: Parse): readonly Matcher[] | MatcherError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof MatcherError) return error;
    throw error;
  }
}

function isSame(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((matcher, index) => isEqual(matcher, b[index]));
}

function isEqual(a: Matcher, b: Matcher | undefined): boolean {
  return b !== undefined && a.name === b.name && a.op === b.op && a.value === b.value;
}
