/** What is asked of the engine, and what it answers. */
import type { QueryClient } from '@sightline/api-types';
import type { QueryRange, QueryValue, SampleSource } from '@sightline/promql';
import type { WorkClass } from '../storage/metric-store.ts';

interface QueryRequest {
  readonly text: string;
  /** Whose places, reader and priority are used; `interactive` unless told. */
  readonly workClass?: WorkClass;
  readonly client: QueryClient;
  /** Ends the query: the client has gone, or the server stops. */
  readonly signal: AbortSignal;
  /** Shorter than the option's; longer has no effect. */
  readonly timeoutMs?: number;
  readonly lookbackMs?: number;
  /** Puts another source over the store, such as series that are not stored. Range queries need `useCache: false` then. */
  readonly over?: (source: SampleSource) => SampleSource;
}

export interface InstantRequest extends QueryRequest {
  readonly timeMs: number;
}

export interface RangeRequest extends QueryRequest {
  readonly range: QueryRange;
  /** False: evaluates everything anew and keeps nothing. */
  readonly useCache?: boolean;
}

export interface AnswerStats {
  readonly samplesRead: number;
  readonly peakSamples: number;
  readonly seriesRead: number;
  readonly peakBytes: number;
  readonly resultSeries: number;
  readonly resultSamples: number;
  readonly parseSeconds: number;
  /** Steps of the answer, and those of them that came from the cache. */
  readonly steps: number;
  readonly cachedSteps: number;
  readonly queueSeconds: number;
  /** Reading and computing; `readSeconds` and `innerSeconds` are its parts. */
  readonly evalSeconds: number;
  readonly readSeconds: number;
  readonly innerSeconds: number;
}

/**
 * The result of a query that is still listed as running, in phase `writing`, until `close` is called: its memory counts, and
 * a kill aborts `signal`. Whoever gets an answer must close it, also when it cannot be sent.
 */
export interface QueryAnswer {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: AnswerStats;
  readonly signal: AbortSignal;
  /** Counts bytes on their way to the client. */
  sent(bytes: number): void;
  /** More than once does nothing. */
  close(): void;
}
