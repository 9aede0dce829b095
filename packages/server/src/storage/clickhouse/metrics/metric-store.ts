/** The metrics store: writer, readers, retention and numbers over one database and one index. */
import type { MetricMetadata, MetricType } from '@sightline/model';
import type { ChangeTracker, MetricReader, MetricStore, MetricStoreStats, WorkClass } from '../../metric-store.ts';
import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { readNative } from '../native.ts';
import { SampleCache } from './cache/sample-cache.ts';
import { ChangeLog } from './changes/change-log.ts';
import type { MetricContext } from './metric-options.ts';
import { METADATA_SQL } from './queries.ts';
import { ClickHouseMetricReader } from './reader.ts';
import { RetentionJanitor } from './retention.ts';
import { loadIndex, planIndex } from './series-finder.ts';
import { SeriesIndex } from './series-index.ts';
import { collectStats } from './stats.ts';
import { ChunkedWriter } from './writer.ts';

export class ClickHouseMetricStore implements MetricStore {
  readonly writer: ChunkedWriter;
  readonly changes: ChangeTracker | undefined;
  readonly #database: Database;
  readonly #index: SeriesIndex;
  readonly #context: MetricContext;
  readonly #cache: SampleCache;
  readonly #janitor: RetentionJanitor;
  readonly #readers: Readonly<Record<WorkClass, MetricReader>>;

  private constructor(database: Database, index: SeriesIndex, context: MetricContext) {
    this.#database = database;
    this.#index = index;
    this.#context = context;
    const changes = new ChangeLog();
    const { cacheBytes, isSoleWriter } = context;
    this.#cache = new SampleCache({
      budgetBytes: isSoleWriter ? cacheBytes : 0,
      index,
      metrics: context.metrics.cache,
    });
    index.onForget = () => this.#cache.dropForgotten();
    const writerParts = { database, index, context, changes, cache: this.#cache };
    this.changes = context.isSoleWriter ? changes : undefined;
    this.writer = new ChunkedWriter(writerParts);
    this.#janitor = new RetentionJanitor(writerParts);
    const parts = { database, index, context, cache: this.#cache, metadata: () => this.writer.described.values() };
    this.#readers = {
      interactive: new ClickHouseMetricReader(parts, 'interactive'),
      rules: new ClickHouseMetricReader(parts, 'rules'),
      background: new ClickHouseMetricReader(parts, 'background'),
    };
  }

  static async open(database: Database, context: MetricContext): Promise<ClickHouseMetricStore> {
    const { limits, retentionMs } = context;
    const firstDay = await planIndex(database, limits.seriesLimit, context.now(), retentionMs);
    const index = new SeriesIndex(limits.seriesLimit, firstDay);
    await loadIndex(database, index);
    const store = new ClickHouseMetricStore(database, index, context);
    await store.#loadMetadata();
    store.#janitor.start();
    store.#cache.start();
    return store;
  }

  reader(workClass: WorkClass): MetricReader {
    return this.#readers[workClass];
  }

  stats(): Promise<MetricStoreStats> {
    return collectStats(this.#database, this.#index, this.#context, this.writer.queuedSamples);
  }

  /** Drops what retention has left behind now; the janitor does it every few minutes. */
  enforceRetention(): Promise<void> {
    return this.#janitor.run();
  }

  /** Number of series in the index, for gauges. */
  get indexedSeries(): number {
    return this.#index.size;
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.#janitor.stop();
    this.#cache.stop();
  }

  async #loadMetadata(): Promise<void> {
    const bytes = await this.#database.query(METADATA_SQL, { lane: 'background' });
    for (const { rows, columns } of readNative(bytes)) {
      const texts = columns.map((column) => {
        if (column.kind !== 'string') throw unexpectedColumns('metric_metadata');
        return column.values;
      });
      for (let i = 0; i < rows; i++) {
        const [name, type, help, unit] = texts.map((values) => values[i] as string) as [string, string, string, string];
        const metadata: MetricMetadata = { name, type: type as MetricType, help, unit };
        this.writer.restoreMetadata(metadata);
      }
    }
  }
}
