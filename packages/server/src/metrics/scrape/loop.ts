/**
 * Scrapes one target again and again: fetch, parse, write, report. At most one scrape runs at a time, and at most
 * so many batches of the target as `maxPendingWrites` says wait for the store; a tick that finds more is left out and counted.
 */
import type { MetricMetadata } from '@sightline/model';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import type { MetricWriter, SampleBatch, SeriesHandle } from '../../storage/metric-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { formatOf } from './content-type.ts';
import { messageOf, ScrapeError, type ScrapeErrorCode } from './errors.ts';
import { MetadataCache } from './metadata-cache.ts';
import type { ScrapeMetrics } from './metrics.ts';
import { parseInSlices } from './parse-slices.ts';
import { ReportSeries } from './report-series.ts';
import type { SampleLabelRules } from './sample-labels.ts';
import { firstDelayMs, startTicker, startTimer, type Ticker, TimestampAligner } from './schedule.ts';
import { type AppendTally, ScrapeAppend } from './scrape-append.ts';
import { SeriesCache } from './series-cache.ts';
import type { ScrapeSource } from './source.ts';
import type { Target } from './target.ts';

const MIN_PENDING_WRITES = 2;
/** The store gathers samples for some seconds, in which targets with a short interval are scraped several times. */
const PENDING_WRITES_MS = 10_000;

/** After a start, targets in this process are scraped at once and again: a first graph need not wait for two intervals. */
const EARLY_SCRAPES_MS = [0, 3_000];
/** No early scrape this near to a regular one. */
const EARLY_DISTANCE_MS = 1_000;

const LIMITS: Readonly<Partial<Record<ScrapeErrorCode, string>>> = {
  'scrape/body-size-limit': 'body_size',
  'scrape/sample-limit': 'sample',
  'scrape/label-limit': 'label',
  'scrape/target-limit': 'target',
};

/** What a loop shares with all others. */
export interface LoopContext {
  readonly writer: MetricWriter;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly hasExtraMetrics: boolean;
  /** Told about each scrape's samples, for "is data arriving". */
  readonly onSamples: (target: Target, count: number, error: string | null) => void;
  /** Keeps several servers from scraping one target at the same moment. */
  readonly offsetSeed: string;
}

/** What follows from the job's configuration; replaced as a whole on reload. */
export interface LoopSettings {
  readonly config: ScrapeConfig;
  readonly source: ScrapeSource;
  readonly labelRules: SampleLabelRules;
  /** While it stays the same, what is known about series stays valid. */
  readonly samplePrint: string;
}

export class ScrapeLoop {
  readonly target: Target;
  /** On the monotonic clock. */
  readonly createdMs = performance.now();
  readonly #context: LoopContext;
  readonly #cache = new SeriesCache();
  readonly #metadata: MetadataCache;
  readonly #report: ReportSeries;
  readonly #aligner: TimestampAligner;
  readonly #writes = new Set<Promise<void>>();
  #settings: LoopSettings;
  #nextSettings: LoopSettings | undefined;
  readonly #early = new Set<NodeJS.Timeout>();
  #ticker: Ticker | undefined;
  #running: Promise<void> | undefined;
  #abort: AbortController | undefined;
  #forcedError: ScrapeError | undefined;
  #hasScraped = false;
  #lastBodyBytes = 0;

  constructor(target: Target, settings: LoopSettings, context: LoopContext) {
    this.target = target;
    this.#settings = settings;
    this.#context = context;
    this.#metadata = new MetadataCache(context.writer);
    this.#report = new ReportSeries(context.writer, target.publicLabels, context.hasExtraMetrics);
    this.#aligner = new TimestampAligner(target.intervalMs);
  }

