/** One query from its arrival to the last byte of its answer: phase, figures, memory, and the signal that ends it. */
import type { ActiveQuery, FinishedQuery, QueryIdentity, QueryOutcome, QueryPhase } from '@sightline/api-types';
import type { QueryValue } from '@sightline/promql';
import { AbortedError } from '../lib/abort.ts';
import type { MemoryAccount } from './memory-budget.ts';

/** Texts are cut here in listings. */
const MAX_TEXT = 4_000;

export interface QueryStart extends Omit<QueryIdentity, 'startedMs'> {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly memory: MemoryAccount;
  readonly nowMs: number;
}

export class RunningQuery {
  readonly identity: QueryIdentity;
  readonly memory: MemoryAccount;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onParent: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #beganAt = performance.now();
  readonly #phaseMs: Record<QueryPhase, number> = { waiting: 0, reading: 0, evaluating: 0, writing: 0 };
  #phase: QueryPhase = 'waiting';
  #phaseSince = this.#beganAt;
  #reads = 0;
  samplesRead = 0;
  seriesRead = 0;
  bytesOut = 0;
  cachedShare = 0;
  #resultSize = { resultSeries: 0, resultSamples: 0 };

  constructor(start: QueryStart) {
    const { id, text, kind, startMs, endMs, stepMs, client, nowMs } = start;
    this.identity = { id, text: cutText(text), kind, startMs, endMs, stepMs, client, startedMs: nowMs };
    this.memory = start.memory;
    this.#parent = start.signal;
    this.#onParent = () => this.#controller.abort(this.#parent.reason);
    if (this.#parent.aborted) this.#onParent();
    else this.#parent.addEventListener('abort', this.#onParent, { once: true });
    this.#timer = setTimeout(
      () => this.#controller.abort(new AbortedError('deadline', 'query timed out')),
      Math.min(start.timeoutMs, 2 ** 31 - 1),
    );
  }

  /** Aborts when the client goes, the time is up, or somebody kills the query. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get phase(): QueryPhase {
    return this.#phase;
  }

  enter(phase: QueryPhase): void {
    const now = performance.now();
    this.#phaseMs[this.#phase] += now - this.#phaseSince;
    this.#phase = phase;
    this.#phaseSince = now;
    // The time limit is for computing: how fast an answer is taken is up to the client.
    if (phase === 'writing') clearTimeout(this.#timer);
  }

  /** Several selectors are read at once; it is reading while one of them is. */
  readBegins(): void {
    if (this.#reads++ === 0) this.enter('reading');
  }

  readEnds(): void {
    if (--this.#reads === 0) this.enter('evaluating');
  }

  result(value: QueryValue): void {
    this.#resultSize = { resultSeries: seriesOf(value), resultSamples: samplesOf(value) };
  }

  get resultSize(): { readonly resultSeries: number; readonly resultSamples: number } {
    return this.#resultSize;
  }

  kill(by: string): void {
    this.#controller.abort(new AbortedError('killed', `query was killed by ${by}`));
  }

  /** Milliseconds spent in a phase so far. */
  spent(phase: QueryPhase): number {
    return this.#phaseMs[phase] + (this.#phase === phase ? performance.now() - this.#phaseSince : 0);
  }

  status(): ActiveQuery {
    return {
      ...this.identity,
      phase: this.#phase,
      elapsedMs: performance.now() - this.#beganAt,
      samplesRead: this.samplesRead,
      seriesRead: this.seriesRead,
      memoryBytes: this.memory.bytes,
      bytesOut: this.bytesOut,
    };
  }

  /** Frees what it holds and tells how it went. */
  finish(outcome: QueryOutcome, error: string | null, errorType: FinishedQuery['errorType']): FinishedQuery {
    this.enter(this.#phase);
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#onParent);
    const { peakBytes } = this.memory;
    this.memory.release();
    return {
      ...this.identity,
      outcome,
      error,
      errorType,
      durationMs: performance.now() - this.#beganAt,
      waitMs: this.#phaseMs.waiting,
      readMs: this.#phaseMs.reading,
      evalMs: this.#phaseMs.evaluating,
      writeMs: this.#phaseMs.writing,
      samplesRead: this.samplesRead,
      seriesRead: this.seriesRead,
      peakBytes,
      ...this.#resultSize,
      cachedShare: this.cachedShare,
      bytesOut: this.bytesOut,
    };
  }
}

function cutText(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function seriesOf(value: QueryValue): number {
  return value.type === 'matrix' ? value.series.length : value.type === 'vector' ? value.samples.length : 1;
}

export function samplesOf(value: QueryValue): number {
  if (value.type !== 'matrix') return seriesOf(value);
  let samples = 0;
  for (const { values } of value.series) samples += values.length;
  return samples;
}
