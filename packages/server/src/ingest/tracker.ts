/**
 * Is data arriving, from where, and what was refused: fed by every part that takes samples in (remote write, import, scrapes,
 * the host collector), read by the System page.
 */
import type { IngestSource, IngestStatus } from '@sightline/api-types';

export type IngestKind = IngestSource['kind'];

const KINDS: readonly IngestKind[] = ['host', 'self', 'scrape', 'remote_write', 'import'];

/** The rate is over this long; scrape intervals up to it give a steady figure. */
const WINDOW_MS = 60_000;
const BUCKET_MS = 5_000;
const BUCKETS = WINDOW_MS / BUCKET_MS;

export interface IngestTracker {
  /** Samples were stored. */
  accepted(kind: IngestKind, samples: number): void;
  /** Samples were refused; `reason` is from a fixed set. */
  rejected(kind: IngestKind, reason: string, samples: number): void;
  /** A whole request or scrape failed. The message stays until `recovered`. */
  failed(kind: IngestKind, message: string): void;
  recovered(kind: IngestKind): void;
  status(): IngestStatus;
}

export function createIngestTracker(now: () => number = Date.now): IngestTracker {
  const sources = new Map(KINDS.map((kind) => [kind, new Source(kind)]));
  const source = (kind: IngestKind) => sources.get(kind) as Source;
  const rejected = new Map<string, { source: string; reason: string; count: number }>();
  return {
    accepted: (kind, samples) => source(kind).add(samples, now()),
    rejected(kind, reason, samples) {
      const key = `${kind}/${reason}`;
      const entry = rejected.get(key);
      if (entry === undefined) rejected.set(key, { source: kind, reason, count: samples });
      else entry.count += samples;
    },
    failed(kind, message) {
      source(kind).lastError = message;
    },
    recovered(kind) {
      source(kind).lastError = null;
    },
    status() {
      const nowMs = now();
      return {
        nowMs,
        sources: [...sources.values()].map((one) => one.report(nowMs)),
        rejected: [...rejected.values()].map((entry) => ({ ...entry })),
      };
    },
  };
}

class Source {
  readonly #kind: IngestKind;
  /** Samples of the latest stretches of BUCKET_MS, by stretch number modulo BUCKETS. */
  readonly #buckets = new Float64Array(BUCKETS);
  #latest = 0;
  #total = 0;
  #firstMs: number | null = null;
  #lastMs: number | null = null;
  lastError: string | null = null;

  constructor(kind: IngestKind) {
    this.#kind = kind;
  }

  add(samples: number, nowMs: number): void {
    if (samples === 0) return;
    this.#advance(nowMs);
    this.#buckets[this.#latest % BUCKETS] = (this.#buckets[this.#latest % BUCKETS] as number) + samples;
    this.#total += samples;
    this.#firstMs ??= nowMs;
    this.#lastMs = nowMs;
  }

  report(nowMs: number): IngestSource {
    this.#advance(nowMs);
    const windowStart = (this.#latest - BUCKETS + 1) * BUCKET_MS;
    const since = Math.max(windowStart, this.#firstMs ?? nowMs);
    const seconds = Math.max(1, (nowMs - since) / 1000);
    const recent = this.#buckets.reduce((sum, count) => sum + count, 0);
    return {
      kind: this.#kind,
      samplesTotal: this.#total,
      samplesPerSecond: recent / seconds,
      firstSeenMs: this.#firstMs,
      lastSeenMs: this.#lastMs,
      lastError: this.lastError,
    };
  }

  #advance(nowMs: number): void {
    const stretch = Math.floor(nowMs / BUCKET_MS);
    const steps = Math.min(BUCKETS, stretch - this.#latest);
    for (let k = 1; k <= steps; k++) this.#buckets[(stretch - steps + k) % BUCKETS] = 0;
    this.#latest = Math.max(this.#latest, stretch);
  }
}
