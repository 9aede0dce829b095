/**
 * Tail rules: what chance did not sample is held until the span that the trace entered this process with has ended, and kept
 * when something in it failed or it took long. Holds little and for bounded many traces; what does not fit is counted.
 */
import type { Losses } from '../lib/losses.ts';
import type { RecordingSpan } from './recording-span.ts';
import { STATUS_ERROR } from './recording-span.ts';

/** What is kept although it was not sampled. */
export interface TailOptions {
  /** Traces with a span whose status is an error; true. */
  readonly errors?: boolean | undefined;
  /** Traces whose local root took this long or longer. */
  readonly slowMs?: number | undefined;
  /** Traces that are held at most while their root runs; 2,000. The one that began first makes room. */
  readonly maxTraces?: number | undefined;
  /** Spans of one trace that are held at most; 200. */
  readonly maxSpans?: number | undefined;
}

/** What the rules did, for metrics. */
export interface TailStats {
  keptTraces: number;
  droppedTraces: number;
}

/** The spans of one trace in this process. */
export class LocalTrace {
  readonly spans: RecordingSpan[] = [];
  hasError = false;
  /** Undefined while its root runs. */
  verdict: boolean | undefined = undefined;
}

export class TailRules {
  readonly stats: TailStats = { keptTraces: 0, droppedTraces: 0 };
  readonly #keepErrors: boolean;
  readonly #slowMs: number;
  readonly #maxTraces: number;
  readonly #maxSpans: number;
  readonly #open = new Set<LocalTrace>();
  readonly #losses: Losses;
  readonly #keep: (span: RecordingSpan) => void;

  constructor(options: TailOptions, losses: Losses, keep: (span: RecordingSpan) => void) {
    this.#keepErrors = options.errors ?? true;
    this.#slowMs = options.slowMs ?? Number.POSITIVE_INFINITY;
    this.#maxTraces = options.maxTraces ?? 2000;
    this.#maxSpans = options.maxSpans ?? 200;
    this.#losses = losses;
    this.#keep = keep;
  }

  /** A span of a trace that is held has ended. */
  ended(span: RecordingSpan, local: LocalTrace): void {
    if (span.statusCode === STATUS_ERROR) local.hasError = true;
    if (local.verdict !== undefined) {
      if (local.verdict) this.#keep(span);
      return;
    }
    if (span.parentSpanId === undefined || span.isParentRemote) this.#judge(local, span);
    else if (local.spans.length >= this.#maxSpans) this.#losses.add('traces', 'tail_full');
    else {
      if (local.spans.length === 0) this.#hold(local);
      local.spans.push(span);
    }
  }

  #judge(local: LocalTrace, root: RecordingSpan): void {
    const isSlow = root.endMs - root.startMs >= this.#slowMs;
    local.verdict = isSlow || (this.#keepErrors && local.hasError);
    this.#open.delete(local);
    const held = local.spans.splice(0);
    if (!local.verdict) {
      this.stats.droppedTraces++;
      return;
    }
    this.stats.keptTraces++;
    for (const span of held) this.#keep(span);
    this.#keep(root);
  }

  #hold(local: LocalTrace): void {
    this.#open.add(local);
    if (this.#open.size <= this.#maxTraces) return;
    for (const oldest of this.#open) {
      this.#open.delete(oldest);
      this.#losses.add('traces', 'tail_full', oldest.spans.length);
      oldest.spans.length = 0;
      break;
    }
  }
}
