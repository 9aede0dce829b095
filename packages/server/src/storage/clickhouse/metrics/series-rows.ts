/** Rows of the `series` table as the queries of queries.ts return them. */
import { compareStrings, METRIC_NAME } from '@sightline/model';
import { unexpectedColumns } from '../migrations.ts';
import { type NativeColumn, readNative, toNumbers } from '../native.ts';

export interface SeriesRow {
  readonly metric: number;
  readonly id: number;
  readonly days: readonly number[];
  /** Label names and values in turn, sorted, the metric name among them. */
  readonly flat: readonly string[];
}

export function* readSeriesRows(bytes: Uint8Array): Generator<SeriesRow> {
  for (const { rows, columns } of readNative(bytes)) {
    const [metrics, ids, days, names, labelNames, labelValues] = columns;
    if (metrics?.kind !== 'u32' || ids?.kind !== 'u64' || names?.kind !== 'string') throw unexpectedColumns('series');
    if (days?.kind !== 'array' || days.item.kind !== 'u16') throw unexpectedColumns('series');
    const idNumbers = toNumbers(ids.words);
    const dayValues = days.item.values;
    const keys = stringLists(labelNames);
    const values = stringLists(labelValues);
    for (let i = 0; i < rows; i++) {
      yield {
        metric: metrics.values[i] as number,
        id: idNumbers[i] as number,
        days: Array.from(dayValues.subarray(i === 0 ? 0 : days.ends[i - 1], days.ends[i])).sort((a, b) => a - b),
        flat: flatLabels(names.values[i] as string, keys(i), values(i)),
      };
    }
  }
}

/** Reader of an Array(String) column, by row. */
export function stringLists(column: NativeColumn | undefined): (row: number) => readonly string[] {
  if (column?.kind !== 'array' || column.item.kind !== 'string') throw unexpectedColumns('series');
  const { ends } = column;
  const { values } = column.item;
  return (row) => values.slice(row === 0 ? 0 : ends[row - 1], ends[row]);
}

function flatLabels(name: string, keys: readonly string[], values: readonly string[]): string[] {
  const flat: string[] = [];
  let isNamePlaced = name === '';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (!isNamePlaced && compareStrings(METRIC_NAME, key) < 0) {
      flat.push(METRIC_NAME, name);
      isNamePlaced = true;
    }
    flat.push(key, values[i] as string);
  }
  if (!isNamePlaced) flat.push(METRIC_NAME, name);
  return flat;
}
