/** Which of an expression's series belongs to an alert. Pure. */
import type { MatrixSeries } from '@sightline/api-types';
import { guessUnit } from './unit-guess.ts';
import type { Unit } from './units.ts';

/**
 * The series whose labels the alert has, most of them in common first. A rule may overwrite labels of its series, so a
 * series may differ in `severity` and the like as long as no other fits better. Null when none fits.
 */
export function seriesOfAlert(
  matrix: readonly MatrixSeries[],
  labels: Readonly<Record<string, string>>,
): MatrixSeries | null {
  let best: MatrixSeries | null = null;
  let bestScore = -1;
  for (const series of matrix) {
    const score = fit(series.metric, labels);
    if (score > bestScore) [best, bestScore] = [series, score];
  }
  return best ?? (matrix.length === 1 ? (matrix[0] ?? null) : null);
}

function fit(metric: MatrixSeries['metric'], labels: Readonly<Record<string, string>>): number {
  let common = 0;
  for (const [name, value] of Object.entries(metric)) {
    if (name === '__name__') continue;
    if (labels[name] !== value) return -1;
    common++;
  }
  return common;
}

/** The points of a sparkline in a box, as the path of an SVG; gaps stay gaps. Empty without points. */
export function sparkPath(
  values: readonly (readonly [number, string])[],
  box: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  scale: { readonly min: number; readonly max: number },
  size: { readonly width: number; readonly height: number },
): string {
  const span = Math.max(1, box.endMs - box.startMs);
  const height = scale.max - scale.min || 1;
  let path = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [seconds, text] of values) {
    const value = Number(text);
    const ms = seconds * 1000;
    if (!Number.isFinite(value)) continue;
    const x = ((ms - box.startMs) / span) * size.width;
    const y = size.height - ((value - scale.min) / height) * size.height;
    path += `${ms - lastMs > box.stepMs * 1.5 ? 'M' : 'L'}${x.toFixed(1)} ${Math.max(0, Math.min(size.height, y)).toFixed(1)}`;
    lastMs = ms;
  }
  return path;
}

/** The lowest and highest of the values and the threshold, from zero on when they are near it. */
export function sparkScale(
  values: readonly (readonly [number, string])[],
  threshold: number | null,
): { min: number; max: number } {
  let min = threshold ?? Number.POSITIVE_INFINITY;
  let max = threshold ?? Number.NEGATIVE_INFINITY;
  for (const [, text] of values) {
    const value = Number(text);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return { min: 0, max: 1 };
  if (min >= 0 && min <= max * 0.6) min = 0;
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}

/** The unit of what a rule watches: `up == 0` is compared with a number, not with a word. */
export function watchedUnit(expr: string): Unit {
  const unit = guessUnit(expr);
  return unit === 'bool' ? 'short' : unit;
}
