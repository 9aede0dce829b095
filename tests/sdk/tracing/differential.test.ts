/** The same calls to OpenTelemetry's own SDK and to ours give the same spans and the same sampling decisions. */
import * as api from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { createProtobufEncoder } from '../../../packages/sdk/src/tracing/encode-protobuf.ts';
import { TracerProvider } from '../../../packages/sdk/src/tracing/otel/tracer-provider.ts';
import { attributesOf, type DecodedSpan, decodeTraces } from '../export/otlp-decode.ts';
import { traced } from './traced.ts';

/** Small and the same in every run. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

type Below = (limit: number) => number;
const pick = <T>(below: Below, values: readonly T[]): T => values[below(values.length)] as T;
const START = 1_700_000_000_000;

function value(below: Below): unknown {
  return pick<() => unknown>(below, [
    () => 'x'.repeat(below(30)),
    () => below(1000),
    () => -below(1000),
    () => below(1000) / 3,
    () => below(2) === 1,
    () => ['a', 'b'.repeat(below(20))],
    () => [1, null, 2],
    () => [],
    () => [1, 'mixed'],
    () => null,
    () => undefined,
    () => ({ nested: true }),
    () => Symbol('s'),
  ])();
}

function attributes(below: Below): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: below(8) }, () => [pick(below, ['a', 'b', 'c', 'd', 'e', '']), value(below)]),
  );
}

function exception(below: Below): unknown {
  return pick<() => unknown>(below, [
    () => 'only text',
    () => Object.assign(new TypeError('bad'), { stack: 'at somewhere' }),
    () => ({ code: 12, message: 'coded', stack: 's' }),
    () => ({ name: 'Named' }),
    () => ({}),
    () => '',
  ])();
}

/** One call, made the same on every span it is given. */
function randomCall(below: Below): (span: api.Span) => void {
  const time = new Date(START + below(5000));
  const set = attributes(below) as api.Attributes;
  const present = Object.fromEntries(Object.entries(set).filter(([, held]) => held !== null && held !== undefined));
  const kind = below(9);
  if (kind === 0) return (span) => span.setAttributes(set);
  if (kind === 1) {
    const key = pick(below, ['a', 'z', 'y', '']);
    const one = value(below) as api.AttributeValue;
    return (span) => span.setAttribute(key, one);
  }
  if (kind === 2) return (span) => span.addEvent('event', present, time);
  if (kind === 3) return (span) => span.addEvent('timed', time);
  if (kind === 4) {
    const thrown = exception(below) as api.Exception;
    return (span) => span.recordException(thrown, time);
  }
  if (kind === 5) {
    const code = below(3);
    const message = pick(below, ['why', undefined, 7 as unknown as string]);
    return (span) => span.setStatus(message === undefined ? { code } : { code, message });
  }
  if (kind === 6) {
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: below(2),
      isRemote: below(2) === 1,
      traceState: api.createTraceState('a=1,b=2'),
    };
    return (span) => span.addLink({ context, attributes: present });
  }
  if (kind === 7) return (span) => span.updateName(`renamed ${time.getTime()}`);
  return below(5) === 0 ? (span) => span.end(time) : () => undefined;
}

/**
 * What must be equal: all but random ids. Our times are numbers of milliseconds, exact to half a microsecond. (Null values of
 * events and links, which are not given here, we leave out as both do for spans; OpenTelemetry sends them empty.)
 */
function comparable(span: DecodedSpan): object {
  const { name, kind, flags, traceState, status, events = [], links = [] } = span;
  const withAttributes = (part: { attributes: DecodedSpan['attributes']; droppedAttributesCount?: number }) => ({
    ...part,
    attributes: attributesOf(part.attributes),
    droppedAttributesCount: part.droppedAttributesCount ?? 0,
  });
  return {
    ...{ name, kind, flags, traceState: traceState ?? '' },
    hasParent: (span.parentSpanId ?? '') !== '',
    times: [span.startTimeUnixNano, span.endTimeUnixNano].map(micros),
    status: { code: status?.code ?? 0, message: status?.message ?? '' },
    attributes: attributesOf(span.attributes),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount].map((count) => count ?? 0),
    events: events.map(withAttributes),
    links: links.map(withAttributes),
  };
}

function micros(nanos: string): number {
  return Math.round(Number(BigInt(nanos) - BigInt(START) * 1_000_000n) / 1000);
}

