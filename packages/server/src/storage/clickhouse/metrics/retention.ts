/** Drops whole days that retention has left behind, at the start and every few minutes. */

import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { readNative } from '../native.ts';
import type { SampleCache } from './cache/sample-cache.ts';
import type { ChangeLog } from './changes/change-log.ts';
import type { MetricContext } from './metric-options.ts';
import { dropPartitionSql, partitionsBeforeSql } from './queries.ts';
import { DAY_MS } from './sample-code.ts';
import type { SeriesIndex } from './series-index.ts';
import type { WriterParts } from './writer.ts';

const INTERVAL_MS = 5 * 60_000;

export class RetentionJanitor {
  readonly #database: Database;
  readonly #index: SeriesIndex;
  readonly #context: MetricContext;
  readonly #changes: ChangeLog;
  readonly #cache: SampleCache;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: WriterParts) {
    const { database, index, context, changes, cache } = parts;
    this.#database = database;
    this.#index = index;
    this.#context = context;
    this.#changes = changes;
    this.#cache = cache;
  }

  start(): void {
    if (this.#context.retentionMs === 0) return;
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS);
    this.#timer.unref();
    this.#tick();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Drops every day that ended before retention began. */
  async run(): Promise<void> {
    const { retentionMs, now, metrics, logger } = this.#context;
    if (retentionMs === 0) return;
    const firstKept = Math.floor((now() - retentionMs) / DAY_MS);
    if (firstKept <= 0) return;
    this.#cache.dropBefore(firstKept * 24);
    const bytes = await this.#database.query(partitionsBeforeSql(firstKept), { lane: 'background' });
    for (const { rows, columns } of readNative(bytes)) {
      const [tables, partitions] = columns;
      if (tables?.kind !== 'string' || partitions?.kind !== 'string') throw unexpectedColumns('system.parts');
      for (let i = 0; i < rows; i++) {
        const table = tables.values[i] as string;
        const partition = partitions.values[i] as string;
        this.#changes.forget();
        await this.#database.execute(dropPartitionSql(table, partition), { lane: 'background' });
        this.#changes.forget();
        metrics.partitionsDropped.inc();
        logger.info('dropped a day that retention left behind', { table, day: partition });
      }
    }
    this.#index.evictBefore(firstKept);
  }

  #tick(): void {
    this.#running = this.run().catch((error: unknown) => {
      this.#context.logger.error('retention could not be enforced', {
        error: error instanceof Error ? error.message : String(error),
      });
    });
  }
}
