/**
 * Reads of whole metrics that several queries share. The panels of a dashboard, and the rules after a start, ask for different series
 * of the same metrics at once: reading each metric once is several times cheaper than reading its series again and again.
 */
import { Matcher, METRIC_NAME } from '@sightline/model';
import { CHUNK_BYTES } from './cache/segments.ts';
import type { SeriesEntry } from './series-entry.ts';
import type { SeriesIndex } from './series-index.ts';

/** What one query misses of one metric. */
export interface Missing {
  readonly metric: number;
  readonly name: string;
  readonly series: number;
  readonly firstHour: number;
  readonly lastHour: number;
}

export interface MetricReadsParts {
  readonly index: SeriesIndex;
  readonly cache: { readonly budgetBytes: number; now(): number };
  /** Reads these series and hours into the cache. */
  readonly read: (entries: readonly SeriesEntry[], firstHour: number, lastHour: number) => Promise<void>;
}

interface Running {
  readonly firstHour: number;
  readonly lastHour: number;
  readonly done: Promise<void>;
}

/** The whole metric is read when the queries of RECENT_MS missed at least this share of its series. */
const SHARE = 1 / 4;
const RECENT_MS = 10_000;
/** The most of the cache's budget that one metric may take this way. */
const BUDGET_SHARE = 1 / 2;
const USUAL_SAMPLES_AN_HOUR = 240;
const MAX_METRICS = 1_000;

export class MetricReads {
  readonly #parts: MetricReadsParts;
  readonly #running = new Map<number, Running[]>();
  readonly #missed = new Map<number, { readonly sinceMs: number; series: number }>();

  constructor(parts: MetricReadsParts) {
    this.#parts = parts;
  }

  /**
   * Waits until the cache holds the whole metric, when that is on its way or worth it. False: the query should read what it misses.
   * Rejects with the signal's reason when that aborts; the read goes on for the others.
   */
  async cover(missing: Missing, signal: AbortSignal): Promise<boolean> {
    const read = this.#runningFor(missing) ?? (this.#isWorth(missing) ? this.#start(missing) : undefined);
    if (read === undefined) return false;
    await untilAborted(read.done, signal);
    return true;
  }

  #runningFor({ metric, firstHour, lastHour }: Missing): Running | undefined {
    return this.#running.get(metric)?.find((read) => read.firstHour <= firstHour && read.lastHour >= lastHour);
  }

  #isWorth({ metric, name, series, firstHour, lastHour }: Missing): boolean {
    const { index, cache } = this.#parts;
    const total = index.postings.count(METRIC_NAME, name);
    const chunks = total * (lastHour - firstHour + 1);
    if (chunks * (CHUNK_BYTES + USUAL_SAMPLES_AN_HOUR * 8) > cache.budgetBytes * BUDGET_SHARE) return false;
    const nowMs = cache.now();
    let missed = this.#missed.get(metric);
    if (missed === undefined || missed.sinceMs < nowMs - RECENT_MS) {
      if (this.#missed.size >= MAX_METRICS) this.#missed.clear();
      missed = { sinceMs: nowMs, series: 0 };
      this.#missed.set(metric, missed);
    }
    missed.series += series;
    return missed.series >= total * SHARE;
  }

  #start({ metric, name, firstHour, lastHour }: Missing): Running {
    const { index, read } = this.#parts;
    const day = (hour: number) => Math.floor(hour / 24);
    const entries = index.select([new Matcher(METRIC_NAME, '=', name)], day(firstHour), day(lastHour));
    // A query that finds less than it waited for reads the rest itself, and meets the error if there is one.
    const done = read(entries, firstHour, lastHour).catch(() => undefined);
    const running = { firstHour, lastHour, done };
    const others = this.#running.get(metric) ?? [];
    this.#running.set(metric, [...others, running]);
    void done.then(() => {
      const left = (this.#running.get(metric) ?? []).filter((other) => other !== running);
      if (left.length > 0) this.#running.set(metric, left);
      else this.#running.delete(metric);
    });
    return running;
  }
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    void work.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
