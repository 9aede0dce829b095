/** Functions that change labels: label_replace, label_join, and the order of vectors: sort*. */
import { compareLabels, compareStrings, compileAnchored, type Labels, RegexError } from '@sightline/model';
import { executionError } from '../errors.ts';
import { type Frame, mergeRows, pickRows, relabel } from '../eval/frame.ts';
import type { Pacer } from '../eval/pacer.ts';
import { sortPaced } from '../eval/sort-paced.ts';

export async function labelReplace(input: Frame, args: readonly string[], pacer: Pacer): Promise<Frame> {
  const [target = '', replacement = '', source = '', pattern = ''] = args;
  const regex = compile(pattern);
  if (!isName(target)) throw executionError(`invalid destination label name in label_replace(): ${target}`);
  const relabelled = await relabel(
    input,
    (labels) => {
      const value = regex.expand(labels.get(source), replacement);
      return value === undefined ? labels : labels.with(target, value);
    },
    pacer,
  );
  return mergeRows(relabelled, pacer);
}

/** Any text of valid Unicode. Bytes that are no UTF-8 come as lone surrogates. */
function isName(text: string): boolean {
  return text !== '' && !/\p{Surrogate}/u.test(text);
}

function compile(pattern: string): ReturnType<typeof compileAnchored> {
  try {
    return compileAnchored(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

export async function labelJoin(input: Frame, args: readonly string[], pacer: Pacer): Promise<Frame> {
  const [target = '', separator = '', ...sources] = args;
  for (const source of sources) {
    if (!isName(source)) throw executionError(`invalid source label name in label_join(): ${source}`);
  }
  if (!isName(target)) throw executionError(`invalid destination label name in label_join(): ${target}`);
  const join = (labels: Labels) => labels.with(target, sources.map((source) => labels.get(source)).join(separator));
  return mergeRows(await relabel(input, join, pacer), pacer);
}

/** Rows in order of value, NaN last. Only meaningful for an instant query; a range query is sorted by labels anyway. */
export async function sortByValue(input: Frame, isDescending: boolean, pacer: Pacer): Promise<Frame> {
  if (input.width !== 1) return input;
  const { values } = input;
  const compare = (a: number, b: number) => {
    const left = values[a] as number;
    const right = values[b] as number;
    const nan = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return nan || (isDescending ? right - left : left - right) || a - b;
  };
  return pickRows(input, await sortPaced(presentRows(input), compare, pacer));
}

/** Rows in natural order of the listed labels, then of all labels. */
export async function sortByLabels(
  input: Frame,
  names: readonly string[],
  isDescending: boolean,
  pacer: Pacer,
): Promise<Frame> {
  if (input.width !== 1) return input;
  const sign = isDescending ? -1 : 1;
  const compare = (a: number, b: number) => {
    const left = input.labels[a] as Labels;
    const right = input.labels[b] as Labels;
    for (const name of names) {
      const order = compareNaturally(left.get(name), right.get(name));
      if (order !== 0) return sign * order;
    }
    return sign * compareLabels(left, right);
  };
  return pickRows(input, await sortPaced(presentRows(input), compare, pacer));
}

function presentRows(frame: Frame): number[] {
  return frame.labels.map((_, row) => row).filter((row) => frame.has[row] === 1);
}

/** Runs of digits compare as numbers, the rest as text: "node2" before "node10". */
function compareNaturally(a: string, b: string): number {
  const left = a.match(/[0-9]+|[^0-9]+/g) ?? [];
  const right = b.match(/[0-9]+|[^0-9]+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] as string;
    const y = right[i] as string;
    const areNumbers = /^[0-9]/.test(x) && /^[0-9]/.test(y);
    const order = areNumbers ? Number(x) - Number(y) || x.length - y.length : compareStrings(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
