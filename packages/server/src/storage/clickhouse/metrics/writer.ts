/**
 * The write path: checks samples, gathers them, and inserts one commit at a time. While one is in flight the next gathers, so
 * that inserts grow with the load. A write resolves when the insert that holds it has returned.
 */
import type { Labels, MetricMetadata } from '@sightline/model';
import { OverloadedError, StorageError, toStorageError } from '../../errors.ts';
import type { MetricWriter, RejectReason, SampleBatch, SeriesHandle, WriteResult } from '../../metric-store.ts';
import type { Database } from '../database.ts';
import type { SampleCache } from './cache/sample-cache.ts';
import type { ChangeLog } from './changes/change-log.ts';
import type { MetricContext } from './metric-options.ts';
import { EXEMPLAR_COLUMNS, METADATA_COLUMNS, metadataRows, PendingCommit } from './pending-commit.ts';
import type { RowChunks } from './row-buffer.ts';
import { ColumnBatch } from './sample-batch.ts';
import { checkSamples } from './sample-check.ts';
import type { SampleRows } from './sample-rows.ts';
import { type ColumnBlock, type SeriesDay, seriesBlocks } from './series-columns.ts';
import type { SeriesEntry } from './series-entry.ts';
import type { SeriesIndex } from './series-index.ts';

/**
 * An insert has a fixed cost of some 10 ms and makes a part to be merged. So samples that nobody waits for gather longer, up to
 * GATHER_STEPS times gatherMs, as long as there are more than SMALL_COMMIT (where freshness matters more) and fewer than GOOD_COMMIT.
 */
const SMALL_COMMIT = 2_000;
const GOOD_COMMIT = 25_000;
const GATHER_STEPS = 4;

/** Batches whose memory is kept, and the most samples of one. */
const MAX_SPARE_BATCHES = 64;
const MAX_SPARE_SIZE = 4_096;

/** How long a server is thought to work on after the connection was lost. */
const DOUBT_MS = 10 * 60_000;

/** Rows of a commit that are added to the cache in one turn of the event loop. */
const ROWS_A_TURN = 20_000;

/** Rows that start an insert without waiting for more. */
const FULL_COMMIT = 100_000;
const RETRY_DELAYS_MS = [100, 1_000];

export interface WriterParts {
  readonly database: Database;
  readonly index: SeriesIndex;
  readonly context: MetricContext;
  readonly changes: ChangeLog;
  readonly cache: SampleCache;
}

export class ChunkedWriter implements MetricWriter {
  readonly #database: Database;
  readonly #index: SeriesIndex;
  readonly #context: MetricContext;
  readonly #changes: ChangeLog;
  readonly #cache: SampleCache;
  readonly #described = new Map<string, MetricMetadata>();
  /** Memory of earlier commits for those to come. */
  readonly #spare: SampleRows[] = [];
  readonly #spareBatches: ColumnBatch[] = [];
  #pending: PendingCommit;
  /** Series rows that a failed commit left; the next one writes them first. */
  #unsaved: SeriesDay[] = [];
  #queued = 0;
  #inFlight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isClosed = false;
  #metadataVersion = 0;

  constructor(parts: WriterParts) {
    const { database, index, context, changes, cache } = parts;
    this.#database = database;
    this.#index = index;
    this.#context = context;
    this.#changes = changes;
    this.#cache = cache;
    this.#pending = new PendingCommit(this.#spare, changes.gather());
  }

  get queuedSamples(): number {
    return this.#queued;
  }

  series(labels: Labels): SeriesHandle | RejectReason {
    const { limits } = this.#context;
    const { flat } = labels;
    if (flat.length > limits.labelsPerSeries * 2) return 'label_limit';
    for (let i = 0; i < flat.length; i += 2) {
      if ((flat[i] as string).length > limits.labelNameLength) return 'label_limit';
      if ((flat[i + 1] as string).length > limits.labelValueLength) return 'label_limit';
    }
    return this.#index.obtain(labels);
  }

  createBatch(): SampleBatch {
    return this.#spareBatches.pop() ?? new ColumnBatch();
  }

