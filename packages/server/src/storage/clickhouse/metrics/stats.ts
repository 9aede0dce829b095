/** What status pages show of the metrics store. */

import { METRIC_NAME } from '@sightline/model';
import type { Cardinality, MetricStoreStats } from '../../metric-store.ts';
import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { type NativeBlock, readNative, toNumbers } from '../native.ts';
import type { MetricContext } from './metric-options.ts';
import { sizeOf } from './postings.ts';
import { SAMPLE_COUNT_SQL, TABLES_SQL } from './queries.ts';
import type { SeriesIndex } from './series-index.ts';

/** Entries of each list. */
const TOP = 10;
const ACTIVE_MS = 3_600_000;

type Table = MetricStoreStats['tables'][number];

export async function collectStats(
  database: Database,
  index: SeriesIndex,
  context: MetricContext,
  queuedSamples: number,
): Promise<MetricStoreStats> {
  const settings = { max_execution_time: 20 };
  const [tables, counted] = await Promise.all([
    database.query(TABLES_SQL, { lane: 'background', settings }).then(readTables),
    database.query(SAMPLE_COUNT_SQL, { lane: 'background', settings }).then(readCount),
  ]);
  const samples = tables.find(({ table }) => table === 'metric_samples');
  const hasSamples = counted.samples > 0;
  return {
    activeSeries: countActive(index, context.now()),
    seriesLimit: context.limits.seriesLimit,
    queuedSamples,
    queueLimit: context.limits.queuedSamples,
    storedSamples: counted.samples,
    bytesOnDisk: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    partCount: samples?.parts ?? 0,
    oldestMs: hasSamples ? counted.oldestMs : undefined,
    newestMs: hasSamples ? (newestOf(index) ?? counted.newestMs) : undefined,
    retentionMs: context.retentionMs,
    ...topLists(index),
    tables,
  };
}

function readTables(bytes: Uint8Array): Table[] {
  const tables: Table[] = [];
  for (const block of readNative(bytes)) {
    const [names] = block.columns;
    if (names?.kind !== 'string') throw unexpectedColumns('system.parts');
    const [rows, sizes, parts] = [1, 2, 3].map((at) => u64(block, at)) as [Float64Array, Float64Array, Float64Array];
    names.values.forEach((table, i) => {
      tables.push({ table, rows: rows[i] as number, bytes: sizes[i] as number, parts: parts[i] as number });
    });
  }
  return tables;
}

function readCount(bytes: Uint8Array): { samples: number; oldestMs: number; newestMs: number } {
  for (const block of readNative(bytes)) {
    const [, oldest, newest] = block.columns;
    if (oldest?.kind !== 'u32' || newest?.kind !== 'u32') throw unexpectedColumns('metric_samples');
    return {
      samples: u64(block, 0)[0] as number,
      oldestMs: (oldest.values[0] as number) * 1000,
      newestMs: (newest.values[0] as number) * 1000,
    };
  }
  return { samples: 0, oldestMs: 0, newestMs: 0 };
}

function u64(block: NativeBlock, at: number): Float64Array {
  const column = block.columns[at];
  if (column?.kind !== 'u64') throw unexpectedColumns('system.parts');
  return toNumbers(column.words);
}

function countActive(index: SeriesIndex, nowMs: number): number {
  let count = 0;
  for (const entry of index.entries) if (entry.lastMs > nowMs - ACTIVE_MS && !entry.isLastStale) count++;
  return count;
}

function newestOf(index: SeriesIndex): number | undefined {
  let newest = -1;
  for (const entry of index.entries) if (entry.lastMs > newest) newest = entry.lastMs;
  return newest === -1 ? undefined : newest;
}

function topLists(index: SeriesIndex): Pick<MetricStoreStats, 'seriesByMetric' | 'seriesByPair' | 'valuesByLabel'> {
  const metrics = new TopList();
  const pairs = new TopList();
  const labels = new TopList();
  for (const name of index.postings.names()) {
    const values = index.postings.values(name);
    if (values === undefined) continue;
    labels.offer(name, values.size);
    for (const [value, refs] of values) {
      const count = sizeOf(refs);
      if (name === METRIC_NAME) metrics.offer(value, count);
      if (pairs.accepts(count)) pairs.offer(`${name}=${value}`, count);
    }
  }
  return { seriesByMetric: metrics.items, seriesByPair: pairs.items, valuesByLabel: labels.items };
}

/** The largest few of many. */
class TopList {
  readonly items: Cardinality[] = [];

  accepts(value: number): boolean {
    return this.items.length < TOP || value > (this.items[TOP - 1]?.value ?? 0);
  }

  offer(name: string, value: number): void {
    if (!this.accepts(value)) return;
    const at = this.items.findIndex((item) => item.value < value);
    this.items.splice(at === -1 ? this.items.length : at, 0, { name, value });
    if (this.items.length > TOP) this.items.pop();
  }
}