  start(): void {
    const { intervalMs, key } = this.target;
    const delay = firstDelayMs(key, this.#context.offsetSeed, intervalMs, Date.now());
    this.#ticker = startTicker(delay, intervalMs, (skipped) => this.#tick(skipped));
    if (!this.target.url.startsWith('internal:')) return;
    for (const early of EARLY_SCRAPES_MS) {
      if (Math.abs(early - delay) < EARLY_DISTANCE_MS || early >= intervalMs) continue;
      this.#early.add(setTimeout(() => this.#begin(() => this.#scrapeAt(Date.now())), early));
    }
  }

  /** Takes effect with the next scrape. */
  configure(settings: LoopSettings): void {
    this.#nextSettings = settings;
  }

  /** Makes every scrape fail without a request, until undefined is given. */
  setForcedError(error: ScrapeError | undefined): void {
    this.#forcedError = error;
  }

  /** No scrape begins any more; one that runs may end. Returns the milliseconds to when the next would have begun. */
  stop(): number {
    for (const timer of this.#early) clearTimeout(timer);
    return this.#ticker?.stop() ?? 0;
  }

  /** Stops, gives a running scrape up without writing anything, and waits until what was written is stored. */
  async shutdown(): Promise<void> {
    this.stop();
    this.#abort?.abort(new ScrapeError('scrape/stopped', 'the server stops'));
    await this.#running;
    await Promise.all(this.#writes);
  }

  /** Resolves when no scrape or write is running. */
  async idle(): Promise<void> {
    await this.#running;
    await Promise.all(this.#writes);
  }

  metadata(): MetricMetadata[] {
    return this.#metadata.list();
  }

  get hasScraped(): boolean {
    return this.#hasScraped;
  }

  forEachLiveSeries(visit: (handle: SeriesHandle) => void): void {
    this.#cache.forEachLive(visit);
  }

  /** Marks all series of the target, its synthetic ones too, as ended at `atMs`; those in `except` live on elsewhere. */
  async endSeries(atMs: number, except: ReadonlySet<SeriesHandle>, keepsReport: boolean): Promise<void> {
    const batch = this.#context.writer.createBatch();
    this.#cache.fail((handle) => {
      if (!except.has(handle)) batch.addStale(handle, atMs);
    });
    if (!keepsReport) this.#report.addStale(batch, atMs);
    await this.#write(batch);
  }

  /** One scrape now; what the ticker calls. Public for tests and for targets scraped at once. */
  async scrape(): Promise<void> {
    await this.#scrapeAt(this.#aligner.align(Date.now()));
  }

  async #scrapeAt(atMs: number): Promise<void> {
    this.#applySettings();
    const startMs = performance.now();
    const outcome = await this.#scrapeInto(atMs);
    if (outcome === undefined) return;
    const durationMs = performance.now() - startMs;
    this.#hasScraped = true;
    this.#finish(outcome, atMs, durationMs);
  }

  #tick(skipped: number): void {
    const { missed } = this.#context.metrics;
    if (skipped > 0) missed.inc(skipped);
    if (this.#running !== undefined || this.#writes.size >= maxPendingWrites(this.target.intervalMs)) {
      missed.inc();
      return;
    }
    this.#begin(() => this.scrape());
  }

