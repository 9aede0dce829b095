/** What the next insert will hold: rows of every metrics table, and the writers that wait for it. */
import type { Exemplar, MetricMetadata } from '@sightline/model';
import type { WriteResult } from '../../metric-store.ts';
import { escapeTsv, mapTsv } from '../sql-text.ts';
import type { CommitChanges } from './changes/change-log.ts';
import { RowChunks } from './row-buffer.ts';
import type { ColumnBatch } from './sample-batch.ts';
import { DAY_MS } from './sample-code.ts';
import { SampleChunks, type SampleRows } from './sample-rows.ts';
import type { SeriesDay } from './series-columns.ts';
import type { SeriesEntry } from './series-entry.ts';

export const EXEMPLAR_COLUMNS = ['metric', 'id', 'time', 'value', 'labels'] as const;
export const METADATA_COLUMNS = ['name', 'type', 'help', 'unit', 'version'] as const;

export interface Waiter {
  readonly batch: ColumnBatch;
  readonly result: WriteResult;
  /** A sample was left out as a repeat of one that is still on its way: if that one fails, so must this batch. */
  readonly hasRepeats: boolean;
  resolve(result: WriteResult): void;
  reject(error: Error): void;
}

export class PendingCommit {
  readonly samples: SampleChunks;
  readonly changes: CommitChanges;
  readonly exemplars = new RowChunks();
  readonly seriesDays: SeriesDay[] = [];
  readonly metadata: MetricMetadata[] = [];
  readonly waiters: Waiter[] = [];
  /** Samples counted against the queue limit. */
  sampleCount = 0;

  /** @param spare memory of earlier commits */
  constructor(spare: SampleRows[], changes: CommitChanges) {
    this.samples = new SampleChunks(spare);
    this.changes = changes;
  }

  get isEmpty(): boolean {
    return this.waiters.length === 0 && this.metadata.length === 0;
  }

  addExemplar(entry: SeriesEntry, exemplar: Exemplar): void {
    const row = this.exemplars.next(Math.floor(exemplar.timestamp / DAY_MS));
    const time = (exemplar.timestamp / 1000).toFixed(3).padStart(14, '0');
    row.text(`${entry.metric}\t${entry.id}\t${time}\t${floatTsv(exemplar.value)}\t${mapTsv(exemplar.labels.flat)}\n`);
  }
}

export function metadataRows(metadata: readonly MetricMetadata[], version: number): RowChunks {
  const chunks = new RowChunks();
  for (const { name, type, help, unit } of metadata) {
    chunks.next(0).text(`${escapeTsv(name)}\t${type}\t${escapeTsv(help)}\t${escapeTsv(unit)}\t${version}\n`);
  }
  return chunks;
}

function floatTsv(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
