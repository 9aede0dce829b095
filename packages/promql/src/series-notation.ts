/**
 * Series notation of rule tests and test scripts: `name{label="value"} 1 2+3x4 _ _x3 stale NaN`. `a+bxN` and `axN` give
 * N + 1 values, `_xN` gives N gaps. What Prometheus's lexer refuses is refused here too: `NaNx5` (one word to it), hexadecimal
 * (`0x10` is ten times 0), underscores in numbers. Source: Prometheus's rule unit test documentation and promql/parser.
 */
import { Labels } from '@sightline/model';
import { parseError, PromqlError } from './errors.ts';
import { numberValue } from './parser/literals.ts';
import { Parser } from './parser/parser.ts';

export type SeriesValue = number | 'stale' | undefined;

export interface SeriesLine {
  readonly labels: Labels;
  /** undefined is a gap. */
  readonly values: readonly SeriesValue[];
}

/** A run of values as it is written. */
export type SeriesItem =
  | { readonly kind: 'gap'; readonly count: number }
  | { readonly kind: 'stale' }
  /** `count` values: first, first + step ... */
  | { readonly kind: 'values'; readonly first: number; readonly step: number; readonly count: number };

/** Most values that `parseSeriesLine` gives for one item. */
const MAX_REPEAT = 1_000_000;

/** Labels and all values of a line of a test script, where `NaNx5` is allowed. @throws PromqlError parse_error */
export function parseSeriesLine(line: string): SeriesLine {
  const split = labelEnd(line);
  const items = parseSeriesItems(line.slice(split), { allowRepeatedWords: true });
  for (const item of items) {
    if (item.kind !== 'stale' && item.count > MAX_REPEAT + 1) {
      throw notationError(`an item repeats more than ${MAX_REPEAT} times`);
    }
  }
  const values: SeriesValue[] = [];
  for (const item of items) expandItem(item, values);
  return { labels: parseMetric(line.slice(0, split)), values };
}

/** Labels from `name{a="b"}`; `{}` and an empty text are the empty set. @throws PromqlError parse_error */
export function parseMetric(text: string): Labels {
  if (/^\s*(?:\{\s*\})?\s*$/.test(text)) return Labels.EMPTY;
  const parser = new Parser(text);
  const selector = parser.parseSelector();
  const [error] = parser.errors;
  if (error !== undefined) throw error;
  if (selector === undefined) throw notationError(`not a label set: ${text}`);
  const wrong = selector.matchers.find((matcher) => matcher.op !== '=');
  if (wrong !== undefined) {
    const at = operatorAt(text, wrong.op);
    throw parseError(text, at, at + 2, `unexpected <op:${wrong.op}> in label set, expected "="`);
  }
  return Labels.fromPairs(selector.matchers.map(({ name, value }) => [name, value] as const));
}

interface NotationOptions {
  /** Takes `NaNx5` and `Infx5`, which Prometheus refuses. */
  readonly allowRepeatedWords?: boolean;
}

/** Where an operator stands outside of quotes. */
function operatorAt(text: string, op: string): number {
  const parts = text.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[^"'`]+/gs) ?? [];
  let at = 0;
  for (const part of parts) {
    const found = /^["'`]/.test(part) ? -1 : part.indexOf(op);
    if (found !== -1) return at + found;
    at += part.length;
  }
  return 0;
}

/** The items of `1 2+3x4 _ stale`. @throws PromqlError parse_error */
export function parseSeriesItems(text: string, options: NotationOptions = {}): SeriesItem[] {
  if (text.includes('{{')) {
    throw notationError('native histograms are not supported; describe the classic series: _bucket, _sum and _count');
  }
  const items: SeriesItem[] = [];
  for (const word of text.split(/[ \t\n\r]+/)) if (word !== '') items.push(parseItem(word, options));
  return items;
}

/** Appends the values of `item` until `into` holds `most` of them. */
export function expandItem(item: SeriesItem, into: SeriesValue[], most = Number.POSITIVE_INFINITY): void {
  if (item.kind === 'stale') {
    if (into.length < most) into.push('stale');
    return;
  }
  const count = Math.min(item.count, most - into.length);
  if (item.kind === 'gap') {
    for (let i = 0; i < count; i++) into.push(undefined);
    return;
  }
  // Added step by step, as Prometheus does, so that rounding is the same.
  for (let i = 0, value = item.first; i < count; i++, value += item.step) into.push(value);
}

const NUMBER = '(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';
const ITEM = new RegExp(`^([+-]?${NUMBER})(?:([+-]${NUMBER})(?=x))?(?:x([0-9]+))?$`);

function parseItem(word: string, options: NotationOptions): SeriesItem {
  if (word === 'stale') return { kind: 'stale' };
  if (word === '_') return { kind: 'gap', count: 1 };
  const gap = /^_x([0-9]+)$/.exec(word);
  if (gap !== null) return { kind: 'gap', count: repeatOf(word, gap[1] as string) };
  const named = /^([+-]?(?:nan|inf))(?:x([0-9]+))?$/i.exec(word);
  if (named !== null && (named[2] === undefined || options.allowRepeatedWords === true)) {
    const count = named[2] === undefined ? 1 : repeatOf(word, named[2]) + 1;
    return { kind: 'values', first: parseNumber(named[1] as string), step: 0, count };
  }
  const match = ITEM.exec(word);
  if (match === null) throw notationError(`\`${word}\` is not a value of a series`, hintFor(word));
  const [, first = '', step, repeat] = match;
  const count = repeat === undefined ? 1 : repeatOf(word, repeat) + 1;
  return { kind: 'values', first: signedNumber(first), step: step === undefined ? 0 : signedNumber(step), count };
}

function signedNumber(text: string): number {
  const value = numberValue(text.replace(/^[+-]/, ''));
  if (typeof value === 'string') throw notationError(`\`${text}\` is larger than the largest number`);
  return text.startsWith('-') ? -value : value;
}

function repeatOf(word: string, text: string): number {
  const count = Number(text);
  if (count <= Number.MAX_SAFE_INTEGER - 1) return count;
  throw notationError(`\`${word}\` repeats too often`);
}

function hintFor(word: string): string | undefined {
  if (/^[+-]?(?:nan|inf)x/i.test(word)) return 'write the value as often as it is needed: `NaN NaN NaN`';
  if (/^[+-]?[0-9.]+[+-][0-9.]+$/.test(word)) return `say how often it is repeated: \`${word}x5\``;
  if (/X/.test(word)) return 'the repetition is written with a small `x`';
  return 'values are numbers, `_` for no sample, `stale`, and repetitions such as `0+10x5`';
}

function notationError(message: string, hint?: string): PromqlError {
  return new PromqlError('parse_error', message, hint === undefined ? {} : { hint });
}

/** Where the labels end: after the closing brace outside quotes, else at the first blank. */
function labelEnd(line: string): number {
  let quote = '';
  let isInside = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '{') isInside = true;
    else if (char === '}') return i + 1;
    else if ((char === ' ' || char === '\t') && !isInside) return i;
  }
  return line.length;
}

export function parseNumber(text: string): number {
  const lower = text.toLowerCase().replace(/^\+/, '');
  if (lower === 'nan' || lower === '-nan') return Number.NaN;
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  return lower === '-inf' ? Number.NEGATIVE_INFINITY : Number(lower);
}