  write(batch: SampleBatch, options: { urgent: boolean }): Promise<WriteResult> {
    if (!(batch instanceof ColumnBatch)) return Promise.reject(new TypeError('a batch of another store was written'));
    if (this.#isClosed) return Promise.reject(new StorageError('closed', 'storage is closed'));
    if (batch.size === 0 && batch.exemplars.length === 0) return Promise.resolve({ accepted: 0, rejected: {} });
    const { limits, metrics } = this.#context;
    if (this.#queued > 0 && this.#queued + batch.size > limits.queuedSamples) {
      metrics.writesRefused.inc();
      return Promise.reject(
        new OverloadedError(`more than ${limits.queuedSamples} samples wait to be stored`, {
          status: 503,
          retryAfterSeconds: 5,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const pending = this.#pending;
      const { result, hasRepeats } = checkSamples(batch, pending, this.#index, this.#context);
      for (const { entry, exemplar } of batch.exemplars) pending.addExemplar(entry, exemplar);
      pending.sampleCount += batch.size;
      this.#queued += batch.size;
      metrics.queuedSamples.set(this.#queued);
      pending.waiters.push({ batch, result, hasRepeats, resolve, reject });
      this.#schedule(options.urgent || pending.sampleCount >= FULL_COMMIT);
    });
  }

  describe(metadata: MetricMetadata): void {
    const known = this.#described.get(metadata.name);
    if (
      known !== undefined &&
      known.type === metadata.type &&
      known.help === metadata.help &&
      known.unit === metadata.unit
    ) {
      return;
    }
    if (known === undefined && this.#described.size >= this.#context.limits.seriesLimit) return;
    this.#described.set(metadata.name, metadata);
    this.#pending.metadata.push(metadata);
    if (!this.#isClosed) this.#schedule(false);
  }

  /** What `describe` was told and what was stored before, by name. */
  get described(): ReadonlyMap<string, MetricMetadata> {
    return this.#described;
  }

  restoreMetadata(metadata: MetricMetadata): void {
    this.#described.set(metadata.name, metadata);
  }

  /** Writes everything that waits. Later writes are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    while (this.#inFlight !== undefined || !this.#pending.isEmpty) {
      if (this.#inFlight === undefined) this.#start();
      await this.#inFlight;
    }
  }

  #schedule(isUrgent: boolean): void {
    if (isUrgent) this.#isDue = true;
    if (this.#inFlight !== undefined) return;
    if (this.#isDue) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      // In a turn of its own, so that writes of the same turn share the insert.
      setImmediate(() => this.#start());
      return;
    }
    if (this.#timer === undefined) this.#gather(1);
  }

  #gather(step: number): void {
    this.#timer = setTimeout(() => {
      const { sampleCount } = this.#pending;
      if (step < GATHER_STEPS && sampleCount >= SMALL_COMMIT && sampleCount < GOOD_COMMIT) {
        this.#gather(step + 1);
        return;
      }
      this.#timer = undefined;
      this.#isDue = true;
      this.#start();
    }, this.#context.limits.gatherMs);
  }

  #start(): void {
    if (this.#inFlight !== undefined || this.#pending.isEmpty) return;
    const commit = this.#pending;
    this.#pending = new PendingCommit(this.#spare, this.#changes.gather());
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#inFlight = this.#commit(commit).finally(() => {
      commit.samples.release();
      this.#inFlight = undefined;
      if (!this.#pending.isEmpty) this.#schedule(false);
    });
  }

  async #commit(commit: PendingCommit): Promise<void> {
    const { metrics } = this.#context;
    const startedAt = performance.now();
    const seriesDays = [...this.#unsaved, ...commit.seriesDays];
    this.#unsaved = [];
    try {
      // The series come first: a sample that was acknowledged can always be found.
      for (const block of seriesBlocks(seriesDays)) await this.#insertBlock('series', block);
    } catch (error) {
      this.#unsaved = seriesDays;
      return this.#fail(commit, error);
    }
    this.#changes.begin(commit.changes);
    try {
      for (const block of commit.samples.chunks) await this.#insertBlock('metric_samples', block);
      await this.#insertAll('exemplars', EXEMPLAR_COLUMNS, commit.exemplars);
      await this.#insertAll('metric_metadata', METADATA_COLUMNS, this.#metadataRows(commit));
    } catch (error) {
      this.#doubt(commit);
      return this.#fail(commit, error);
    }
    await this.#followUp(commit);
    this.#changes.end(commit.changes);
    metrics.inserts.inc();
    metrics.insertSeconds.observe((performance.now() - startedAt) / 1000);
    this.#leaveQueue(commit);
    for (const waiter of commit.waiters) {
      metrics.samplesStored.inc(waiter.result.accepted);
      this.#recycle(waiter.batch);
      waiter.resolve(waiter.result);
    }
  }

  /** Not known whether it was stored; a server may even store it later, when it works on after the connection was lost. */
  #doubt(commit: PendingCommit): void {
    for (const rows of commit.samples.chunks) this.#cache.invalidate(rows);
    this.#changes.end(commit.changes);
    if (this.#database.engine !== 'clickhouse') return;
    this.#cache.pause(DOUBT_MS);
    this.#changes.doubt(DOUBT_MS);
  }

  /** What was stored is added to what the cache holds, before anybody is told that it was stored. */
  async #followUp(commit: PendingCommit): Promise<void> {
    if (!this.#cache.isOn) return;
    for (const rows of commit.samples.chunks) {
      for (let from = 0; from < rows.rows; from += ROWS_A_TURN) {
        if (from > 0) await new Promise((resolve) => setImmediate(resolve));
        this.#cache.apply(rows, from, Math.min(rows.rows, from + ROWS_A_TURN));
      }
    }
    this.#cache.settle();
  }

  #recycle(batch: ColumnBatch): void {
    if (this.#spareBatches.length >= MAX_SPARE_BATCHES || batch.entries.length > MAX_SPARE_SIZE) return;
    batch.clear();
    this.#spareBatches.push(batch);
  }

  #metadataRows(commit: PendingCommit): RowChunks {
    this.#metadataVersion = Math.max(this.#metadataVersion + 1, this.#context.now());
    return metadataRows(commit.metadata, this.#metadataVersion);
  }

  async #insertAll(table: string, columns: readonly string[], rows: RowChunks): Promise<void> {
    for (const chunk of rows.chunks) {
      const bytes = chunk.bytes();
      await this.#persistently(() => this.#database.insert(table, columns, bytes));
    }
  }

  #insertBlock(table: string, { rows, columns }: ColumnBlock): Promise<void> {
    return this.#persistently(() => this.#database.insertColumns(table, rows, columns));
  }

  /** Sending again is safe: a sample that is stored twice is read once. */
  async #persistently(insert: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await insert();
      } catch (error) {
        this.#context.metrics.insertFailures.inc();
        const delayMs = RETRY_DELAYS_MS[attempt];
        if (delayMs === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  #fail(commit: PendingCommit, cause: unknown): void {
    const error = toStorageError(cause, 'writing samples');
    this.#context.logger.error('samples could not be stored', {
      samples: commit.sampleCount,
      code: error.code,
      error: error.message,
    });
    this.#leaveQueue(commit);
    const failed = [...commit.waiters];
    const waiting = this.#pending.waiters;
    for (let i = waiting.length - 1; i >= 0; i--) {
      if (waiting[i]?.hasRepeats) failed.push(...waiting.splice(i, 1));
    }
    for (const metadata of commit.metadata) this.#described.delete(metadata.name);
    for (const waiter of failed) {
      const { entries, size } = waiter.batch;
      for (let i = 0; i < size; i++) (entries[i] as SeriesEntry).forgetLast();
      waiter.reject(error);
    }
  }

  #leaveQueue(commit: PendingCommit): void {
    this.#queued -= commit.sampleCount;
    this.#context.metrics.queuedSamples.set(this.#queued);
  }
}
