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
