/** Another OpenTelemetry SDK in the process: it stays in charge, and everything of ours names its spans. */
import * as api from '@opentelemetry/api';
import { NodeSDK, tracing as otel } from '@opentelemetry/sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withCorrelation } from '../../../packages/sdk/src/context/correlation.ts';
import { injectHeaders } from '../../../packages/sdk/src/context/headers.ts';
import { current } from '../../../packages/sdk/src/context/store.ts';
import { startCollector } from '../export/collector.ts';
import { type Traced, traced } from './traced.ts';

const finished = new otel.InMemorySpanExporter();
const theirs = new NodeSDK({
  autoDetectResources: false,
  instrumentations: [],
  spanProcessors: [new otel.SimpleSpanProcessor(finished)],
  metricReaders: [],
  logRecordProcessors: [],
});
let bench: Traced;

beforeAll(() => {
  theirs.start();
  bench = traced({ otelApi: 'auto' });
});

afterAll(async () => {
  await bench.close();
  await theirs.shutdown();
});

test('its active span is the one of log lines and headers, ours is not registered and records nothing', async () => {
  expect(bench.tracing.otel.state).toBe('foreign');
  expect(bench.told.join()).toContain('another OpenTelemetry SDK is registered');
  expect(current()).toBeUndefined();
  await api.trace.getTracer('t').startActiveSpan('theirs', async (span) => {
    await new Promise(setImmediate);
    const { traceId, spanId } = span.spanContext();
    expect(current()?.span).toMatchObject({ traceId, spanId, traceFlags: 1 });
    expect(current()).toBe(current());
    expect(injectHeaders()['traceparent']).toBe(`00-${traceId}-${spanId}-01`);
    withCorrelation({ correlationId: 'c1' }, () => {
      expect(current()?.cell?.values.correlationId).toBe('c1');
      expect(current()?.span?.spanId).toBe(spanId);
    });
    const own = bench.tracing.startClientSpan('own');
    expect(own.isRecording()).toBe(false);
    expect(own.traceId).toBe(traceId);
    span.end();
  });
  expect(current()).toBeUndefined();
  expect(finished.getFinishedSpans().map(({ name }) => name)).toEqual(['theirs']);
  expect(bench.ended).toEqual([]);
});

test('spans that the program makes with our tracer are recorded by it, in its tree', async () => {
  finished.reset();
  const { tracer } = bench.tracing;
  const failure = new TypeError('no stock');
  const failing = tracer.span(
    'outer',
    async (outer) => {
      expect(api.trace.getActiveSpan()?.spanContext().spanId).toBe(outer.spanId);
      await new Promise(setImmediate);
      api.trace.getTracer('t').startSpan('inner').end();
      outer.setAttribute('a', 1).addEvent('e').addLink({ context: outer.spanContext() }).updateName('renamed');
      expect(outer.isRecording()).toBe(true);
      expect(tracer.active()?.spanId).toBe(outer.spanId);
      throw failure;
    },
    { kind: 'producer', attributes: { b: 2 } },
  );
  await expect(failing).rejects.toBe(failure);
  const [inner, outer] = finished.getFinishedSpans();
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  expect(outer).toMatchObject({
    name: 'renamed',
    kind: api.SpanKind.PRODUCER,
    attributes: { a: 1, b: 2 },
    status: { code: api.SpanStatusCode.ERROR, message: 'no stock' },
  });
  expect(outer?.events.map(({ name }) => name)).toEqual(['e', 'exception']);
  expect(outer?.links).toHaveLength(1);
  expect(tracer.span('sync', (span) => span.setStatus('ok').setAttributes({ c: 3 }).traceFlags)).toBe(1);
  expect(tracer.active()).toBeUndefined();
  expect(bench.ended).toEqual([]);
});

test('the requests of our exporter are not traced by it', async () => {
  const collector = await startCollector();
  const exporting = traced({ otelApi: false, exporter: { endpoint: collector.url } });
  try {
    await api.trace.getTracer('t').startActiveSpan('request', async (span) => {
      exporting.tracing.startServerSpan('s', undefined).end();
      expect(await exporting.flush()).toEqual([]);
      span.end();
    });
    expect(collector.received).toHaveLength(1);
    expect(collector.received[0]?.headers['traceparent']).toBeUndefined();
  } finally {
    await exporting.close();
    await collector.close();
  }
});
