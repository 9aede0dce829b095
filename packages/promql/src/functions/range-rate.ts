/**
 * rate and its family: differences over a window, extrapolated to its edges as Prometheus 3 does (the half-spacing
 * limit comes before the counter's zero point).
 */
import type { SeriesWindows } from '../eval/windows.ts';
import { type KernelOutput, perWindow, type RangeKernel } from './range-kernel.ts';
import { integerScratch } from './scratch.ts';

function extrapolated(isCounter: boolean, isRate: boolean): RangeKernel {
  return (windows, out) => {
    const { lo, hi, timestamps, values, rangeMs, ends } = windows;
    // Found once per series; a window then only looks at the resets inside it.
    const resets = isCounter ? counterResets(windows) : NO_RESETS;
    let firstReset = 0;
    for (let k = 0; k < lo.length; k++) {
      const first = lo[k] as number;
      const last = (hi[k] as number) - 1;
      if (last <= first) continue;
      const firstValue = values[first] as number;
      let result = (values[last] as number) - firstValue;
      while (firstReset < resets.length && (resets[firstReset] as number) <= first) firstReset++;
      for (let r = firstReset; r < resets.length && (resets[r] as number) <= last; r++) {
        result += values[(resets[r] as number) - 1] as number;
      }
      const firstTime = timestamps[first] as number;
      const lastTime = timestamps[last] as number;
      const end = ends[k] as number;
      const sampled = (lastTime - firstTime) / 1000;
      const spacing = sampled / (last - first);
      const threshold = spacing * 1.1;
      let toStart = (firstTime - (end - rangeMs)) / 1000;
      let toEnd = (end - lastTime) / 1000;
      if (toStart >= threshold) toStart = spacing / 2;
      if (isCounter && result > 0 && firstValue >= 0) toStart = Math.min(toStart, sampled * (firstValue / result));
      if (toEnd >= threshold) toEnd = spacing / 2;
      let factor = (sampled + toStart + toEnd) / sampled;
      if (isRate) factor /= rangeMs / 1000;
      out.values[out.at + k] = result * factor;
      out.has[out.at + k] = 1;
    }
  };
}

const NO_RESETS: readonly number[] = [];

/** Rows whose value is below the one before, within the series. */
function counterResets({ from, to, values }: SeriesWindows): readonly number[] {
  let resets: number[] | undefined;
  let previous = values[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    if (value < previous) {
      resets ??= [];
      resets.push(i);
    }
    previous = value;
  }
  return resets ?? NO_RESETS;
}

function lastTwo(isRate: boolean): RangeKernel {
  return (windows, out) => {
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
  };
}

/** Counts events between neighbouring rows; a prefix count answers every window in O(1). */
function countBetween(isEvent: (before: number, value: number) => boolean): RangeKernel {
  return (windows: SeriesWindows, out: KernelOutput) => {
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
  };
}

export const RATE_KERNELS: Readonly<Record<string, RangeKernel>> = {
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
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
