/** Spans as a test sees them: those that ended and were kept by the sampler, with the names of OpenTelemetry. */
import { toRecord } from '../tracing/attributes.ts';
import { KINDS, type RecordingSpan, STATUS_ERROR, STATUS_OK } from '../tracing/recording-span.ts';
import type { SpanSink } from '../tracing/recorder.ts';
import type { AttributeValue, SpanKindName, SpanStatus } from '../tracing/span.ts';
import { expectMatch, expectNoMatch, matching, type Words } from './assertion.ts';
import { type Matcher, show } from './match.ts';

/** Something that happened in a span, e.g. `exception`. */
export interface CapturedEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** One span that ended. */
export interface CapturedSpan {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly status: SpanStatus;
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly CapturedEvent[];
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  readonly durationMs: number;
}

/** What a span must be like; fields and attributes that are not named may be anything. */
export type SpanExpectation = {
  readonly [TField in Exclude<keyof CapturedSpan, 'attributes' | 'events'>]?: Matcher<CapturedSpan[TField]>;
} & {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
};

export interface SpanCapture {
  /** Spans so far, in the order of their ends; at most the last 10,000. */
  readonly spans: readonly CapturedSpan[];
  /** Spans that match. */
  filter(expected: SpanExpectation): CapturedSpan[];
  /** Spans under `span`, in the order of their ends. */
  childrenOf(span: CapturedSpan): CapturedSpan[];
  /**
   * The first span that matches.
   *
   * @param count How many must match, exactly; at least one unless given.
   * @throws AssertionError that shows the closest spans and why they do not match.
   * @example spans.expectSpan({ name: 'SELECT orders', attributes: { 'db.system.name': 'postgresql' } });
   */
  expectSpan(expected: SpanExpectation, count?: number): CapturedSpan;
  /** @throws AssertionError when a span matches. */
  expectNoSpan(expected?: SpanExpectation): void;
  clear(): void;
  /** Ends the capture; what was captured stays. */
  stop(): void;
  [Symbol.dispose](): void;
}

const MAX_SPANS = 10_000;
const KIND_NAMES = Object.entries(KINDS).map(([name]) => name as SpanKindName);

const WORDS: Words<CapturedSpan> = {
  one: 'span',
  many: 'spans',
  describe: ({ name, kind, status, attributes }) =>
    `${name} (${kind}${status === 'unset' ? '' : `, ${status}`}) ${show(attributes)}`,
};

/** A sink that keeps spans, and the capture that reads them. `detach` is called at the end. */
export function createSpanCapture(): { sink: SpanSink; capture(detach: () => void): SpanCapture } {
  const spans: CapturedSpan[] = [];
  const sink: SpanSink = (span) => {
    if (spans.length === MAX_SPANS) spans.shift();
    spans.push(readSpan(span));
  };
  const capture = (detach: () => void): SpanCapture => ({
    spans,
    filter: (expected) => matching(spans, expected),
    childrenOf: ({ spanId, traceId }) =>
      spans.filter((span) => span.parentSpanId === spanId && span.traceId === traceId),
    expectSpan: (expected, count) => expectMatch(spans, expected, count, WORDS),
    expectNoSpan: (expected = {}) => expectNoMatch(spans, expected, WORDS),
    clear: () => {
      spans.length = 0;
    },
    stop: detach,
    [Symbol.dispose]: detach,
  });
  return { sink, capture };
}

function readSpan(span: RecordingSpan): CapturedSpan {
  return {
    name: span.name,
    kind: KIND_NAMES[span.kind] ?? 'internal',
    status: span.statusCode === STATUS_ERROR ? 'error' : span.statusCode === STATUS_OK ? 'ok' : 'unset',
    statusMessage: span.statusMessage,
    attributes: { ...toRecord(span.attributes) },
    events: (span.extras?.events ?? []).map(({ name, attributes }) => ({
      name,
      attributes: { ...toRecord(attributes) },
    })),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    startMs: span.startMs,
    durationMs: span.endMs - span.startMs,
  };
}
