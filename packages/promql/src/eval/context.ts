/** What one query carries through its evaluation: limits, notes for the caller, figures, the clock. */
import type { SampleBlock } from '@sightline/model';
import { PromqlError } from '../errors.ts';
import type { MatrixSelector, Span, VectorSelector } from '../parser/ast.ts';
import { Annotations, type ForcedBuckets } from './annotations.ts';
import { Pacer } from './pacer.ts';
import { type QueryTrace, Tracer } from './trace.ts';

export interface EvaluateLimits {
  readonly maxSamples: number;
  readonly maxSeries: number;
  /** Told how many samples the query holds, whenever that changes. What it throws ends the query. */
  readonly onHeld?: (samples: number) => void;
}

export type Selector = VectorSelector | MatrixSelector;

export interface QueryTimes {
  /** Bounds of the query; both the evaluation time for an instant query. What start() and end() mean. */
  readonly startMs: number;
  readonly endMs: number;
  readonly lookbackMs: number;
  readonly defaultSubqueryStepMs: number;
}

interface ContextNotes {
  /** The query as it was written, for positions in warnings. */
  readonly text: string | undefined;
  readonly trace: QueryTrace | undefined;
}

export class QueryContext {
  readonly times: QueryTimes;
  readonly limits: EvaluateLimits;
  readonly pacer: Pacer;
  readonly blocks = new Map<Selector, SampleBlock>();
  readonly trace: QueryTrace | undefined;
  readonly tracer: Tracer | undefined;
  readonly #annotations: Annotations;
  samplesRead = 0;
  peakSamples = 0;
  #held = 0;

  constructor(times: QueryTimes, limits: EvaluateLimits, signal: AbortSignal, notes: ContextNotes) {
    this.times = times;
    this.limits = limits;
    const pacer = new Pacer(signal);
    this.pacer = pacer;
    this.#annotations = new Annotations(notes.text);
    this.trace = notes.trace;
    this.tracer =
      notes.trace === undefined ? undefined : new Tracer(notes.trace, () => performance.now() - pacer.pausedMs);
  }

  get warnings(): string[] {
    return this.#annotations.warnings;
  }

  get infos(): string[] {
    return this.#annotations.infos;
  }

  /** Counts samples that are about to be held in memory. */
  hold(samples: number): void {
    this.#held += samples;
    this.peakSamples = Math.max(this.peakSamples, this.#held);
    this.tracer?.holds(this.#held);
    if (this.#held > this.limits.maxSamples) throw tooManySamples(this.limits.maxSamples);
    this.limits.onHeld?.(this.#held);
  }

  /** Samples held now; what an evaluation step added beyond its result is given back with `settle`. */
  get held(): number {
    return this.#held;
  }

  settle(held: number): void {
    this.#held = held;
    this.limits.onHeld?.(held);
  }

  warn(message: string, span: Span): void {
    this.#annotations.warn(message, span);
  }

  inform(message: string, span: Span): void {
    this.#annotations.inform(message, span);
  }

  informForcedBuckets(span: Span, forced: ForcedBuckets): void {
    this.#annotations.informForcedBuckets(span, forced);
  }
}

export function tooManySamples(limit: number): PromqlError {
  const message = 'query processing would load too many samples into memory in query execution';
  return new PromqlError('too_many_samples', message, {
    hint: `the limit is ${limit} samples; ask for fewer series, a shorter time range or a larger step`,
  });
}
