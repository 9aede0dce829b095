/** Token buckets for noisy lines: so many a minute, the rest counted and told in a line of its own. */
import type { Context } from '../context/store.ts';

export interface RateLimit {
  /** Lines a minute; as many may come at once after a quiet minute. */
  readonly maxPerMinute: number;
  /** What shares the budget; the name of the logger unless given. */
  readonly key?: string | undefined;
}

/** The bucket that holds for all lines under a context: what a method with `@RateLimited` logs. */
export const BUCKET_KEY = Symbol('sightline.sdk.logging.bucket');

/** Whether a bucket of the context refuses the line. */
export function isLimitedIn(context: Context): boolean {
  const bucket = context.values?.get(BUCKET_KEY);
  return bucket instanceof Bucket && !bucket.take();
}

/** Told how many lines of a bucket were suppressed since the last report. */
export type SuppressedReport = (key: string, count: number, sinceMs: number) => void;

const MINUTE_MS = 60_000;
/** An empty bucket refuses so many lines between two looks at the clock, which cost more than all the rest ... */
const UNSEEN = 64;
/** ... unless the next token comes sooner than this. */
const LEAST_REST_MS = 50;
const MAX_BUCKETS = 1000;

export class Bucket {
  readonly key: string;
  readonly #perMs: number;
  readonly #capacity: number;
  readonly #report: SuppressedReport;
  #tokens: number;
  #lastMs: number;
  #suppressed = 0;
  #suppressedSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Lines to refuse without looking at the clock. */
  #unseen = 0;
  /** Ends that when the next token is there. */
  #rest: NodeJS.Timeout | undefined;

  constructor(key: string, maxPerMinute: number, report: SuppressedReport) {
    this.key = key;
    this.#capacity = Math.max(1, maxPerMinute);
    this.#perMs = maxPerMinute / MINUTE_MS;
    this.#tokens = this.#capacity;
    this.#lastMs = Date.now();
    this.#report = report;
  }

  /** Takes a token: whether the line may be written. */
  take(): boolean {
    if (this.#unseen > 0) {
      this.#unseen--;
      this.#suppressed++;
      return false;
    }
    const now = Date.now();
    if (now !== this.#lastMs) {
      this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#lastMs) * this.#perMs);
      this.#lastMs = now;
    }
    if (this.#tokens >= 1) {
      this.#tokens--;
      if (this.#suppressed > 0) this.report();
      return true;
    }
    if (this.#suppressed++ === 0) this.#begin(now);
    this.#restUntilNext();
    return false;
  }

  /** Tells what was suppressed so far, if anything. */
  report(): void {
    if (this.#suppressed === 0) return;
    const count = this.#suppressed;
    this.#suppressed = 0;
    this.#unseen = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#report(this.key, count, Date.now() - this.#suppressedSinceMs);
  }

  #restUntilNext(): void {
    const restMs = (1 - this.#tokens) / this.#perMs;
    if (restMs < LEAST_REST_MS) return;
    this.#unseen = UNSEEN;
    if (this.#rest !== undefined) return;
    this.#rest = setTimeout(
      () => {
        this.#rest = undefined;
        this.#unseen = 0;
      },
      Math.min(restMs, MINUTE_MS),
    );
    this.#rest.unref();
  }

  #begin(now: number): void {
    this.#suppressedSinceMs = now;
    this.#timer = setTimeout(() => this.report(), MINUTE_MS);
    this.#timer.unref();
  }
}

/** Buckets by key. */
export class Buckets {
  readonly #byKey = new Map<string, Bucket>();
  readonly #report: SuppressedReport;

  constructor(report: SuppressedReport) {
    this.#report = report;
  }

  get(key: string, maxPerMinute: number): Bucket {
    const full = `${maxPerMinute} ${key}`;
    let bucket = this.#byKey.get(full);
    if (bucket === undefined) {
      if (this.#byKey.size >= MAX_BUCKETS) this.#forgetOldest();
      bucket = new Bucket(key, maxPerMinute, this.#report);
      this.#byKey.set(full, bucket);
    }
    return bucket;
  }

  reportAll(): void {
    for (const bucket of this.#byKey.values()) bucket.report();
  }

  #forgetOldest(): void {
    for (const [key, bucket] of this.#byKey) {
      bucket.report();
      this.#byKey.delete(key);
      return;
    }
  }
}
