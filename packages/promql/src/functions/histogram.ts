/** histogram_quantile and histogram_fraction over classic buckets. */
import { formatFloatG, type Labels, quote } from '@sightline/model';
import type { ForcedBuckets } from '../eval/annotations.ts';
import type { QueryContext } from '../eval/context.ts';
import { type Frame, mergeRows, newFrame } from '../eval/frame.ts';
import { keyFunction } from '../eval/grouping.ts';
import { type Grid, timeAt } from '../eval/grid.ts';
import type { Pacer } from '../eval/pacer.ts';
import type { CallExpr, Expr } from '../parser/ast.ts';

/** Buckets that differ by less than this share are taken as equal: rounding, not a broken histogram. */
const SMALL_DELTA = 1e-12;
/** Counts above this are far from the smallest numbers, so that a larger one is told apart without a division. */
const SMALLEST = 1e-290;
const LE: ReadonlySet<string> = new Set(['le']);

interface Bucket {
  readonly row: number;
  readonly bound: number;
}

interface BucketGroup {
  readonly labels: Labels;
  /** Sorted by bound. */
  readonly rows: Bucket[];
}

/** Bounds and cumulative counts of the first `size` buckets, sorted, equal bounds added up. */
type BucketFunction = (bounds: Float64Array, counts: Float64Array, size: number, step: number) => number;

export async function histogramQuantile(
  expr: CallExpr,
  quantiles: Float64Array,
  input: Frame,
  grid: Grid,
  context: QueryContext,
): Promise<Frame> {
  const [quantileArg, vectorArg] = expr.args as [Expr, Expr];
  for (const q of new Set(quantiles)) {
    if (q >= 0 && q <= 1) continue;
    context.warn(`quantile value should be between 0 and 1, got ${formatFloatG(q)}`, quantileArg);
  }
  return overHistograms(vectorArg, input, context, (bounds, counts, size, step) => {
    const q = quantiles[step] as number;
    if (Number.isNaN(q)) return Number.NaN;
    if (q < 0) return Number.NEGATIVE_INFINITY;
    if (q > 1) return Number.POSITIVE_INFINITY;
    if (bounds[size - 1] !== Number.POSITIVE_INFINITY) return Number.NaN;
    const forced = forceMonotonic(bounds, counts, size);
    if (forced !== undefined) context.informForcedBuckets(vectorArg, { ...forced, timeMs: timeAt(grid, step) });
    return bucketQuantile(q, bounds, counts, size);
  });
}

export async function histogramFraction(
  expr: CallExpr,
  lower: Float64Array,
  upper: Float64Array,
  input: Frame,
  context: QueryContext,
): Promise<Frame> {
  return overHistograms(expr.args[2] as Expr, input, context, (bounds, counts, size, step) =>
    bucketFraction(lower[step] as number, upper[step] as number, bounds, counts, size),
  );
}

/** One result for every set of labels other than `le` and the name, at every step that has a bucket of it. */
async function overHistograms(
  vectorArg: Expr,
  input: Frame,
  context: QueryContext,
  compute: BucketFunction,
): Promise<Frame> {
  const groups = await groupBuckets(input, context.pacer, (le, metric) => {
    const what = `bucket label "le" is missing or has a malformed value of ${quote(le)}`;
    context.warn(metric === '' ? what : `${what} for metric name ${quote(metric)}`, vectorArg);
  });
  const { width, values, has } = input;
  const out = newFrame(
    groups.map((group) => group.labels),
    width,
  );
  for (const [index, { rows }] of groups.entries()) {
    const bounds = new Float64Array(rows.length);
    const counts = new Float64Array(rows.length);
    const boundOf = Float64Array.from(rows, ({ bound }) => bound);
    const startOf = Float64Array.from(rows, ({ row }) => row * width);
    for (let k = 0; k < width; k++) {
      let size = 0;
      for (let i = 0; i < startOf.length; i++) {
        const at = (startOf[i] as number) + k;
        if (has[at] === 0) continue;
        const bound = boundOf[i] as number;
        if (size > 0 && bounds[size - 1] === bound) size--;
        else counts[size] = 0;
        bounds[size] = bound;
        counts[size] = (counts[size] as number) + (values[at] as number);
        size++;
      }
      if (size === 0) continue;
      out.values[index * width + k] = compute(bounds, counts, size, k);
      out.has[index * width + k] = 1;
    }
    if (context.pacer.spends(width * rows.length)) await context.pacer.pause();
  }
  // Histograms of two metrics become one only where they never meet.
  return mergeRows(out, context.pacer);
}

