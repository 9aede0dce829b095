/**
 * Series notation: `name{label="value"} 1 2+3x4 _ stale NaN`. `a+bxN` and `axN` give N + 1 values, `_xN` gives N gaps.
 * Source: Prometheus's rule unit test documentation.
 */
import { Labels } from '@sightline/model';
import { Parser } from '../../parser/parser.ts';

export type SeriesValue = number | 'stale' | undefined;

export interface SeriesLine {
  readonly labels: Labels;
  /** undefined is a gap. */
  readonly values: readonly SeriesValue[];
}

class SeriesSyntaxError extends Error {}

/** Most values that one item may repeat. */
const MAX_REPEAT = 1_000_000;

export function parseSeriesLine(line: string): SeriesLine {
  const split = labelEnd(line);
  return {
    labels: parseLabels(line.slice(0, split)),
    values: line
      .slice(split)
      .trim()
      .split(/\s+/)
      .filter((item) => item !== '')
      .flatMap(parseItem),
  };
}

/** Labels from `name{a="b"}`; `{}` is the empty set. */
export function parseLabels(text: string): Labels {
  if (/^\s*\{\s*\}\s*$/.test(text)) return Labels.EMPTY;
  const parser = new Parser(text);
  const selector = parser.parseSelector();
  const [error] = parser.errors;
  if (selector === undefined || error !== undefined) {
    throw new SeriesSyntaxError(`not a label set: ${text}: ${error?.message ?? 'unknown'}`);
  }
  for (const matcher of selector.matchers) {
    if (matcher.op !== '=') throw new SeriesSyntaxError(`labels take = only, not ${matcher}`);
  }
  return Labels.fromPairs(selector.matchers.map(({ name, value }) => [name, value] as const));
}

/** Where the labels end: after the closing brace outside quotes, else at the first space. */
function labelEnd(line: string): number {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '}') return i + 1;
    else if (char === ' ' && !line.slice(0, i).includes('{')) return i;
  }
  return line.length;
}

const ITEM = /^(_|stale|[+-]?(?:nan|inf|[0-9.]+(?:e[+-]?[0-9]+)?))(?:([+-][0-9.]+(?:e[+-]?[0-9]+)?))?(?:x([0-9]+))?$/i;

function parseItem(item: string): SeriesValue[] {
  const match = ITEM.exec(item);
  if (match === null) throw new SeriesSyntaxError(`not a value: ${item}`);
  const [, first = '', stepText, repeatText] = match;
  const repeat = Number(repeatText ?? 0);
  if (repeat > MAX_REPEAT) throw new SeriesSyntaxError(`${item} repeats more than ${MAX_REPEAT} times`);
  if (first === '_') return new Array<SeriesValue>(Math.max(1, repeat)).fill(undefined);
  if (first === 'stale') return ['stale'];
  const start = parseNumber(first);
  const step = stepText === undefined ? 0 : Number(stepText);
  const values: number[] = [];
  let value = start;
  for (let i = 0; i <= repeat; i++) {
    values.push(value);
    // Added step by step, as Prometheus does, so that rounding is the same.
    value += step;
  }
  return values;
}

export function parseNumber(text: string): number {
  const lower = text.toLowerCase().replace(/^\+/, '');
  if (lower === 'nan') return Number.NaN;
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  return lower === '-inf' ? Number.NEGATIVE_INFINITY : Number(lower);
}
