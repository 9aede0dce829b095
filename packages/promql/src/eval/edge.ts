/**
 * Selectors with `anchored` or `smoothed`: their windows also see the last sample before the window (both) and the first after
 * it (smoothed), as far as the look-back reaches. The values at the edges are taken or interpolated from those.
 */
import type { VectorSelector } from '../parser/ast.ts';

type Edge = VectorSelector['edge'];

/** How much further than its range a range selector reads. */
export interface EdgeReach {
  readonly backMs: number;
  readonly aheadMs: number;
}

const NO_REACH: EdgeReach = { backMs: 0, aheadMs: 0 };

export function rangeReach(edge: Edge, lookbackMs: number): EdgeReach {
  if (edge === undefined) return NO_REACH;
  return { backMs: lookbackMs, aheadMs: edge === 'smoothed' ? lookbackMs : 0 };
}

/** The same for an instant selector, beyond its look-back. */
export function instantReach(edge: Edge, lookbackMs: number): EdgeReach {
  return edge === 'smoothed' ? { backMs: 0, aheadMs: lookbackMs } : NO_REACH;
}

/** First row in from..to whose time is not below `timeMs` (above it with `isAfter`), else `to`. */
export function rowAt(times: Float64Array, from: number, to: number, timeMs: number, isAfter: boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const time = times[middle] as number;
    if (isAfter ? time > timeMs : time >= timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value at `timeMs` on the line between two rows. A counter that was reset in between starts at 0. */
export function interpolate(
  times: Float64Array,
  values: Float64Array,
  row: number,
  timeMs: number,
  isCounter: boolean,
): number {
  const after = values[row + 1] as number;
  let before = values[row] as number;
  if (isCounter && after < before) before = 0;
  const begin = times[row] as number;
  return before + ((after - before) * (timeMs - begin)) / ((times[row + 1] as number) - begin);
}

interface Column {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/**
 * What a range selector with such edges gives by itself, from the samples it read: the values at both edges of the window and
 * what lies between them. Series without a sample in reach are left out.
 */
export function atEdges<TSeries extends Column>(
  series: readonly TSeries[],
  edge: NonNullable<Edge>,
  startMs: number,
  endMs: number,
): TSeries[] {
  return series.flatMap((one) => {
    const column = columnAtEdges(one, edge === 'smoothed', startMs, endMs);
    return column === undefined ? [] : [{ ...one, ...column }];
  });
}

function columnAtEdges(
  { timestamps, values }: Column,
  isSmoothed: boolean,
  startMs: number,
  endMs: number,
): Column | undefined {
  let last = timestamps.length - 1;
  let first = Math.max(0, rowAt(timestamps, 0, last, startMs, true) - 1);
  if (isSmoothed) last = rowAt(timestamps, 0, last, endMs, false);
  if (last < 0 || (timestamps[last] as number) <= startMs) return undefined;
  const isLeftCut = isSmoothed && (timestamps[first] as number) < startMs;
  const isRightCut = isSmoothed && last > 0 && (timestamps[last] as number) > endMs;
  const left = isLeftCut ? interpolate(timestamps, values, first, startMs, false) : (values[first] as number);
  const right = isRightCut ? interpolate(timestamps, values, last - 1, endMs, false) : (values[last] as number);
  if ((timestamps[first] as number) <= startMs) first++;
  if ((timestamps[last] as number) >= endMs) last--;
  return {
    timestamps: Float64Array.of(startMs, ...timestamps.subarray(first, last + 1), endMs),
    values: Float64Array.of(left, ...values.subarray(first, last + 1), right),
  };
}
