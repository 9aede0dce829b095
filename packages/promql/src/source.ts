/**
 * What the evaluator needs of a store. The package knows no storage; a server, a test or a browser supplies one.
 */
import { type Matcher, type SampleBlock, SightlineError } from '@sightline/model';

/** One selector of a query, asked for once for the whole evaluation. */
export interface SelectRequest {
  /** All must match. At least one of them does not match the empty string. */
  readonly matchers: readonly Matcher[];
  /** Unix ms. Samples with startMs < t <= endMs are wanted (left-open, as Prometheus 3 windows are). */
  readonly startMs: number;
  readonly endMs: number;
  /** What will be done with the samples. A store may use it to do less work; it must not change the answer. */
  readonly hint: SelectHint;
}

export interface SelectHint {
  /** Innermost function over the selector (`rate`, `last_over_time`), '' for a plain instant selector. */
  readonly func: string;
  /** Range of a matrix selector in ms, 0 for an instant selector. */
  readonly rangeMs: number;
  /** Step of the evaluation in ms, 0 for an instant query. */
  readonly stepMs: number;
  /** Labels that the nearest aggregation keeps (`by`) or drops (`without`). */
  readonly grouping?: { readonly mode: 'by' | 'without'; readonly labels: readonly string[] };
}

export interface SelectLimits {
  /** The store refuses with SourceLimitError when the answer would hold more. */
  readonly maxSamples: number;
  readonly maxSeries: number;
}

/** Thrown by a source when the answer would be larger than asked for; the message is fit for the caller. */
export class SourceLimitError extends SightlineError<'too_many_samples' | 'too_many_series'> {}

export interface SampleSource {
  /**
   * The samples of every series that matches, series in any order, rows as SampleBlock says, staleness markers included.
   * Rejects with the reason of `signal` when that aborts, and frees what it held.
   */
  select(request: SelectRequest, limits: SelectLimits, signal: AbortSignal): Promise<SampleBlock>;
}