test('spans of random calls are the same', () => {
  const limits = { attributeCountLimit: 4, eventCountLimit: 3, linkCountLimit: 2, attributeValueLengthLimit: 12 };
  const exporter = new InMemorySpanExporter();
  const peer = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    spanLimits: { ...limits, attributePerEventCountLimit: 4, attributePerLinkCountLimit: 4 },
  });
  const bench = traced({ limits: { attributes: 4, events: 3, links: 2, valueLength: 12 } });
  const own = new TracerProvider(bench.tracing.recorder);
  const tracers = [peer.getTracer('lib', '1.0'), own.getTracer('lib', '1.0') as unknown as api.Tracer];
  const below = createRandom(42);
  for (let round = 0; round < 400; round++) {
    const remote = below(3) === 0 ? undefined : { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };
    const parent =
      remote === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, { ...remote, isRemote: below(2) === 1 });
    const options: api.SpanOptions = {
      kind: below(5),
      attributes: attributes(below) as api.Attributes,
      startTime: [START / 1000, below(1000) * 1000],
      root: below(10) === 0,
      links: below(4) === 0 ? [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 } }] : [],
    };
    const calls = Array.from({ length: below(12) }, () => randomCall(below));
    const endTime = new Date(START + below(3000) - 500);
    for (const tracer of tracers) {
      const span = tracer.startSpan(`span ${round}`, options, parent);
      for (const call of calls) call(span);
      if (span.isRecording()) span.end(endTime);
    }
  }
  const theirs = decodeTraces(
    ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? new Uint8Array(),
  );
  const ours = decodeTraces(createProtobufEncoder({})(bench.ended));
  const spansOf = ({ resourceSpans }: typeof ours): object[] =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(comparable)));
  expect(ours.resourceSpans[0]?.scopeSpans[0]?.scope).toMatchObject({ name: 'lib', version: '1.0' });
  const expected = spansOf(theirs);
  expect(expected).toHaveLength(400);
  expect(spansOf(ours)).toEqual(expected);
});

describe('sampling decisions', () => {
  const ratios = [0, 0.001, 0.1, 0.5, 0.999, 1];
  const peers: [string, Sampler][] = [
    ['always_on', new AlwaysOnSampler()],
    ['always_off', new AlwaysOffSampler()],
    ['parentbased_always_on', new ParentBasedSampler({ root: new AlwaysOnSampler() })],
    ['parentbased_always_off', new ParentBasedSampler({ root: new AlwaysOffSampler() })],
    ['traceidratio', new TraceIdRatioBasedSampler()],
    ['parentbased_traceidratio', new ParentBasedSampler({ root: new TraceIdRatioBasedSampler() })],
  ];

  test.each(peers.flatMap(([name, sampler]) => ratios.map((ratio) => [name, ratio, sampler] as const)))(
    '%s %d',
    (name, ratio, fixed) => {
      const root = new TraceIdRatioBasedSampler(ratio);
      const sampler =
        name === 'traceidratio' ? root : name === 'parentbased_traceidratio' ? new ParentBasedSampler({ root }) : fixed;
      const peer = new BasicTracerProvider({ sampler }).getTracer('lib');
      const bench = traced({}, { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: String(ratio) });
      const own = new TracerProvider(bench.tracing.recorder).getTracer('lib');
      const below = createRandom(ratio * 1000 + name.length);
      const digits = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join('');
      for (let round = 0; round < 120; round++) {
        const context = api.trace.setSpanContext(api.ROOT_CONTEXT, {
          traceId: digits(32),
          spanId: digits(16),
          traceFlags: below(2),
          isRemote: below(2) === 1,
        });
        const theirs = peer.startSpan('s', {}, context).spanContext();
        const ours = own.startSpan('s', {}, context).spanContext();
        expect([ours.traceId, ours.traceFlags]).toEqual([theirs.traceId, theirs.traceFlags]);
      }
    },
  );

  test('a ratio of new traces is met, and every service decides the same on a trace', () => {
    const bench = traced({ sampler: { ratio: 0.2 } });
    const again = traced({ sampler: { ratio: 0.2, parentBased: false } });
    let sampled = 0;
    for (let round = 0; round < 3000; round++) {
      const root = bench.tracing.startServerSpan('s', undefined);
      sampled += root.traceFlags;
      expect(again.tracing.startServerSpan('s', root).traceFlags).toBe(root.traceFlags);
    }
    expect(sampled).toBeGreaterThan(480);
    expect(sampled).toBeLessThan(720);
  });
});
