/** Instant selectors with `smoothed`. */
import { EMPTY_BLOCK } from '@sightline/model';
import type { VectorSelector } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import { type Frame, newFrame } from './frame.ts';
import { interpolate, rowAt } from './edge.ts';
import type { Grid } from './grid.ts';
import { referenceTimes } from './select.ts';
import { withoutStaleMarkers } from './stale-samples.ts';

/** `a smoothed`: the line between the samples around each step; after the last sample its value, before the first nothing. */
export async function evalSmoothedSelector(expr: VectorSelector, grid: Grid, context: QueryContext): Promise<Frame> {
  const block = context.blocks.get(expr) ?? EMPTY_BLOCK;
  const frame = newFrame(block.series, grid.count);
  context.hold(frame.values.length);
  const refs = referenceTimes(expr, grid, context);
  const { lookbackMs } = context.times;
  const samples = withoutStaleMarkers(block);
  for (let row = 0; row < block.series.length; row++) {
    samples.seek(row);
    const { timestamps, values, from, to } = samples;
    for (let k = 0; k < grid.count; k++) {
      const ref = refs[k] as number;
      const first = rowAt(timestamps, from, to, ref - lookbackMs, true);
      const last = rowAt(timestamps, first, to, ref + lookbackMs, true);
      const next = rowAt(timestamps, first, last, ref, false);
      const isExact = next < last && timestamps[next] === ref;
      if (!isExact && next === first) continue;
      const at = row * grid.count + k;
      if (isExact) frame.values[at] = values[next] as number;
      else if (next === last) frame.values[at] = values[next - 1] as number;
      else frame.values[at] = interpolate(timestamps, values, next - 1, ref, false);
      frame.has[at] = 1;
    }
    if (context.pacer.isDue()) await context.pacer.pause();
  }
  return frame;
}
