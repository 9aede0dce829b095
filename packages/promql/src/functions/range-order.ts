/**
 * quantile_over_time and mad_over_time. The samples of the window are kept in order while it slides, since from step to step
 * only a few of them change; a series with NaN or infinite samples has each of its windows sorted.
 */
import type { SeriesWindows } from '../eval/windows.ts';
import { quantileOf, quantileOfSorted } from './kahan.ts';
import type { RangeKernel } from './range-kernel.ts';
import { floatScratch } from './scratch.ts';

/** @param inOrder the samples of the window, rising; `size` of them */
type OfSorted = (inOrder: Float64Array, size: number, step: number) => number;
/** The same for samples in any order, which it may change. */
type OfAny = (samples: Float64Array, step: number) => number;

function overOrdered(
  kernel: (params: readonly Float64Array[]) => { readonly ofSorted: OfSorted; readonly ofAny: OfAny },
): RangeKernel {
  return (windows, out, params) => {
    const { lo, hi, values } = windows;
    const { ofSorted, ofAny } = kernel(params);
    const areFinite = isEachFinite(windows);
    const window = new SortedWindow(windows);
    for (let k = 0; k < lo.length; k++) {
      const low = lo[k] as number;
      const high = hi[k] as number;
      if (high === low) continue;
      if (areFinite) {
        window.moveTo(low, high);
        out.values[out.at + k] = ofSorted(window.inOrder, high - low, k);
      } else out.values[out.at + k] = ofAny(values.slice(low, high), k);
      out.has[out.at + k] = 1;
    }
  };
}

function isEachFinite({ values, from, to }: SeriesWindows): boolean {
  // Any sum with NaN or an infinity in it is neither finite; a finite one may overflow, which only costs time.
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(values[i] as number);
  return Number.isFinite(sum);
}

/** The samples of a window that only moves forward, sorted. */
class SortedWindow {
  readonly inOrder: Float64Array;
  readonly #values: Float64Array;
  #low = 0;
  #high = 0;

  constructor({ values, from, to }: SeriesWindows) {
    this.#values = values;
    this.inOrder = floatScratch(to - from)[0];
  }

  moveTo(low: number, high: number): void {
    const changes = Math.max(low - this.#low, high - this.#high);
    if (low >= this.#high || changes * 3 > high - low) this.#sort(low, high);
    else this.#slide(low, high);
    this.#low = low;
    this.#high = high;
  }

  #sort(low: number, high: number): void {
    const { inOrder } = this;
    const values = this.#values;
    if (high - low > SHORT) {
      inOrder.set(values.subarray(low, high));
      inOrder.subarray(0, high - low).sort();
      return;
    }
    for (let i = low; i < high; i++) insert(inOrder, i - low, values[i] as number);
  }

  #slide(low: number, high: number): void {
    const { inOrder } = this;
    const values = this.#values;
    let size = this.#high - this.#low;
    for (let i = this.#low; i < low; i++) remove(inOrder, size--, values[i] as number);
    for (let i = this.#high; i < high; i++) insert(inOrder, size++, values[i] as number);
  }
}

/** Below this length insertion beats the engine's sort. */
const SHORT = 48;

function insert(inOrder: Float64Array, size: number, value: number): void {
  let at = size;
  while (at > 0 && (inOrder[at - 1] as number) > value) {
    inOrder[at] = inOrder[at - 1] as number;
    at--;
  }
  inOrder[at] = value;
}

/** Takes out the first element that is not below `value`, which is in the array. */
function remove(inOrder: Float64Array, size: number, value: number): void {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((inOrder[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i + 1 < size; i++) inOrder[i] = inOrder[i + 1] as number;
}

/** Median of the distances to the median, which rise to both sides of it. */
function medianDistance(inOrder: Float64Array, size: number): number {
  const median = quantileOfSorted(0.5, inOrder, size);
  let right = 0;
  while (right < size && (inOrder[right] as number) < median) right++;
  let left = right - 1;
  const rank = 0.5 * (size - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(size - 1, lower + 1);
  let atLower = 0;
  let distance = 0;
  for (let taken = 0; taken <= upper; taken++) {
    const toLeft = left >= 0 ? Math.abs((inOrder[left] as number) - median) : Number.POSITIVE_INFINITY;
    const toRight = right < size ? Math.abs((inOrder[right] as number) - median) : Number.POSITIVE_INFINITY;
    distance = Math.min(toLeft, toRight);
    if (taken === lower) atLower = distance;
    if (toLeft <= toRight) left--;
    else right++;
  }
  const weight = rank - lower;
  return atLower * (1 - weight) + distance * weight;
}

function medianDistanceOfAny(samples: Float64Array): number {
  if (samples.some(Number.isNaN)) return Number.NaN;
  const median = quantileOf(0.5, samples);
  return quantileOf(
    0.5,
    samples.map((value) => Math.abs(value - median)),
  );
}

export const ORDER_KERNELS: Readonly<Record<string, RangeKernel>> = {
  quantile_over_time: overOrdered(([q]) => ({
    ofSorted: (inOrder, size, k) => quantileOfSorted(q?.[k] as number, inOrder, size),
    ofAny: (samples, k) => quantileOf(q?.[k] as number, samples),
  })),
  mad_over_time: overOrdered(() => ({ ofSorted: medianDistance, ofAny: medianDistanceOfAny })),
};
