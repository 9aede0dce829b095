/**
 * rate and its family: differences over a window, extrapolated to its edges as Prometheus 3 does (the half-spacing
 * limit comes before the counter's zero point).
 */
import type { SeriesWindows, WindowBounds } from '../eval/windows.ts';
import { type KernelOutput, linear, perWindow, type RangeKernel } from './range-kernel.ts';
import { integerScratch } from './scratch.ts';

interface Extrapolation {
  readonly isCounter: boolean;
  readonly isRate: boolean;
}

/** What the extrapolation takes from the times of the samples alone; the same for all series of equal times. */
class TimeFactors {
  /** Of `WindowBounds.version`, when they were computed. */
  version = 0;
  /** Factor of the difference, as long as the counter's zero point does not limit it. */
  readonly factor: Float64Array;
  /** Seconds to the start of the extrapolation by seconds sampled, a little more than that. */
  readonly reach: Float64Array;

  constructor(steps: number) {
    this.factor = new Float64Array(steps);
    this.reach = new Float64Array(steps);
  }
}

/** Larger than what rounding makes of the comparison with the zero point. */
const SLACK = 1 + 1e-9;
/** Above this a product keeps its full precision. */
const NORMAL = 1e-280;

function extrapolated(how: Extrapolation): RangeKernel {
  const known = new WeakMap<WindowBounds, TimeFactors>();
  return linear((windows, out) => {
    const { bounds } = windows;
    let factors = known.get(bounds);
    if (factors === undefined) {
      factors = new TimeFactors(windows.lo.length);
      known.set(bounds, factors);
    }
    if (factors.version !== bounds.version) findFactors(windows, how, factors);
    if (how.isCounter) fillCounter(windows, out, how, factors, counterResets(windows));
    else fillGauge(windows, out, factors);
  });
}

function findFactors(windows: SeriesWindows, how: Extrapolation, factors: TimeFactors): void {
  const { lo, hi, bounds } = windows;
  const { factor, reach } = factors;
  for (let k = 0; k < lo.length; k++) {
    const first = lo[k] as number;
    const last = (hi[k] as number) - 1;
    if (last <= first) continue;
    const start = toStart(windows, k);
    reach[k] = (start / secondsSampled(windows, k)) * SLACK;
    factor[k] = factorOf(windows, how, k, start);
  }
  factors.version = bounds.version;
}

function secondsSampled({ lo, hi, timestamps }: SeriesWindows, k: number): number {
  return ((timestamps[(hi[k] as number) - 1] as number) - (timestamps[lo[k] as number] as number)) / 1000;
}

/** Seconds from the start of the window to its first sample, half the mean spacing when that is much. */
function toStart({ lo, hi, timestamps, ends, rangeMs }: SeriesWindows, k: number): number {
  const first = lo[k] as number;
  const last = (hi[k] as number) - 1;
  const firstTime = timestamps[first] as number;
  const spacing = ((timestamps[last] as number) - firstTime) / 1000 / (last - first);
  const seconds = (firstTime - ((ends[k] as number) - rangeMs)) / 1000;
  return seconds >= spacing * 1.1 ? spacing / 2 : seconds;
}

/** @param start seconds before the first sample from which the difference is extrapolated */
function factorOf(windows: SeriesWindows, { isRate }: Extrapolation, k: number, start: number): number {
  const { lo, hi, timestamps, ends, rangeMs } = windows;
  const first = lo[k] as number;
  const last = (hi[k] as number) - 1;
  const lastTime = timestamps[last] as number;
  const sampled = (lastTime - (timestamps[first] as number)) / 1000;
  const spacing = sampled / (last - first);
  let toEnd = ((ends[k] as number) - lastTime) / 1000;
  if (toEnd >= spacing * 1.1) toEnd = spacing / 2;
  const factor = (sampled + start + toEnd) / sampled;
  return isRate ? factor / (rangeMs / 1000) : factor;
}

function fillGauge({ lo, hi, values }: SeriesWindows, out: KernelOutput, { factor }: TimeFactors): void {
  const { values: outValues, has, at } = out;
  for (let k = 0; k < lo.length; k++) {
    const first = lo[k] as number;
    const last = (hi[k] as number) - 1;
    if (last <= first) continue;
    outValues[at + k] = ((values[last] as number) - (values[first] as number)) * (factor[k] as number);
    has[at + k] = 1;
  }
}

