/** Series and their days as columns of the `series` table. Source of the form: sql/002-series.sql. */
import { METRIC_NAME } from '@sightline/model';
import { type ColumnBytes, StringBytes } from '../native-writer.ts';
import type { SeriesEntry } from './series-entry.ts';

export interface SeriesDay {
  readonly entry: SeriesEntry;
  readonly day: number;
}

export interface ColumnBlock {
  readonly rows: number;
  readonly columns: readonly ColumnBytes[];
}

/** A block is made in one turn of the event loop: this many take some 20 ms. */
const MAX_ROWS = 10_000;
/** ClickHouse refuses blocks with more than max_partitions_per_insert_block, 100 unless set. */
const MAX_DAYS = 100;
const TWO_32 = 4_294_967_296;

/** One block after the other, each made when it is asked for. */
export function* seriesBlocks(all: readonly SeriesDay[], maxRows = MAX_ROWS): Generator<ColumnBlock> {
  for (let from = 0; from < all.length; ) {
    const days = new Set<number>();
    let to = from;
    while (to < all.length && to - from < maxRows) {
      const { day } = all[to] as SeriesDay;
      if (days.size === MAX_DAYS && !days.has(day)) break;
      days.add(day);
      to++;
    }
    yield { rows: to - from, columns: columnsOf(all.slice(from, to)) };
    from = to;
  }
}

function columnsOf(part: readonly SeriesDay[]): ColumnBytes[] {
  const rows = part.length;
  const days = new Uint16Array(rows);
  const metrics = new Uint32Array(rows);
  const ids = new Uint32Array(rows * 2);
  const ends = new Uint32Array(rows * 2);
  const names = new StringBytes();
  const keys = new StringBytes();
  const values = new StringBytes();
  let labels = 0;
  for (let i = 0; i < rows; i++) {
    const { entry, day } = part[i] as SeriesDay;
    const { flat } = entry.labels;
    days[i] = day;
    metrics[i] = entry.metric;
    const high = Math.floor(entry.id / TWO_32);
    ids[2 * i] = entry.id - high * TWO_32;
    ids[2 * i + 1] = high;
    names.add(entry.labels.metricName);
    for (let k = 0; k < flat.length; k += 2) {
      if (flat[k] === METRIC_NAME) continue;
      keys.add(flat[k] as string);
      values.add(flat[k + 1] as string);
      labels++;
    }
    ends[2 * i] = labels;
  }
  return [
    { name: 'day', type: 'Date', parts: [days] },
    { name: 'metric', type: 'UInt32', parts: [metrics] },
    { name: 'id', type: 'UInt64', parts: [ids] },
    { name: 'name', type: 'String', parts: [names.bytes()] },
    { name: 'labels', type: 'Map(String, String)', parts: [ends, keys.bytes(), values.bytes()] },
  ];
}
