/**
 * Starts spans: asks the sampler, makes the ids, and hands ended spans to who wants them. Without anybody who wants them
 * spans have ids and a place in the context, and record nothing.
 */
import { newTraceId } from '../context/ids.ts';
import type { ActiveSpan } from '../context/store.ts';
import type { SpanLimits } from './attributes.ts';
import { nowMs } from './clock.ts';
import { LocalTrace, type TailRules } from './local-trace.ts';
import { RecordingSpan, type Scope, type SpanEnd } from './recording-span.ts';
import type { Sampler } from './sampler.ts';
import { SilentSpan } from './silent-span.ts';
import type { Attributes, Span } from './span.ts';

/** Takes ended spans, e.g. an exporter's queue; must not throw and must not keep the service waiting. */
export type SpanSink = (span: RecordingSpan) => void;

const SAMPLED = 1;
/** W3C Trace Context level 2: the trace id is random. Passed on as it came. */
const RANDOM = 2;

export class Recorder implements SpanEnd {
  readonly limits: SpanLimits;
  readonly #sampler: Sampler;
  #sinks: readonly SpanSink[] = [];
  #tail: TailRules | undefined;
  #isSilent = false;

  constructor(sampler: Sampler, limits: SpanLimits) {
    this.#sampler = sampler;
    this.limits = limits;
  }

  applyTail(rules: TailRules): void {
    this.#tail = rules;
  }

  /** Spans have ids from now on and are not recorded: somebody else does it. */
  silence(): void {
    this.#isSilent = true;
  }

  /** @returns Ends it. */
  addSink(sink: SpanSink): () => void {
    this.#sinks = [...this.#sinks, sink];
    return () => {
      this.#sinks = this.#sinks.filter((other) => other !== sink);
    };
  }

  /** Called by a span. */
  ended(span: RecordingSpan): void {
    if (span.local === undefined || this.#tail === undefined) this.keep(span);
    else this.#tail.ended(span, span.local);
  }

  keep(span: RecordingSpan): void {
    for (const sink of this.#sinks) sink(span);
  }

  /**
   * @param parent In this process or another one; an empty span id names the trace only. Undefined begins a new trace.
   * @param attributes For sampling functions; the caller sets them on the span.
   * @param startMs Milliseconds since 1970; now when undefined.
   */
  start(
    scope: Scope,
    name: string,
    kind: number,
    parent: ActiveSpan | undefined,
    attributes: Attributes | undefined,
    startMs: number | undefined,
  ): Span {
    const sampler = this.#sampler;
    const hasParent = parent !== undefined && parent.spanId !== '';
    let traceId = parent === undefined ? undefined : parent.traceId;
    let isSampled: boolean;
    let local: LocalTrace | undefined;
    if (hasParent && sampler.isParentBased) {
      isSampled = (parent.traceFlags & SAMPLED) !== 0;
      if (!isSampled && parent instanceof RecordingSpan) local = parent.local;
    } else {
      if (sampler.needsTraceId) traceId ??= newTraceId();
      isSampled = sampler.needsTraceId
        ? sampler.decide(traceId as string, hasParent ? parent : undefined, name, kind, attributes)
        : sampler.always;
      if (!isSampled && this.#tail !== undefined && sampler.isRatio) {
        local = parent instanceof RecordingSpan ? (parent.local ?? new LocalTrace()) : new LocalTrace();
      }
    }
    const flags = (isSampled ? SAMPLED : 0) | (parent === undefined ? 0 : parent.traceFlags & RANDOM);
    if ((!isSampled && local === undefined) || this.#sinks.length === 0 || this.#isSilent) {
      return new SilentSpan(flags, traceId, undefined, parent?.traceState, false);
    }
    traceId ??= newTraceId();
    return new RecordingSpan(this, scope, name, kind, traceId, flags, parent, local, startMs ?? nowMs());
  }
}
