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
