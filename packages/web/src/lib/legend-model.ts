/** What the legend's clicks do to the set of hidden series, and how its rows are sorted. Pure. */
import type { Labels, SeriesStats } from './chart-data.ts';
import type { Change } from './compare.ts';

export type HiddenKeys = ReadonlySet<string>;
export type LegendColumn = 'name' | 'change' | keyof SeriesStats;

export interface LegendSort {
  readonly column: LegendColumn;
  readonly isDescending: boolean;
}

/** Swatch click, or ctrl/⌘ click on the name: only this series changes. */
export function toggleSeries(hidden: HiddenKeys, key: string): HiddenKeys {
  const next = new Set(hidden);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Click on the name: only this series stays; a second click on the one that is alone brings all back. */
export function isolateSeries(hidden: HiddenKeys, key: string, all: readonly string[]): HiddenKeys {
  const isAlone = !hidden.has(key) && all.every((one) => one === key || hidden.has(one));
  return isAlone ? new Set() : new Set(all.filter((one) => one !== key));
}

/** What makes two series of different charts the same thing to a person. */
export interface SeriesMark {
  readonly name: string;
  readonly labels: Labels;
}

function isSameThing(a: SeriesMark, b: SeriesMark): boolean {
  if (a.name === b.name) return true;
  const shared = Object.keys(a.labels).filter((name) => name !== '__name__' && name in b.labels);
  return shared.length > 0 && shared.every((name) => a.labels[name] === b.labels[name]);
}

/** Alt click on a name: what another chart hides. A chart that has nothing of the kind stays as it is (null). */
export function isolateMark(mark: SeriesMark, series: readonly (SeriesMark & { key: string })[]): HiddenKeys | null {
  const others = series.filter((one) => !isSameThing(mark, one));
  return others.length === series.length ? null : new Set(others.map(({ key }) => key));
}

/** A click on a column's header: numbers start with the largest, names with A; the next click turns it round. */
export function nextSort(sort: LegendSort, column: LegendColumn): LegendSort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: column !== 'name' };
}

export interface LegendRow {
  readonly key: string;
  readonly name: string;
  readonly stats: SeriesStats;
  /** Against the time it is compared with; null when there is nothing to compare. */
  readonly change?: Change | null;
}

function columnValue({ stats, change }: LegendRow, column: Exclude<LegendColumn, 'name'>): number | null {
  if (column !== 'change') return stats[column];
  // Growth from nothing is the largest of all.
  return change === null || change === undefined ? null : (change.share ?? Math.sign(change.now) * Number.MAX_VALUE);
}

/** Sorted and filtered rows. Rows without a value are always last. */
export function legendRows<TRow extends LegendRow>(rows: readonly TRow[], sort: LegendSort, filter: string): TRow[] {
  const needle = filter.trim().toLowerCase();
  const kept = needle === '' ? [...rows] : rows.filter(({ name }) => name.toLowerCase().includes(needle));
  const direction = sort.isDescending ? -1 : 1;
  const { column } = sort;
  return kept.sort((a, b) => {
    if (column === 'name') return direction * a.name.localeCompare(b.name, 'en', { numeric: true });
    const left = columnValue(a, column);
    const right = columnValue(b, column);
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
    return direction * (left - right) || a.name.localeCompare(b.name);
  });
}
