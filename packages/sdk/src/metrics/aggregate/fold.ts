/** One gauge of the gauges of several processes, by the mode of its definition. */
import { TEXT_STALE } from '../chunk.ts';
import type { Family } from '../family.ts';
import type { GaugeAggregation } from '../types.ts';

interface Fold {
  sum: number;
  min: number;
  max: number;
  first: number;
  count: number;
}

/** @param held Series of each live reporter: their value and their number in `family`. */
export function foldGauge(
  family: Family,
  held: ReadonlyMap<string, ReadonlyMap<number, { readonly merged: number; readonly values: Float64Array }>>,
): void {
  const folds = new Map<number, Fold>();
  for (const series of held.values()) {
    for (const { merged, values } of series.values()) {
      const value = values[0] as number;
      const fold = folds.get(merged);
      if (fold === undefined) {
        folds.set(merged, { sum: value, min: value, max: value, first: value, count: 1 });
        continue;
      }
      fold.sum += value;
      fold.min = Math.min(fold.min, value);
      fold.max = Math.max(fold.max, value);
      fold.count++;
    }
  }
  for (const [merged, fold] of folds) {
    if (merged < 0) continue;
    const chunk = family.chunkOf(merged);
    const index = family.indexOf(merged);
    const value = result(fold, family.definition.aggregate);
    if (Object.is(chunk.values[index], value)) continue;
    chunk.values[index] = value;
    chunk.flags[index] = (chunk.flags[index] as number) | TEXT_STALE;
  }
}

function result(fold: Fold, mode: GaugeAggregation): number {
  switch (mode) {
    case 'min':
      return fold.min;
    case 'max':
      return fold.max;
    case 'average':
      return fold.sum / fold.count;
    case 'first':
      return fold.first;
    default:
      return fold.sum;
  }
}
