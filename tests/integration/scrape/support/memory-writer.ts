/** A metric writer that keeps everything in memory, for looking at what a scrape stored. */
import type { Exemplar, Labels, MetricMetadata } from '@sightline/model';
import type {
  MetricWriter,
  RejectReason,
  SampleBatch,
  SeriesHandle,
  WriteResult,
} from '../../../../packages/server/src/storage/metric-store.ts';

export interface StoredSample {
  readonly atMs: number;
  /** 'stale' for a staleness marker. */
  readonly value: number | 'stale';
}

class MemoryBatch implements SampleBatch {
  readonly rows: { series: SeriesHandle; atMs: number; value: number | 'stale' }[] = [];
  readonly exemplars: { series: SeriesHandle; exemplar: Exemplar }[] = [];

  get size(): number {
    return this.rows.length;
  }

  add(series: SeriesHandle, timestampMs: number, value: number): void {
    this.rows.push({ series, atMs: timestampMs, value });
  }

  addStale(series: SeriesHandle, timestampMs: number): void {
    this.rows.push({ series, atMs: timestampMs, value: 'stale' });
  }

  addExemplar(series: SeriesHandle, exemplar: Exemplar): void {
    this.exemplars.push({ series, exemplar });
  }
}

export class MemoryWriter implements MetricWriter {
  readonly #handles = new Map<string, SeriesHandle>();
  readonly #samples = new Map<string, Map<number, number | 'stale'>>();
  readonly exemplars: { series: Labels; exemplar: Exemplar }[] = [];
  readonly metadata = new Map<string, MetricMetadata>();
  /** Refuses series for which it gives a reason. */
  refuse: (labels: Labels) => RejectReason | undefined = () => undefined;
  /** Runs before each write is stored. */
  beforeWrite: () => Promise<void> = async () => undefined;
  seriesCalls = 0;
  writes = 0;

  series(labels: Labels): SeriesHandle | RejectReason {
    this.seriesCalls++;
    const reason = this.refuse(labels);
    if (reason !== undefined) return reason;
    let handle = this.#handles.get(labels.key);
    if (handle === undefined) {
      handle = { labels, id: this.#handles.size + 1, metric: 0 };
      this.#handles.set(labels.key, handle);
    }
    return handle;
  }

  createBatch(): MemoryBatch {
    return new MemoryBatch();
  }

  async write(batch: SampleBatch): Promise<WriteResult> {
    await this.beforeWrite();
    this.writes++;
    const { rows, exemplars } = batch as MemoryBatch;
    for (const { series, atMs, value } of rows) {
      const name = series.labels.toString();
      const samples = this.#samples.get(name) ?? new Map<number, number | 'stale'>();
      this.#samples.set(name, samples);
      if (!samples.has(atMs)) samples.set(atMs, value);
    }
    for (const { series, exemplar } of exemplars) this.exemplars.push({ series: series.labels, exemplar });
    return { accepted: rows.length, rejected: {} };
  }

  describe(metadata: MetricMetadata): void {
    this.metadata.set(metadata.name, metadata);
  }

  /** Of the series with this text (`name{a="b"}`), oldest first. */
  samples(series: string): StoredSample[] {
    const rows = [...(this.#samples.get(series) ?? new Map<number, number | 'stale'>())];
    return rows.map(([atMs, value]) => ({ atMs, value })).sort((a, b) => a.atMs - b.atMs);
  }

  values(series: string): (number | 'stale')[] {
    return this.samples(series).map(({ value }) => value);
  }

  names(): string[] {
    return [...this.#samples.keys()].sort();
  }
}
