/** Histograms with own buckets. */
import { ObserveError } from '../lib/problems.ts';
import { type Chunk, UPDATED } from './chunk.ts';
import { captureExemplar } from './exemplar.ts';
import type { FamilyContext, FamilyDefinition } from './family.ts';
import { ObservingFamily } from './observing.ts';
import { histogramShape } from './shape.ts';

/** Seconds from 5 ms to 10 s: the default of Prometheus' client libraries. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MAX_BUCKETS = 500;
/** Up to here a scan beats a binary search. */
const SCAN = 16;

export class HistogramFamily extends ObservingFamily {
  readonly buckets: readonly number[];
  readonly #bounds: Float64Array;

  constructor(definition: FamilyDefinition, bounds: readonly number[], context: FamilyContext) {
    super(definition, histogramShape(bounds), context);
    this.buckets = bounds;
    this.#bounds = Float64Array.from(bounds);
  }

  add(chunk: Chunk, index: number, value: number): void {
    const { values } = chunk;
    const bounds = this.#bounds;
    const many = bounds.length;
    // The stride of histogramShape, known here without a look at it: one count more than bounds, and the sum.
    const base = index * (many + 2);
    let bucket = 0;
    if (many <= SCAN) while (bucket < many && value > (bounds[bucket] as number)) bucket++;
    else bucket = firstAtLeast(bounds, value);
    const at = base + bucket;
    values[at] = (values[at] as number) + 1;
    const sum = base + many + 1;
    values[sum] = (values[sum] as number) + value;
    chunk.flags[index] = UPDATED;
    if (this.hasExemplars) captureExemplar(chunk, index, bucket, value, this.context.clock);
  }
}

function firstAtLeast(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (bounds[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bounds of a definition without +Inf; throws an ObserveError when they are not ascending numbers. */
export function checkBuckets(name: string, buckets: readonly number[] = DEFAULT_BUCKETS): readonly number[] {
  const bounds = buckets.at(-1) === Number.POSITIVE_INFINITY ? buckets.slice(0, -1) : [...buckets];
  const isAscending = bounds.every(
    (bound, at) => Number.isFinite(bound) && (at === 0 || bound > (bounds[at - 1] as number)),
  );
  if (!isAscending || bounds.length > MAX_BUCKETS)
    throw new ObserveError(
      'invalid_metric',
      `metric ${JSON.stringify(name)}: buckets must be at most ${MAX_BUCKETS} ascending numbers, e.g. [0.1, 0.5, 1]`,
    );
  return bounds;
}

/** `count` bounds from `start`, each `width` above the one before. @example linearBuckets(0, 10, 5) // 0 10 20 30 40 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start + at * width);
}

/** `count` bounds from `start`, each `factor` times the one before. @example exponentialBuckets(1, 2, 4) // 1 2 4 8 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start * factor ** at);
}
