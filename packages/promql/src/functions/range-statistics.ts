/** *_over_time statistics. Sums, minima and maxima slide in O(1) per sample; the rest looks at each window. */
import type { SeriesWindows } from '../eval/windows.ts';
import { compensated, meanOf, varianceOf } from './kahan.ts';
import { type KernelOutput, perWindow, type RangeKernel } from './range-kernel.ts';
import { floatScratch, integerScratch } from './scratch.ts';

/**
 * Sums of all windows, as if each was added up from its first row (KahanSum's additions, written out because they are most
 * of the work). As long as nothing is lost to rounding, suffix sums up to a pivot row plus a running sum after it give the
 * same in O(1) per row; the pivot moves when the window has passed it. Otherwise the order of additions shows in the last
 * digits and each window is added up on its own, so that a point does not depend on where a query starts.
 */
function slideSums(windows: SeriesWindows, put: (step: number, sum: number, c: number) => void): void {
  const { lo, hi, values, from, to } = windows;
  const [suffix] = floatScratch(to - from);
  let pivot = from;
  let reached = from;
  let sum = 0;
  // What was lost at the pivot or after it; 0 or NaN once, and it stays so until the pivot moves.
  let lost = 0;
  for (let k = 0; k < lo.length; k++) {
    const low = lo[k] as number;
    const high = hi[k] as number;
    if (high === low) continue;
    if (low >= pivot) {
      sum = 0;
      lost = 0;
      for (let i = high - 1; i >= low; i--) {
        const value = values[i] as number;
        const total = sum + value;
        lost += roundingOf(sum, value, total);
        sum = total;
        suffix[i - from] = sum;
      }
      pivot = high;
      reached = high;
      sum = 0;
    }
    for (; reached < high; reached++) {
      const value = values[reached] as number;
      const total = sum + value;
      lost += roundingOf(sum, value, total);
      sum = total;
    }
    const head = suffix[low - from] as number;
    const total = head + sum;
    if (lost + roundingOf(head, sum, total) === 0) put(k, total, 0);
    else addUp(values, low, high, k, put);
  }
}

/** 0 when a + b is exactly `total`. Near the largest number another order might overflow, which is told apart as well. */
function roundingOf(a: number, b: number, total: number): number {
  return Math.abs(b) > HUGE ? 1 : Math.abs(total - a - b) + Math.abs(total - b - a);
}

const HUGE = 1e290;

function addUp(
  values: Float64Array,
  from: number,
  to: number,
  step: number,
  put: (step: number, sum: number, c: number) => void,
): void {
  let sum = 0;
  let c = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const total = sum + value;
    c += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  put(step, sum, c);
}

const sumOverTime: RangeKernel = (windows, out) => {
  slideSums(windows, (k, sum, c) => {
    out.values[out.at + k] = compensated(sum, c);
    out.has[out.at + k] = 1;
  });
};

const avgOverTime: RangeKernel = (windows, out) => {
  const { lo, hi, values } = windows;
  slideSums(windows, (k, sum, c) => {
    const from = lo[k] as number;
    const to = hi[k] as number;
    // An infinite sum is either an infinite sample or an overflow; the slow way tells them apart.
    const isPlain = Number.isFinite(sum);
    out.values[out.at + k] = isPlain ? sum / (to - from) + c / (to - from) : meanOf(values, from, to);
    out.has[out.at + k] = 1;
  });
};

/** Extremes by a queue of candidate rows. NaN counts only where a window holds nothing else. */
function extreme(
  isBetter: (a: number, b: number) => boolean,
  put: (windows: SeriesWindows, row: number) => number,
): RangeKernel {
  return (windows: SeriesWindows, out: KernelOutput) => {
    const { lo, hi, values, from, to } = windows;
    const queue = integerScratch(to - from);
    let head = 0;
    let tail = 0;
    let reached = from;
    for (let k = 0; k < lo.length; k++) {
      const low = lo[k] as number;
      const high = hi[k] as number;
      for (; reached < high; reached++) {
        const value = values[reached] as number;
        if (Number.isNaN(value)) continue;
        while (tail > head && isBetter(value, values[queue[tail - 1] as number] as number)) tail--;
        queue[tail++] = reached;
      }
      while (head < tail && (queue[head] as number) < low) head++;
      if (high === low) continue;
      // Where all are NaN, each is as good as the one before and the last one stays.
      const row = head < tail ? (queue[head] as number) : high - 1;
      out.values[out.at + k] = put(windows, row);
      out.has[out.at + k] = 1;
    }
  };
}

const valueAt = ({ values }: SeriesWindows, row: number) => values[row] as number;
const timeAt = ({ timestamps }: SeriesWindows, row: number) => (timestamps[row] as number) / 1000;

export const STATISTIC_KERNELS: Readonly<Record<string, RangeKernel>> = {
  sum_over_time: sumOverTime,
  avg_over_time: avgOverTime,
  min_over_time: extreme((a, b) => a < b, valueAt),
  max_over_time: extreme((a, b) => a > b, valueAt),
  ts_of_min_over_time: extreme((a, b) => a <= b, timeAt),
  ts_of_max_over_time: extreme((a, b) => a >= b, timeAt),
  stdvar_over_time: perWindow(1, ({ values }, lo, hi) => varianceOf(values, lo, hi)),
  stddev_over_time: perWindow(1, ({ values }, lo, hi) => Math.sqrt(varianceOf(values, lo, hi))),
};
