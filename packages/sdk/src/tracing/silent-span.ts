/**
 * A span that is known by its ids only: unsampled, or of another process. Ids are made when somebody asks, because an
 * unsampled span often has no reader at all.
 */
import { newSpanId, newTraceId } from '../context/ids.ts';
import type { ActiveSpan } from '../context/store.ts';
import type { Span, SpanContext } from './span.ts';
import { traceStateOf } from './trace-state.ts';

export class SilentSpan implements Span {
  readonly traceFlags: number;
  readonly traceState: string | undefined;
  readonly isRemote: boolean;
  #traceId: string | undefined;
  #spanId: string | undefined;

  /** @param traceId, spanId Undefined for ids that are made on demand. */
  constructor(
    traceFlags: number,
    traceId: string | undefined,
    spanId: string | undefined,
    traceState: string | undefined,
    isRemote: boolean,
  ) {
    this.traceFlags = traceFlags;
    this.traceState = traceState;
    this.isRemote = isRemote;
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  get traceId(): string {
    this.#traceId ??= newTraceId();
    return this.#traceId;
  }

  get spanId(): string {
    this.#spanId ??= newSpanId();
    return this.#spanId;
  }

  isRecording(): boolean {
    return false;
  }

  spanContext(): SpanContext {
    return spanContextOf(this);
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): this {
    return this;
  }

  end(): void {}
}

/** Ids in the form of `@opentelemetry/api`. */
export function spanContextOf(span: ActiveSpan): SpanContext {
  const { traceId, spanId, traceFlags } = span;
  const traceState = traceStateOf(span.traceState);
  return {
    traceId,
    spanId,
    traceFlags,
    ...(span.isRemote ? { isRemote: true } : {}),
    ...(traceState === undefined ? {} : { traceState }),
  };
}
