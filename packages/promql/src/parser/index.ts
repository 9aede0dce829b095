/** The parser's public face: text to a checked tree, or an error with its place. */
import type { Matcher } from '@sightline/model';
import { PromqlError, parseError } from '../errors.ts';
import type { Expr } from './ast.ts';
import { checkExpr } from './check.ts';
import { Parser, type ParserOptions } from './parser.ts';

export type ParseOptions = ParserOptions;

/** Longest query accepted, in UTF-16 units. */
const MAX_QUERY_LENGTH = 1_000_000;

/**
 * The checked tree of `text`.
 * @throws PromqlError parse_error in Prometheus's words, with the position
 */
export function parseExpr(text: string, options: ParseOptions = {}): Expr {
  const { expr, errors } = read(text, options);
  if (errors.length > 0) throw errors[0];
  if (expr === undefined) throw parseError(text, 0, text.length, 'unknown error');
  return expr;
}

/** Everything that is wrong with `text`; empty when it is a valid expression. A syntax mistake hides the type check. */
export function collectErrors(text: string, options: ParseOptions = {}): PromqlError[] {
  return read(text, options).errors;
}

function read(text: string, options: ParseOptions): { expr: Expr | undefined; errors: PromqlError[] } {
  if (text.length > MAX_QUERY_LENGTH) {
    const message = `query of ${text.length} characters is longer than ${MAX_QUERY_LENGTH}`;
    return { expr: undefined, errors: [parseError(text, 0, text.length, message)] };
  }
  const parser = new Parser(text, options);
  const expr = parser.parse();
  if (expr !== undefined && parser.errors.length === 0) checkExpr(text, expr, parser.errors);
  return { expr, errors: parser.errors };
}

/**
 * The matchers of a selector such as `up{job="a"}`, as the match[] parameter of the API takes it.
 * @throws PromqlError parse_error
 */
export function parseSelector(text: string): Matcher[] {
  const parser = new Parser(text);
  const selector = parser.parseSelector();
  if (selector !== undefined && parser.errors.length === 0) checkExpr(text, selector, parser.errors);
  const [first] = parser.errors;
  if (first !== undefined) throw first;
  if (selector === undefined) throw new PromqlError('parse_error', 'unknown error');
  return selector.matchers;
}
