/** Both engines' answers in one shape, and what differs between them. */
import { type QueryValue, PromqlError } from '@sightline/promql';
import type { ApiAnswer } from './prometheus-server.ts';
import type { Precision } from './random-query.ts';

/** Samples by series: canonical labels to `[time in ms, value]` rows. */
export interface PlainResult {
  readonly type: string;
  /** Vector order, or sorted for a matrix. */
  readonly keys: readonly string[];
  readonly rows: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

export type Outcome = { readonly error: string } | { readonly result: PlainResult };

type Sample = readonly [seconds: number, value: string];

function keyOf(metric: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function numberOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function rowOf([seconds, value]: Sample): [number, number] {
  return [Math.round(seconds * 1000), numberOf(value)];
}

export function outcomeOfPrometheus(answer: ApiAnswer): Outcome {
  if (answer.status === 'error' || answer.data === undefined) return { error: answer.error ?? 'unknown' };
  const { resultType, result } = answer.data;
  const rows = new Map<string, [number, number][]>();
  if (resultType === 'scalar') rows.set('[]', [rowOf(result as Sample)]);
  else if (resultType === 'string') rows.set((result as Sample)[1], []);
  else {
    for (const entry of result as { metric: Record<string, string>; value?: Sample; values?: Sample[] }[]) {
      const samples = entry.values ?? (entry.value === undefined ? [] : [entry.value]);
      rows.set(keyOf(entry.metric), samples.map(rowOf));
    }
  }
  return { result: { type: resultType, keys: [...rows.keys()], rows } };
}

export function outcomeOfValue(value: QueryValue): Outcome {
  const rows = new Map<string, [number, number][]>();
  if (value.type === 'scalar') rows.set('[]', [[value.timestampMs, value.value]]);
  else if (value.type === 'string') rows.set(value.value, []);
  else if (value.type === 'vector') {
    for (const sample of value.samples) rows.set(keyOf(sample.labels.toObject()), [[sample.timestampMs, sample.value]]);
  } else {
    for (const { labels, timestamps, values } of value.series) {
      rows.set(
        keyOf(labels.toObject()),
        [...timestamps].map((time, index) => [time, values[index] as number]),
      );
    }
  }
  return { result: { type: value.type, keys: [...rows.keys()], rows } };
}

export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof PromqlError) return { error: error.message };
  throw error;
}

/** What differs, in a line, or undefined. `isOrdered`: vectors must have their values in the same order. */
export function differenceOf(
  ours: Outcome,
  theirs: Outcome,
  isOrdered: boolean,
  precision: Precision = 'exact',
): string | undefined {
  if ('error' in ours || 'error' in theirs) {
    if ('error' in ours && 'error' in theirs) return undefined;
    return 'error' in ours
      ? `only ours fails: ${ours.error}`
      : `only theirs fails: ${(theirs as { error: string }).error}`;
  }
  const a = ours.result;
  const b = theirs.result;
  if (a.type !== b.type) return `type ${a.type}, theirs ${b.type}`;
  const isClose = CLOSENESS[precision](precision === 'cancelled' ? largestOf(b) : 0);
  for (const key of new Set([...a.rows.keys(), ...b.rows.keys()])) {
    const left = a.rows.get(key);
    const right = b.rows.get(key);
    if (left === undefined) return `missing series ${key}: ${right?.[0]}`;
    if (right === undefined) return `extra series ${key}: ${left[0]}`;
    if (left.length !== right.length) return `${key} has ${left.length} samples, theirs ${right.length}`;
    for (const [index, [time, value]] of left.entries()) {
      const [otherTime, otherValue] = right[index] as readonly [number, number];
      if (time !== otherTime) return `${key} sample ${index} at ${time}, theirs ${otherTime}`;
      if (!isClose(value, otherValue)) return `${key} at ${time} is ${value}, theirs ${otherValue}`;
    }
  }
  return isOrdered ? orderDifference(a, b, isClose) : undefined;
}

/** A matrix is sorted by labels; in a sorted vector equal values may change places. */
function orderDifference(a: PlainResult, b: PlainResult, isClose: Closeness): string | undefined {
  if (a.type === 'matrix') {
    return a.keys.join() === b.keys.join() ? undefined : `order ${a.keys.join(' ')}, theirs ${b.keys.join(' ')}`;
  }
  const left = [...a.rows.values()].map((row) => row[0]?.[1] ?? 0);
  const right = [...b.rows.values()].map((row) => row[0]?.[1] ?? 0);
  const isSame = left.every((value, index) => isClose(value, right[index] as number));
  return isSame ? undefined : `order ${left.join(' ')}, theirs ${right.join(' ')}`;
}

type Closeness = (a: number, b: number) => boolean;

/** By how much values may differ. 2.42 averages as it goes and Go's mathematical functions are not those of V8. */
const CLOSENESS: Readonly<Record<Precision, (largest: number) => Closeness>> = {
  exact: () => Object.is,
  rounded: () => (a, b) => Object.is(a, b) || Math.abs(a - b) <= 2e-12 * Math.max(Math.abs(a), Math.abs(b)),
  cancelled: (largest) => (a, b) => {
    if (Object.is(a, b)) return true;
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) <= 1e-9 * largest + 1e-7;
  },
};

function largestOf({ rows }: PlainResult): number {
  let largest = 0;
  for (const row of rows.values()) {
    for (const [, value] of row) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}
