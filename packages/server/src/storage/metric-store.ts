/**
 * The metrics side of storage, as everything above it sees it. A backend (chDB in the process, a ClickHouse server) stands
 * behind it; only `app/` names one. Batteries in `storage/battery/` hold every backend to these words.
 */
import type { Exemplar, Labels, Matcher, MetricMetadata } from '@sightline/model';
import type { SampleSource } from '@sightline/promql';
import type { AlertEventStore } from './alert-event-store.ts';
import type { StateStore } from './state-store.ts';

/** Why a sample or series was refused. Each has a counter `sightline_storage_rejected_samples_total{reason}`. */
export type RejectReason =
  | 'too_old'
  | 'too_far_in_future'
  | 'invalid_timestamp'
  | 'duplicate_timestamp'
  | 'series_limit'
  | 'label_limit'
  | 'hash_collision';

/** A series the writer knows. Hold on to it between writes: looking labels up again is the cost it saves. */
export interface SeriesHandle {
  readonly labels: Labels;
  /** 53-bit hash of the labels; unique together with `metric`. */
  readonly id: number;
  /** 32-bit hash of the metric name: keeps the series of one metric together on disk. */
  readonly metric: number;
}

/**
 * Samples to write, in columns. Filled by a protocol handler or a scrape, handed over by `MetricWriter.write`, after which
 * the caller must not touch it. Values may be any float; staleness goes through `addStale`.
 */
export interface SampleBatch {
  readonly size: number;
  add(series: SeriesHandle, timestampMs: number, value: number): void;
  addStale(series: SeriesHandle, timestampMs: number): void;
  addExemplar(series: SeriesHandle, exemplar: Exemplar): void;
}

export interface WriteResult {
  /** Samples stored (an exact repeat of a stored sample counts as stored). */
  readonly accepted: number;
  /** Samples refused by reason; nothing else of the batch is affected. Absent reasons are zero. */
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  /** One refused sample in words, for the sender's error message. */
  readonly firstRejection?: string;
}

/** Thrown by write when the queue is full or the store cannot write now; maps to 429 or 503 with Retry-After. */
export interface OverloadInfo {
  readonly status: 429 | 503;
  readonly retryAfterSeconds: number;
}

export interface MetricWriter {
  /** The handle of a label set, made when it is new. Refusals (limits) are returned, not thrown. */
  series(labels: Labels): SeriesHandle | RejectReason;
  createBatch(): SampleBatch;
  /**
   * Resolves after the insert that holds the batch has returned from the database: resolved means stored.
   * @param urgent true when a sender waits for the answer; false lets the writer gather a fuller insert (scrapes)
   * @throws OverloadedError when the bounded queue is full (nothing of the batch was queued)
   * @throws StorageError when the insert failed (nothing, or all, of the batch may be stored; sending again is safe)
   */
  write(batch: SampleBatch, options: { urgent: boolean }): Promise<WriteResult>;
  /** Remembers metadata; written with the next insert. Repeats cost nothing. */
  describe(metadata: MetricMetadata): void;
}

export interface TimeBounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** One session pool lane. Work in one class never waits behind another. */
export type WorkClass = 'interactive' | 'rules' | 'background';

export interface SeriesQuery extends TimeBounds {
  /** Alternatives: a series is wanted when all matchers of one of the sets match. Empty: every series. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** At most this many results, 0 for no limit beyond the store's own. */
  readonly limit: number;
}

/** `complete` is false when a limit cut the list. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly complete: boolean;
}

export interface ExemplarSeries {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

export interface MetricReader extends SampleSource {
  /** Series with a sample in the time bounds, to the precision of a day at each end. Sorted by labels. */
  series(query: SeriesQuery, signal: AbortSignal): Promise<Listing<Labels>>;
  /** Sorted. */
  labelNames(query: SeriesQuery, signal: AbortSignal): Promise<Listing<string>>;
  /** Sorted. */
  labelValues(name: string, query: SeriesQuery, signal: AbortSignal): Promise<Listing<string>>;
  exemplars(query: SeriesQuery, signal: AbortSignal): Promise<readonly ExemplarSeries[]>;
  metadata(metric: string | undefined, limit: number): Promise<readonly MetricMetadata[]>;
}

export interface Cardinality {
  readonly name: string;
  readonly value: number;
}

/** What /api/v1/status/tsdb and the System page show. */
export interface MetricStoreStats {
  readonly activeSeries: number;
  readonly seriesLimit: number;
  readonly queuedSamples: number;
  readonly queueLimit: number;
  readonly storedSamples: number;
  readonly bytesOnDisk: number;
  readonly partCount: number;
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  readonly retentionMs: number;
  readonly seriesByMetric: readonly Cardinality[];
  readonly seriesByPair: readonly Cardinality[];
  readonly valuesByLabel: readonly Cardinality[];
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    readonly parts: number;
  }[];
}

/**
 * What changed since when, so that what was computed from samples can be used again. Take `sequence` before reading; whatever a
 * read may have missed is reported for that sequence afterwards, also what was on its way to the disk at the time.
 */
export interface ChangeTracker {
  /** Rises with every commit. */
  readonly sequence: number;
  /**
   * Unix ms of the oldest sample that may have become visible since `sequence`: +Infinity when none has, -Infinity when it is no
   * longer known. Sometimes earlier than the truth, never later.
   * @param metricNames samples of these names only; every name when absent
   */
  oldestChangeSince(sequence: number, metricNames?: readonly string[]): number;
}

export interface MetricStore {
  readonly writer: MetricWriter;
  /** Undefined when others may write to the same database. */
  readonly changes: ChangeTracker | undefined;
  reader(workClass: WorkClass): MetricReader;
  stats(): Promise<MetricStoreStats>;
}

/** A running storage engine with every signal's store. Closing flushes what is queued. */
export interface Storage {
  readonly metrics: MetricStore;
  readonly state: StateStore;
  readonly alertEvents: AlertEventStore;
  /** Rejects with a StorageError that says why when the engine does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
