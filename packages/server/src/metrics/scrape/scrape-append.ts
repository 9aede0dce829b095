/**
 * Turns one response body into a batch of samples. It listens to the exposition parser; for a series that was there before,
 * a sample costs a byte comparison and a column write. Any error drops the whole scrape, as in Prometheus.
 */
import type { Exemplar, MetricType } from '@sightline/model';
import { type ExpositionSink, normalizeFloatLabels, parseSeries } from '@sightline/protocol';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import type { MetricWriter, RejectReason, SampleBatch, SeriesHandle } from '../../storage/metric-store.ts';
import { ScrapeError } from './errors.ts';
import type { MetadataCache } from './metadata-cache.ts';
import { type SampleLabelRules, storedLabels } from './sample-labels.ts';
import type { CacheEntry } from './scrape-order.ts';
import type { SeriesCache } from './series-cache.ts';

/** Samples further ahead of the clock than this are refused. Source: Prometheus scrape maxAheadTime. */
const MAX_AHEAD_MS = 10 * 60_000;

/** A series the store refused is offered again after this many scrapes. */
const RETRY_AFTER_SCRAPES = 20;

export interface AppendTally {
  scraped: number;
  /** After relabeling; refused and duplicate ones count, as in Prometheus. */
  kept: number;
  seriesAdded: number;
  duplicates: number;
  outOfBounds: number;
  /** New series the store would not take, by reason. */
  readonly refused: Map<RejectReason, number>;
}

export interface AppendOptions {
  readonly config: ScrapeConfig;
  readonly labelRules: SampleLabelRules;
  readonly writer: MetricWriter;
  readonly cache: SeriesCache;
  readonly metadata: MetadataCache;
}

export class ScrapeAppend implements ExpositionSink {
  readonly tally: AppendTally;
  readonly #options: AppendOptions;
  readonly #cache: SeriesCache;
  readonly #batch: SampleBatch;
  readonly #body: Buffer;
  readonly #timestampMs: number;
  readonly #maxMs: number;
  readonly #sampleLimit: number;
  readonly #honorTimestamps: boolean;
  readonly #trackExplicit: boolean;
  #appended = 0;
  #lastHandle: SeriesHandle | undefined;
  #lastMs = 0;

  constructor(options: AppendOptions, body: Buffer, batch: SampleBatch, timestampMs: number) {
    this.#options = options;
    this.#cache = options.cache;
    this.#batch = batch;
    this.#body = body;
    this.#timestampMs = timestampMs;
    this.#maxMs = Date.now() + MAX_AHEAD_MS;
    this.#sampleLimit = options.config.limits.samples;
    this.#honorTimestamps = options.config.honorTimestamps;
    this.#trackExplicit = options.config.trackTimestampsStaleness;
    this.tally = { scraped: 0, kept: 0, seriesAdded: 0, duplicates: 0, outOfBounds: 0, refused: new Map() };
    options.cache.begin(body);
    options.metadata.begin(body);
  }

  known(start: number): number {
    return this.#cache.expect(start);
  }

  knownMetadata(start: number): number {
    return this.#options.metadata.expect(start);
  }

  sample(start: number, end: number, value: number, timestampMs: number): void {
    this.tally.scraped++;
    const isExplicit = this.#honorTimestamps && !Number.isNaN(timestampMs);
    const at = isExplicit ? timestampMs : this.#timestampMs;
    const isTracked = !isExplicit || this.#trackExplicit;
    const handle = this.#cache.next(start, end, isTracked);
    if (handle === undefined) this.#unexpected(start, end, value, at, isExplicit, isTracked);
    else if (handle === null) this.#lastHandle = undefined;
    else this.#add(handle, at, value);
  }

  exemplar(exemplar: Exemplar): void {
    const handle = this.#lastHandle;
    if (handle === undefined) return;
    const timestamp = Number.isNaN(exemplar.timestamp) ? this.#lastMs : exemplar.timestamp;
    this.#batch.addExemplar(handle, timestamp === exemplar.timestamp ? exemplar : { ...exemplar, timestamp });
  }

  type(metric: string, type: MetricType): void {
    this.#options.metadata.type(metric, type);
  }

  help(metric: string, help: string): void {
    this.#options.metadata.help(metric, help);
  }

  unit(metric: string, unit: string): void {
    this.#options.metadata.unit(metric, unit);
  }

  /** Call after the last sample. @throws ScrapeError `scrape/sample-limit` */
  finish(): void {
    if (this.#sampleLimit > 0 && this.#appended > this.#sampleLimit) {
      throw new ScrapeError('scrape/sample-limit', 'sample limit exceeded', {
        hint: `the job allows ${this.#sampleLimit} samples (sample_limit); the target exposed ${this.tally.kept}`,
      });
    }
    this.#cache.commit((handle) => this.#batch.addStale(handle, this.#timestampMs));
    this.#options.metadata.commit();
  }

  #add(handle: SeriesHandle, at: number, value: number): void {
    const tally = this.tally;
    tally.kept++;
    this.#lastHandle = handle;
    this.#lastMs = at;
    if (++this.#appended > this.#sampleLimit && this.#sampleLimit > 0) return;
    if (at > this.#maxMs) tally.outOfBounds++;
    else this.#batch.add(handle, at, value);
  }

  /** A series that is new, in another place than last time, refused, or given twice. */
  #unexpected(start: number, end: number, value: number, at: number, isExplicit: boolean, isTracked: boolean): void {
    const cache = this.#cache;
    let entry = cache.find(start, end);
    if (entry === undefined || entry.retryAt <= cache.iteration) entry = this.#resolve(start, end);
    this.#lastHandle = undefined;
    if (entry === undefined) return;
    const isFirst = cache.see(entry, start, end, isTracked);
    if (entry.handle === null) {
      if (entry.retryAt !== Number.POSITIVE_INFINITY) this.tally.kept++;
    } else if (isFirst || isExplicit) this.#add(entry.handle, at, value);
    else {
      this.tally.kept++;
      this.tally.duplicates++;
      this.#lastHandle = entry.handle;
      this.#lastMs = at;
    }
  }

  /** A series text that is new, or that the store refused a while ago. Undefined: over the sample limit. */
  #resolve(start: number, end: number): CacheEntry | undefined {
    const { labelRules, writer, metadata } = this.#options;
    const cache = this.#cache;
    const exposed = normalizeFloatLabels(parseSeries(this.#body, start, end), metadata.currentType);
    const labels = storedLabels(exposed, labelRules);
    if (labels === undefined) return cache.add(start, end, null);
    // The store does not learn about series of a scrape that will fail.
    if (this.#sampleLimit > 0 && this.#appended >= this.#sampleLimit) {
      this.#appended++;
      this.tally.kept++;
      return undefined;
    }
    const handle = writer.series(labels);
    if (typeof handle === 'string') {
      this.tally.refused.set(handle, (this.tally.refused.get(handle) ?? 0) + 1);
      return cache.add(start, end, null, cache.iteration + RETRY_AFTER_SCRAPES);
    }
    this.tally.seriesAdded++;
    return cache.add(start, end, handle);
  }
}