  #begin(scrape: () => Promise<void>): void {
    if (this.#running !== undefined) return;
    this.#running = scrape()
      .catch((error: unknown) => {
        this.#context.logger.error('scrape ended unexpectedly', { target: this.target.url, error: messageOf(error) });
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  #applySettings(): void {
    const next = this.#nextSettings;
    if (next === undefined) return;
    if (next.samplePrint !== this.#settings.samplePrint) this.#cache.forgetTexts();
    this.#settings = next;
    this.#nextSettings = undefined;
  }

  /** Undefined when the server stops meanwhile: a scrape that was cut off says nothing about its target. */
  async #scrapeInto(atMs: number): Promise<ScrapeResult | undefined> {
    const result: ScrapeResult = {
      batch: this.#context.writer.createBatch(),
      tally: undefined,
      error: undefined,
      bodyBytes: 0,
    };
    try {
      if (this.#forcedError !== undefined) throw this.#forcedError;
      const { body, contentType } = await this.#fetch();
      if (body.length > 0) this.#lastBodyBytes = body.length;
      result.bodyBytes = body.length;
      if (body.length === 0) {
        // A target that exposes nothing for once: as in Prometheus, its series end but are not forgotten.
        this.#cache.fail((handle) => result.batch.addStale(handle, atMs));
        return result;
      }
      const format = formatOf(contentType, this.#settings.config.fallbackScrapeProtocol);
      const append = this.#append(body, result.batch, atMs);
      result.tally = append.tally;
      await parseInSlices(body, format, append);
      append.finish();
    } catch (error) {
      if (error instanceof ScrapeError && error.code === 'scrape/stopped') return undefined;
      result.error = error;
      result.bodyBytes =
        error instanceof ScrapeError && error.code === 'scrape/body-size-limit' ? -1 : result.bodyBytes;
      result.batch = this.#context.writer.createBatch();
      const { batch } = result;
      this.#cache.fail((handle) => batch.addStale(handle, atMs));
    }
    return result;
  }

  #append(body: Buffer, batch: SampleBatch, atMs: number): ScrapeAppend {
    const { config, labelRules } = this.#settings;
    const { writer } = this.#context;
    return new ScrapeAppend(
      { config, labelRules, writer, cache: this.#cache, metadata: this.#metadata },
      body,
      batch,
      atMs,
    );
  }

  async #fetch() {
    const { timeoutMs } = this.target;
    const abort = new AbortController();
    this.#abort = abort;
    const timer = startTimer(() => {
      const message = `Get "${this.target.url}": no complete answer within the scrape timeout of ${timeoutMs / 1000} s`;
      abort.abort(new ScrapeError('scrape/timeout', message));
    }, timeoutMs);
    try {
      return await this.#settings.source.fetch(abort.signal, this.#lastBodyBytes);
    } finally {
      clearTimeout(timer);
      this.#abort = undefined;
    }
  }

  #finish(result: ScrapeResult, atMs: number, durationMs: number): void {
    const { batch, tally, error, bodyBytes } = result;
    const { metrics, logger } = this.#context;
    const counts = { scraped: tally?.scraped ?? 0, kept: tally?.kept ?? 0, seriesAdded: tally?.seriesAdded ?? 0 };
    const message = error === undefined ? null : messageOf(error);
    this.target.report({ atMs, durationMs, error: message }, { ...counts, bodyBytes: Math.max(0, bodyBytes) });
    this.#report.add(batch, atMs, {
      ...counts,
      isUp: message === null,
      durationSeconds: durationMs / 1000,
      timeoutSeconds: this.target.timeoutMs / 1000,
      sampleLimit: this.#settings.config.limits.samples,
      bodyBytes,
    });
    metrics.duration.observe(durationMs / 1000);
    metrics.scrapes.labels({ result: message === null ? 'success' : 'failure' }).inc();
    const limit = error instanceof ScrapeError ? LIMITS[error.code] : undefined;
    if (limit !== undefined) metrics.limitsHit.labels({ limit }).inc();
    if (message !== null && logger.isEnabled('debug')) {
      logger.debug('scrape failed', { target: this.target.url, error: message });
    }
    if (tally !== undefined) this.#count(tally);
    this.#context.onSamples(this.target, counts.kept, message);
    void this.#write(batch);
  }

  #count(tally: AppendTally): void {
    const { metrics, logger } = this.#context;
    if (tally.duplicates > 0) metrics.dropped.labels({ reason: 'duplicate' }).inc(tally.duplicates);
    if (tally.outOfBounds > 0) metrics.dropped.labels({ reason: 'out_of_bounds' }).inc(tally.outOfBounds);
    for (const [reason, count] of tally.refused) {
      metrics.rejected.labels({ reason }).inc(count);
      logger.warn('the store refused series of a scrape', { target: this.target.url, reason, count });
    }
  }

  /** Never rejects. */
  #write(batch: SampleBatch): Promise<void> {
    const { writer, metrics, logger } = this.#context;
    if (batch.size === 0) return Promise.resolve();
    metrics.samples.inc(batch.size);
    const write = writer
      .write(batch, { urgent: false })
      .then(
        ({ rejected, firstRejection }) => {
          for (const [reason, count] of Object.entries(rejected)) metrics.rejected.labels({ reason }).inc(count);
          if (firstRejection !== undefined) {
            logger.debug('the store refused samples of a scrape', { target: this.target.url, firstRejection });
          }
        },
        (error: unknown) => {
          metrics.writeFailures.inc();
          logger.error('samples of a scrape were not stored', { target: this.target.url, error: messageOf(error) });
        },
      )
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
    return write;
  }
}

function maxPendingWrites(intervalMs: number): number {
  return Math.max(MIN_PENDING_WRITES, Math.ceil(PENDING_WRITES_MS / intervalMs));
}

interface ScrapeResult {
  batch: SampleBatch;
  tally: AppendTally | undefined;
  error: unknown;
  bodyBytes: number;
}
