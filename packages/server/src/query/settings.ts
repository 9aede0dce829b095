/** What bounds queries: the options `query.*`, and what is derived from them. */

export interface QuerySettings {
  readonly lookbackMs: number;
  /** Allows functions, aggregations and modifiers that Prometheus calls experimental. */
  readonly experimentalFunctions?: boolean;
  readonly timeoutMs: number;
  /** Interactive queries that run at once; rules and background work have places of their own. */
  readonly maxConcurrency: number;
  /** Interactive queries that wait at most. */
  readonly maxQueued: number;
  readonly maxSamples: number;
  readonly maxSeries: number;
  /** Steps of a range query. */
  readonly maxPoints: number;
  /** Bytes of samples that one query, and all together, may hold. */
  readonly maxMemoryBytes: number;
  readonly maxTotalMemoryBytes: number;
  /** Bytes of the range-result cache; 0 turns it off. */
  readonly cacheBytes: number;
}

/** A sample held while a query runs: its time and its value, or a cell of a frame. */
export const BYTES_PER_SAMPLE = 16;

/** Samples that one query may hold: the tighter of the two options. */
export function sampleLimit(settings: QuerySettings): number {
  return Math.min(settings.maxSamples, Math.floor(settings.maxMemoryBytes / BYTES_PER_SAMPLE));
}