async function groupBuckets(
  input: Frame,
  pacer: Pacer,
  onBadBucket: (le: string, metric: string) => void,
): Promise<BucketGroup[]> {
  const groups = new Map<string, BucketGroup>();
  const keyOf = keyFunction([], LE, true);
  // Nearly all series have one of a few bounds.
  const known = new Map<string, number | undefined>();
  for (const [row, labels] of input.labels.entries()) {
    const le = labels.get('le');
    if (!known.has(le)) known.set(le, parseBound(le));
    const bound = known.get(le);
    if (bound === undefined) {
      onBadBucket(le, labels.metricName);
      continue;
    }
    const key = keyOf(labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { labels: labels.drop(LE).withoutName(), rows: [] };
      groups.set(key, group);
    }
    group.rows.push({ row, bound });
    if (pacer.spends(0)) await pacer.pause();
  }
  for (const group of groups.values()) group.rows.sort((a, b) => a.bound - b.bound);
  return [...groups.values()];
}

/** Go's ParseFloat for the label, or undefined. */
function parseBound(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return undefined;
  return Number(text);
}

/** Lifts counts so that they never fall. Says where when one fell by more than rounding explains. */
function forceMonotonic(
  bounds: Float64Array,
  counts: Float64Array,
  size: number,
): Omit<ForcedBuckets, 'timeMs'> | undefined {
  let first = -1;
  let last = -1;
  let maxDifference = 0;
  let previous = counts[0] as number;
  for (let i = 1; i < size; i++) {
    const count = counts[i] as number;
    if (count === previous) continue;
    if (count > SMALLEST && count - previous > 10 * SMALL_DELTA * count) previous = count;
    else if (isNearlyEqual(previous, count)) counts[i] = previous;
    else if (count < previous) {
      counts[i] = previous;
      if (first < 0) first = i;
      last = i;
      maxDifference = Math.max(maxDifference, previous - count);
    } else previous = count;
  }
  if (first < 0) return undefined;
  return { minBucket: bounds[first] as number, maxBucket: bounds[last] as number, maxDifference };
}

function isNearlyEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < 2.2250738585072014e-308) return difference < SMALL_DELTA * 2.2250738585072014e-308;
  return difference / Math.min(sum, Number.MAX_VALUE) < SMALL_DELTA;
}

/** q lies within 0..1 and the last bound is +Inf. */
function bucketQuantile(q: number, bounds: Float64Array, counts: Float64Array, size: number): number {
  if (size < 2) return Number.NaN;
  const observations = counts[size - 1] as number;
  if (observations === 0) return Number.NaN;
  let rank = q * observations;
  let bucket = 0;
  while (bucket < size - 1 && !((counts[bucket] as number) >= rank)) bucket++;
  if (bucket === size - 1) return bounds[size - 2] as number;
  const end = bounds[bucket] as number;
  if (bucket === 0 && end <= 0) return end;
  let start = 0;
  let count = counts[bucket] as number;
  if (bucket > 0) {
    start = bounds[bucket - 1] as number;
    count -= counts[bucket - 1] as number;
    rank -= counts[bucket - 1] as number;
  }
  return start + (end - start) * (rank / count);
}

/** Share of the observations between two values, linear within a bucket. The first bucket starts at 0 if its bound is positive. */
function bucketFraction(
  lower: number,
  upper: number,
  bounds: Float64Array,
  counts: Float64Array,
  size: number,
): number {
  if (bounds[size - 1] !== Number.POSITIVE_INFINITY) return Number.NaN;
  const observations = counts[size - 1] as number;
  if (observations === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, bounds, counts, size) - rankOf(lower, bounds, counts, size)) / observations;
}

/** Observations estimated below `value`. */
function rankOf(value: number, bounds: Float64Array, counts: Float64Array, size: number): number {
  const observations = counts[size - 1] as number;
  let start = (bounds[0] as number) > 0 ? 0 : Number.NEGATIVE_INFINITY;
  let rank = 0;
  for (let i = 0; i < size; i++) {
    const end = bounds[i] as number;
    const count = counts[i] as number;
    if (start >= value) return Math.min(rank, observations);
    if (end > value) {
      const isOpen = start === Number.NEGATIVE_INFINITY;
      const inside = isOpen ? count : rank + ((count - rank) * (value - start)) / (end - start);
      return Math.min(inside, observations);
    }
    rank = count;
    start = end;
  }
  return observations;
}
