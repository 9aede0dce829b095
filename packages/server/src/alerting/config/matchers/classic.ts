/**
 * Matchers as Alertmanager up to 0.26 reads them: names of plain letters, values with or without quotes. Source: pkg/labels/parse.go.
 */
import type { Matcher, MatchOp } from '@sightline/model';
import { createMatcher } from './create.ts';
import { MatcherError } from './matcher-error.ts';

const MATCHER = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*(.*?)[\t\n\f\r ]*$/s;

interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** @throws MatcherError */
export function parseClassicMatchers(text: string): Matcher[] {
  return splitAtCommas(text).map(parsePiece);
}

/** @throws MatcherError */
export function parseClassicMatcher(text: string): Matcher {
  return parsePiece({ text, offset: 0 });
}

/** Braces around the whole are optional; commas between quotes do not separate. */
function splitAtCommas(text: string): Piece[] {
  const from = text.startsWith('{') ? 1 : 0;
  const to = text.endsWith('}') && text.length > from ? text.length - 1 : text.length;
  const pieces: Piece[] = [];
  let isQuoted = false;
  let isEscaped = false;
  let start = from;
  for (let at = from; at < to; at++) {
    const char = text[at];
    if (char === ',' && !isQuoted) {
      pieces.push({ text: text.slice(start, at), offset: start });
      start = at + 1;
    } else if (char === '"') {
      if (!isEscaped) isQuoted = !isQuoted;
      isEscaped = false;
    } else isEscaped = char === '\\' && !isEscaped;
  }
  const last = text.slice(start, to);
  if (last.trim() !== '') pieces.push({ text: last, offset: start });
  return pieces;
}

function parsePiece({ text, offset }: Piece): Matcher {
  const match = MATCHER.exec(text);
  if (match === null) {
    throw new MatcherError('matcher_syntax', `\`${text.trim()}\` is not a matcher`, {
      offset,
      length: text.length,
      hint: 'write a label name, one of = != =~ !~, and a value in double quotes: severity="critical"',
    });
  }
  const [, name = '', op = '=', raw = ''] = match;
  const place = { offset: offset + text.lastIndexOf(raw, text.length), length: raw.length };
  return createMatcher({ name, op: op as MatchOp, value: unescapeValue(raw, place), ...place });
}

/** Only `\"`, `\n` and `\\` are escapes; any other backslash stands for itself. */
function unescapeValue(raw: string, place: { readonly offset: number; readonly length: number }): string {
  let isQuoteOpen = raw.startsWith('"');
  const from = isQuoteOpen ? 1 : 0;
  let value = '';
  for (let at = from; at < raw.length; at++) {
    const char = raw[at] as string;
    const isLast = at === raw.length - 1;
    if (char === '\\' && !isLast) {
      const next = raw[++at] as string;
      if (next === 'n') value += '\n';
      else value += next === '"' || next === '\\' ? next : `\\${next}`;
    } else if (char === '"') {
      if (!isQuoteOpen || !isLast) throw unescapedQuote(raw, place);
      isQuoteOpen = false;
    } else value += char;
  }
  if (isQuoteOpen) throw unescapedQuote(raw, place);
  return value;
}

function unescapedQuote(raw: string, place: { readonly offset: number; readonly length: number }): MatcherError {
  return new MatcherError('matcher_syntax', `a double quote stands alone in \`${raw}\``, {
    ...place,
    hint: 'put one quote at each end of the value, and write `\\"` for a quote inside it',
  });
}