function fillCounter(
  windows: SeriesWindows,
  out: KernelOutput,
  how: Extrapolation,
  { factor, reach }: TimeFactors,
  resets: readonly number[],
): void {
  const { lo, hi, values, bounds } = windows;
  const { values: outValues, has, at } = out;
  const isFull = bounds.least > 1;
  if (isFull) has.fill(1, at, at + lo.length);
  let reset = 0;
  for (let k = 0; k < lo.length; k++) {
    const first = lo[k] as number;
    const last = (hi[k] as number) - 1;
    if (last <= first) continue;
    const firstValue = values[first] as number;
    let result = (values[last] as number) - firstValue;
    if (resets.length > 0) {
      while ((resets[reset] as number) <= first) reset++;
      for (let r = reset; (resets[r] as number) <= last; r++) result += values[(resets[r] as number) - 1] as number;
    }
    // Whether the zero point is too far to matter, found without the division that tells how far.
    const needed = (reach[k] as number) * result;
    let by = factor[k] as number;
    if (!(needed > NORMAL && firstValue > needed) && result > 0 && firstValue >= 0) {
      const zero = secondsSampled(windows, k) * (firstValue / result);
      by = factorOf(windows, how, k, Math.min(toStart(windows, k), zero));
    }
    outValues[at + k] = result * by;
    if (!isFull) has[at + k] = 1;
  }
}

/** Rows within the windows whose value is below the one before. */
function counterResets({ lo, hi, values, bounds }: SeriesWindows): readonly number[] {
  const steps = lo.length;
  const begin = lo[0] as number;
  const end = hi[steps - 1] as number;
  const resets: number[] = [];
  // Windows that leave gaps do not overlap and are looked at one by one.
  if (bounds.work >= end - begin) collectResets(values, begin, end, resets);
  else for (let k = 0; k < steps; k++) collectResets(values, lo[k] as number, hi[k] as number, resets);
  // A last one that no window reaches.
  if (resets.length > 0) resets.push(end);
  return resets;
}

function collectResets(values: Float64Array, from: number, to: number, resets: number[]): void {
  for (let row = nextReset(values, from + 1, to); row < to; row = nextReset(values, row + 1, to)) resets.push(row);
}

/** The first row from `from` on that lies below the one before it, else `to`. Several rows at a time: resets are rare. */
function nextReset(values: Float64Array, from: number, to: number): number {
  let row = from;
  let previous = values[row - 1] as number;
  for (; row + 3 < to; row += 4) {
    const a = values[row] as number;
    const b = values[row + 1] as number;
    const c = values[row + 2] as number;
    const d = values[row + 3] as number;
    if (a < previous || b < a || c < b || d < c) break;
    previous = d;
  }
  for (; row < to; row++) if ((values[row] as number) < (values[row - 1] as number)) return row;
  return to;
}

function lastTwo(isRate: boolean): RangeKernel {
  return linear((windows, out) => {
    const { lo, hi, timestamps, values } = windows;
    for (let k = 0; k < lo.length; k++) {
      const last = (hi[k] as number) - 1;
      if (last <= (lo[k] as number)) continue;
      const value = values[last] as number;
      const before = values[last - 1] as number;
      const seconds = ((timestamps[last] as number) - (timestamps[last - 1] as number)) / 1000;
      const difference = isRate && value < before ? value : value - before;
      out.values[out.at + k] = isRate ? difference / seconds : difference;
      out.has[out.at + k] = 1;
    }
  });
}

/** Counts events between neighbouring rows; a prefix count answers every window in O(1). */
function countBetween(isEvent: (before: number, value: number) => boolean): RangeKernel {
  return linear((windows, out) => {
    const { lo, hi, from, to, values } = windows;
    const upTo = integerScratch(to - from);
    upTo[0] = 0;
    for (let i = from + 1; i < to; i++) {
      const event = isEvent(values[i - 1] as number, values[i] as number) ? 1 : 0;
      upTo[i - from] = (upTo[i - from - 1] as number) + event;
    }
    for (let k = 0; k < lo.length; k++) {
      const first = lo[k] as number;
      const last = (hi[k] as number) - 1;
      if (last < first) continue;
      out.values[out.at + k] = (upTo[last - from] as number) - (upTo[first - from] as number);
      out.has[out.at + k] = 1;
    }
  });
}

export const RATE_KERNELS: Readonly<Record<string, RangeKernel>> = {
  rate: extrapolated({ isCounter: true, isRate: true }),
  increase: extrapolated({ isCounter: true, isRate: false }),
  delta: extrapolated({ isCounter: false, isRate: false }),
  irate: lastTwo(true),
  idelta: lastTwo(false),
  resets: countBetween((before, value) => value < before),
  changes: countBetween((before, value) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  last_over_time: perWindow(1, ({ values }, _lo, hi) => values[hi - 1] as number),
  first_over_time: perWindow(1, ({ values }, lo) => values[lo] as number),
  present_over_time: perWindow(1, () => 1),
  count_over_time: perWindow(1, (_windows, lo, hi) => hi - lo),
  ts_of_first_over_time: perWindow(1, ({ timestamps }, lo) => (timestamps[lo] as number) / 1000),
  ts_of_last_over_time: perWindow(1, ({ timestamps }, _lo, hi) => (timestamps[hi - 1] as number) / 1000),
};
