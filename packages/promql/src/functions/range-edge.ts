/** rate, increase, delta, resets and changes over windows whose edges are anchored or smoothed instead of extrapolated. */
import { interpolate, rangeReach, rowAt } from '../eval/edge.ts';
import type { SeriesWindows } from '../eval/windows.ts';
import { executionError } from '../errors.ts';
import type { VectorSelector } from '../parser/ast.ts';
import type { RangeKernel } from './range-kernel.ts';

type Edge = NonNullable<VectorSelector['edge']>;

const ALLOWED: Readonly<Record<Edge, readonly string[]>> = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
};

/** @throws PromqlError execution when the function has no meaning over such a window */
export function edgeKernel(name: string, edge: Edge, lookbackMs: number): RangeKernel {
  if (!ALLOWED[edge].includes(name)) {
    throw executionError(`${edge} modifier can only be used with: ${ALLOWED[edge].join(', ')} - not with ${name}`);
  }
  const reach = rangeReach(edge, lookbackMs);
  const compute =
    name === 'resets' || name === 'changes' ? counted(name) : difference(name !== 'delta', edge === 'smoothed');
  return (windows, out) => {
    const { lo, hi, ends, rangeMs } = windows;
    const widthMs = rangeMs - reach.backMs - reach.aheadMs;
    for (let k = 0; k < lo.length; k++) {
      const from = lo[k] as number;
      const to = hi[k] as number;
      if (from === to) continue;
      const end = (ends[k] as number) - reach.aheadMs;
      const value = compute(windows, from, to, end - widthMs, end);
      if (value === undefined) continue;
      out.values[out.at + k] = name === 'rate' ? value / (widthMs / 1000) : value;
      out.has[out.at + k] = 1;
    }
  };
}

type WindowFunction = (
  windows: SeriesWindows,
  from: number,
  to: number,
  startMs: number,
  endMs: number,
) => number | undefined;

/** The last row at or before `startMs`, else the first row. */
function anchorRow(times: Float64Array, from: number, to: number, startMs: number): number {
  return Math.max(from, rowAt(times, from, to, startMs, true) - 1);
}

function difference(isCounter: boolean, isSmoothed: boolean): WindowFunction {
  return ({ timestamps, values }, from, to, startMs, endMs) => {
    let last = to - 1;
    let first = anchorRow(timestamps, from, last, startMs);
    if (isSmoothed) last = rowAt(timestamps, from, last, endMs, false);
    if ((timestamps[last] as number) <= startMs) return undefined;
    if (isSmoothed && (timestamps[first] as number) > endMs) return undefined;
    const isLeftCut = isSmoothed && (timestamps[first] as number) < startMs;
    const isRightCut = isSmoothed && last > from && (timestamps[last] as number) > endMs;
    const left = isLeftCut ? interpolate(timestamps, values, first, startMs, isCounter) : (values[first] as number);
    const right = isRightCut ? interpolate(timestamps, values, last - 1, endMs, isCounter) : (values[last] as number);
    if (!isCounter) return right - left;
    if ((timestamps[first] as number) <= startMs) first++;
    if ((timestamps[last] as number) >= endMs) last--;
    return right - left + lostInResets(values, first, last, left, right);
  };
}

function lostInResets(values: Float64Array, first: number, last: number, left: number, right: number): number {
  let lost = 0;
  let previous = left;
  for (let row = first; row <= last; row++) {
    const value = values[row] as number;
    if (value < previous) lost += previous;
    previous = value;
  }
  return right < previous ? lost + previous : lost;
}

function counted(name: 'resets' | 'changes'): WindowFunction {
  return ({ timestamps, values }, from, to, startMs) => {
    if ((timestamps[to - 1] as number) <= startMs) return undefined;
    let count = 0;
    for (let row = anchorRow(timestamps, from, to, startMs) + 1; row < to; row++) {
      const before = values[row - 1] as number;
      const value = values[row] as number;
      const isChange = value !== before && !(Number.isNaN(value) && Number.isNaN(before));
      if (name === 'resets' ? value < before : isChange) count++;
    }
    return count;
  };
}
