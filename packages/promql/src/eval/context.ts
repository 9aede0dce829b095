/** What one query carries through its evaluation: limits, notes for the caller, figures, the clock. */
import type { SampleBlock } from '@sightline/model';
import { PromqlError, positionOf } from '../errors.ts';
import type { MatrixSelector, Span, VectorSelector } from '../parser/ast.ts';
import { Pacer } from './pacer.ts';

export interface EvaluateLimits {
  readonly maxSamples: number;
  readonly maxSeries: number;
}

export type Selector = VectorSelector | MatrixSelector;

export interface QueryTimes {
  /** Bounds of the query; both the evaluation time for an instant query. What start() and end() mean. */
  readonly startMs: number;
  readonly endMs: number;
  readonly lookbackMs: number;
  readonly defaultSubqueryStepMs: number;
}

export class QueryContext {
  readonly times: QueryTimes;
  readonly limits: EvaluateLimits;
  readonly pacer: Pacer;
  readonly blocks = new Map<Selector, SampleBlock>();
  readonly #text: string | undefined;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();
  samplesRead = 0;
  peakSamples = 0;
  #held = 0;

  constructor(times: QueryTimes, limits: EvaluateLimits, signal: AbortSignal, text: string | undefined) {
    this.times = times;
    this.limits = limits;
    this.pacer = new Pacer(signal);
    this.#text = text;
  }

  get warnings(): string[] {
    return [...this.#warnings];
  }

  get infos(): string[] {
    return [...this.#infos];
  }

  /** Counts samples that are about to be held in memory. */
  hold(samples: number): void {
    this.#held += samples;
    this.peakSamples = Math.max(this.peakSamples, this.#held);
    if (this.#held > this.limits.maxSamples) throw tooManySamples(this.limits.maxSamples);
  }

  /** Samples held now; what an evaluation step added beyond its result is given back with `settle`. */
  get held(): number {
    return this.#held;
  }

  settle(held: number): void {
    this.#held = held;
  }

  warn(message: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${message}${this.#place(span)}`);
  }

  inform(message: string, span: Span): void {
    this.#infos.add(`PromQL info: ${message}${this.#place(span)}`);
  }

  #place(span: Span): string {
    if (this.#text === undefined) return '';
    const { line, column } = positionOf(this.#text, span.start, span.end);
    return ` (${line}:${column})`;
  }
}

export function tooManySamples(limit: number): PromqlError {
  const message = 'query processing would load too many samples into memory in query execution';
  return new PromqlError('too_many_samples', message, {
    hint: `the limit is ${limit} samples; ask for fewer series, a shorter time range or a larger step`,
  });
}
