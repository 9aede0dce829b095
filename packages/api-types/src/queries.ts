/** `/api/sightline/v1/queries`: what is being asked now and what was asked lately. Times are Unix milliseconds, sizes bytes. */
import type { ApiErrorType } from './prometheus.ts';

export type QueryKind = 'instant' | 'range' | 'explain';

/** `writing`: the answer is on its way to the client. */
export type QueryPhase = 'waiting' | 'reading' | 'evaluating' | 'writing';

/** `timeout` out of time, `canceled` the client went away, `killed` somebody ended it here. */
export type QueryOutcome = 'success' | 'error' | 'timeout' | 'canceled' | 'killed';

export interface QueryClient {
  /** IP address of the connection. */
  readonly address: string;
  /** '' when the client does not tell. */
  readonly userAgent: string;
}

export interface QueryIdentity {
  readonly id: string;
  /** Cut after 4,000 characters. */
  readonly text: string;
  readonly kind: QueryKind;
  /** Both the time of an instant query. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  readonly client: QueryClient;
  readonly startedMs: number;
}

export interface ActiveQuery extends QueryIdentity {
  readonly phase: QueryPhase;
  readonly elapsedMs: number;
  readonly samplesRead: number;
  readonly seriesRead: number;
  readonly memoryBytes: number;
  readonly bytesOut: number;
}

export interface FinishedQuery extends QueryIdentity {
  readonly outcome: QueryOutcome;
  /** Null for a success. */
  readonly error: string | null;
  readonly errorType: ApiErrorType | null;
  /** The whole, and its parts: waiting for a place, reading samples, computing, sending the answer. */
  readonly durationMs: number;
  readonly waitMs: number;
  readonly readMs: number;
  readonly evalMs: number;
  readonly writeMs: number;
  readonly samplesRead: number;
  readonly seriesRead: number;
  readonly peakBytes: number;
  readonly resultSeries: number;
  /** Samples of the answer, and how many of its steps came from the cache, from 0 to 1. */
  readonly resultSamples: number;
  readonly cachedShare: number;
  readonly bytesOut: number;
}

export interface QueryPage<T> {
  /** Before paging, after the text filter. */
  readonly total: number;
  readonly items: readonly T[];
}

/**
 * GET /api/sightline/v1/queries. Parameters: `limit` (default 50, at most 500) and `offset` for each list; `sort` of the recent
 * and slowest: `started`, `duration`, `samples`, `bytes` (default: newest first, slowest first); `order` `asc` or `desc`;
 * `search` keeps queries whose text contains it.
 */
export interface QueriesStatus {
  readonly nowMs: number;
  readonly active: QueryPage<ActiveQuery>;
  readonly recent: QueryPage<FinishedQuery>;
  /** The slowest that ended within `slowestWindowMs`. */
  readonly slowest: QueryPage<FinishedQuery>;
  readonly slowestWindowMs: number;
  readonly limits: QueryLimits;
  readonly memoryBytes: number;
  readonly cache: QueryCacheStatus;
}

/** The options `query.*` in force. */
export interface QueryLimits {
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  readonly maxQueued: number;
  readonly maxSamples: number;
  readonly maxSeries: number;
  readonly maxPoints: number;
  readonly maxMemoryBytes: number;
  readonly maxTotalMemoryBytes: number;
}

export interface QueryCacheStatus {
  readonly entries: number;
  readonly bytes: number;
  /** 0: off. */
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
}

/** DELETE /api/sightline/v1/queries/{id}: 404 when no such query is running. */
export interface KilledQuery {
  readonly id: string;
}
