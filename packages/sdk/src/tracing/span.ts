/**
 * What a service and the instrumentations see of a span: one interface for recorded and for unsampled spans. It is a superset
 * of the Span of `@opentelemetry/api`.
 */
import type { ActiveSpan } from '../context/store.ts';

/** Values of attributes; arrays hold one type (OpenTelemetry, "Attribute"). Null and undefined are ignored. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly (string | null | undefined)[]
  | readonly (number | null | undefined)[]
  | readonly (boolean | null | undefined)[];

export type Attributes = Readonly<Record<string, AttributeValue | null | undefined>>;

/** A time: milliseconds since 1970, a Date, `[seconds, nanoseconds]`, or a value of `performance.now()`. */
export type TimeInput = number | Date | readonly [number, number];

/** Role of a span, by OpenTelemetry's names. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Ids of a span, as `@opentelemetry/api` has them. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  readonly traceState?: TraceState;
}

/** The tracestate as `@opentelemetry/api` has it: immutable, changed copies come back. */
export interface TraceState {
  get(key: string): string | undefined;
  set(key: string, value: string): TraceState;
  unset(key: string): TraceState;
  /** The text of the header. */
  serialize(): string;
}

/** Another span that this one has to do with, e.g. the one that queued the job. */
export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes?: Attributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** How an operation ended. `unset` is what a span has that nobody judged. */
export type SpanStatus = 'unset' | 'ok' | 'error';

/** The same by the numbers of `@opentelemetry/api`: 0, 1, 2. */
export interface OtelSpanStatus {
  readonly code: number;
  readonly message?: string | undefined;
}

/** One timed operation. Calls after `end()` do nothing. */
export interface Span extends ActiveSpan {
  /** False for an unsampled span: work for its attributes would be lost. */
  isRecording(): boolean;
  spanContext(): SpanContext;
  setAttribute(key: string, value: AttributeValue | null | undefined): this;
  setAttributes(attributes: Attributes): this;
  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): this;
  addLink(link: SpanLink): this;
  addLinks(links: readonly SpanLink[]): this;
  /** Judges the operation. `ok` is final (OpenTelemetry, "Set Status"). @param message Kept for errors only. */
  setStatus(status: SpanStatus | OtelSpanStatus, message?: string): this;
  updateName(name: string): this;
  /** Adds an `exception` event with type, message and stack. Does not set the status. */
  recordException(exception: unknown, time?: TimeInput): this;
  /** Ends the span, now or at `time`; it goes to the exporter. */
  end(time?: TimeInput): void;
}

/** How a span starts. */
export interface SpanOptions {
  readonly kind?: SpanKindName | undefined;
  readonly attributes?: Attributes | undefined;
  readonly links?: readonly SpanLink[] | undefined;
  readonly startTime?: TimeInput | undefined;
  /** True begins a new trace. */
  readonly root?: boolean | undefined;
}
