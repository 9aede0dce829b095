/** Instant values as the rows of a table, with what they were at an earlier time. Pure. */
import type { VectorSample } from '@sightline/api-types';
import { seriesText } from './chart-data.ts';
import type { Change } from './compare.ts';
import type { Unit } from './units.ts';

export interface ValueRow {
  readonly key: string;
  readonly ref: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly value: number;
  readonly unit: Unit;
  /** Null when nothing is compared or the series had no value then. */
  readonly earlier: number | null;
  readonly change: Change | null;
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function changeFrom(before: number | null, now: number): Change | null {
  if (before === null || !Number.isFinite(before) || !Number.isFinite(now)) return null;
  return { now, before, share: before === 0 ? (now === 0 ? 0 : null) : (now - before) / Math.abs(before) };
}

/** @param earlier the same query's values at the time it is compared with; undefined when nothing is */
export function valueRows(
  ref: string,
  unit: Unit,
  samples: readonly VectorSample[],
  earlier: readonly VectorSample[] | undefined,
): ValueRow[] {
  const before = new Map(earlier?.map(({ metric, value }) => [seriesText(metric), parseValue(value[1])]));
  return samples.map(({ metric, value }) => {
    const text = seriesText(metric);
    const now = parseValue(value[1]);
    const then = before.get(text) ?? null;
    const change = changeFrom(then, now);
    return { key: `${ref}:${text}`, ref, text, labels: metric, raw: value[1], value: now, unit, earlier: then, change };
  });
}

const NUMBERS: Readonly<Record<string, (row: ValueRow) => number>> = {
  value: (row) => row.value,
  earlier: (row) => row.earlier ?? Number.NaN,
  change: ({ change }) =>
    change === null
      ? Number.NaN
      : (change.share ?? (change.now > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)),
};

/** Labels as columns: the metric's name first, then those with differing values before those all rows share. */
export function labelColumns(rows: readonly Readonly<Record<string, string>>[]): string[] {
  const names = [...new Set(rows.flatMap((labels) => Object.keys(labels)))].sort();
  const spread = (name: string): number => new Set(rows.map((labels) => labels[name])).size;
  return names.sort(
    (a, b) =>
      Number(b === '__name__') - Number(a === '__name__') ||
      Number(spread(b) > 1) - Number(spread(a) > 1) ||
      a.localeCompare(b),
  );
}

export function sortRows(rows: readonly ValueRow[], by: string, isDescending: boolean): ValueRow[] {
  const direction = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const number = NUMBERS[by];
    if (number !== undefined) {
      const [left, right] = [number(a), number(b)];
      // What is missing stays at the end in both directions.
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return (left === right ? 0 : direction * (left - right)) || a.text.localeCompare(b.text);
    }
    const textOf = (row: ValueRow): string => (by === 'ref' ? row.ref : (row.labels[by.slice('label:'.length)] ?? ''));
    return direction * textOf(a).localeCompare(textOf(b), 'en', { numeric: true });
  });
}
