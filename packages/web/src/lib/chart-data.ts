/** From the API's matrix to columns on one time grid. Gaps stay gaps: a missing point is null, never the last value. */
import type { MatrixSeries } from '@sightline/api-types';

export type Labels = Readonly<Record<string, string>>;

interface ChartSeries {
  /** Stable across refreshes: the query's letter and the labels. */
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  /** What the colour hangs on: the labels, or the given name. */
  readonly identity: Labels;
  readonly values: readonly (number | null)[];
  /** The values of the time it is compared with, on the same grid. */
  readonly ghost?: readonly (number | null)[];
}

export interface ChartData {
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
}

export interface SeriesStats {
  readonly last: number | null;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface QueryResult {
  readonly ref: string;
  readonly matrix: readonly MatrixSeries[];
  readonly name?: (labels: Labels) => string;
}

export const EMPTY_DATA: ChartData = { times: [], series: [] };

/** `up{job="node"}`; only the name when there are no labels. */
export function seriesText(labels: Labels, omit: ReadonlySet<string> = new Set()): string {
  const pairs = Object.keys(labels)
    .filter((name) => name !== '__name__' && !omit.has(name))
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  const metric = omit.has('__name__') ? '' : (labels['__name__'] ?? '');
  if (pairs.length === 0) return metric === '' ? '{}' : metric;
  return `${metric}{${pairs.join(', ')}}`;
}

/** Labels that every one of the series has with the same value; none when there is only one series. */
export function commonLabels(series: readonly Labels[]): Labels {
  const [first] = series;
  if (first === undefined || series.length < 2) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => series.every((labels) => labels[name] === value)),
  );
}

/** A short name: what sets this series apart from the others. */
export function seriesName(labels: Labels, common: Labels): string {
  const rest = Object.keys(labels).filter((name) => !(name in common));
  if (rest.length === 0) return seriesText(labels);
  if (rest.length === 1 && rest[0] !== undefined && rest[0] !== '__name__') return labels[rest[0]] || '(empty)';
  return seriesText(labels, new Set(Object.keys(common)));
}

function parse(value: string): number | null {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** Merges results onto the grid from `startMs` to `endMs`. Points off the grid go to the nearest step. */
export function buildChartData(
  results: readonly QueryResult[],
  startMs: number,
  endMs: number,
  stepMs: number,
): ChartData {
  const length = Math.floor((endMs - startMs) / stepMs) + 1;
  if (length <= 0 || length > 50_000) return EMPTY_DATA;
  const times = Array.from({ length }, (_, index) => (startMs + index * stepMs) / 1000);
  const series: ChartSeries[] = [];
  const common = commonLabels(results.flatMap(({ matrix }) => matrix.map(({ metric }) => metric)));
  const isMany = results.length > 1;
  for (const { ref, matrix, name } of results) {
    for (const { metric, values } of matrix) {
      const column: (number | null)[] = new Array(length).fill(null);
      for (const [seconds, value] of values) {
        const index = Math.round((seconds * 1000 - startMs) / stepMs);
        if (index >= 0 && index < length) column[index] = parse(value);
      }
      const text = name?.(metric) ?? seriesName(metric, common);
      series.push({
        key: `${ref}:${seriesText(metric)}`,
        name: text === '{}' && isMany ? ref : text,
        labels: metric,
        identity: name !== undefined ? { '': text } : ref === 'A' ? metric : { ...metric, '': ref },
        values: column,
      });
    }
  }
  return { times, series };
}

export function statsOf(values: readonly (number | null)[]): SeriesStats {
  let last: number | null = null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    last = value;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  return count === 0 ? { last, mean: null, min: null, max: null } : { last, mean: sum / count, min, max };
}

/** The series to draw when there are too many: largest last value first, original order kept. */
export function largestSeries(data: ChartData, limit: number): ChartData {
  if (data.series.length <= limit) return data;
  const ranked = data.series
    .map((series, index) => ({ index, size: Math.abs(statsOf(series.values).max ?? 0) }))
    .sort((a, b) => b.size - a.size || a.index - b.index)
    .slice(0, limit)
    .map(({ index }) => index);
  const keep = new Set(ranked);
  return { times: data.times, series: data.series.filter((_, index) => keep.has(index)) };
}

/** Running totals for a stacked chart, bottom series first. A gap adds nothing and stays a gap in its own series. */
export function stackColumns(
  columns: readonly (readonly (number | null)[])[],
  isShown: (index: number) => boolean,
): (number | null)[][] {
  const length = columns[0]?.length ?? 0;
  const total = new Float64Array(length);
  return columns.map((column, index) => {
    if (!isShown(index)) return column.map(() => null);
    return column.map((value, at) => {
      if (value === null || !Number.isFinite(value)) return null;
      total[at] = (total[at] ?? 0) + value;
      return total[at] ?? null;
    });
  });
}

/** The sentence that a screen reader hears for the whole chart. */
export function chartSentence(
  title: string,
  data: ChartData,
  format: (value: number | null) => string,
  clock: (seconds: number) => string,
): string {
  const count = data.series.length;
  if (count === 0) return `${title}, no series`;
  let best: { name: string; value: number; at: number } | null = null;
  for (const { name, values } of data.series) {
    values.forEach((value, index) => {
      if (value !== null && Number.isFinite(value) && (best === null || value > best.value)) {
        best = { name, value, at: data.times[index] ?? 0 };
      }
    });
  }
  const peak = best as { name: string; value: number; at: number } | null;
  const highest = peak === null ? 'no values' : `${peak.name} highest, ${format(peak.value)} at ${clock(peak.at)}`;
  return `${title}, ${count} series; ${highest}`;
}
