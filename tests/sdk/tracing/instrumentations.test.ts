/** Instrumentations of OpenTelemetry, as they are on npm, make spans of the SDK: http, Express, ioredis, undici (fetch). */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import * as api from '@opentelemetry/api';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../../packages/sdk/src/context/store.ts';
import { SUPPRESSED } from '../../../packages/sdk/src/context/suppress.ts';
import { toRecord } from '../../../packages/sdk/src/tracing/attributes.ts';
import type { RecordingSpan } from '../../../packages/sdk/src/tracing/recording-span.ts';
import { type DatabaseServer, hasRedis, startRedis } from '../../support/databases.ts';
import { type Traced, traced } from './traced.ts';

const WANTED = new Set(
  ['http', 'express', 'router', 'ioredis', 'undici'].map((name) => `@opentelemetry/instrumentation-${name}`),
);

let bench: Traced;
let redis: DatabaseServer;
let base: string;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  // The order of a service that is instrumented late: tracers are taken before the SDK registers.
  const instrumentations = getNodeAutoInstrumentations();
  for (const instrumentation of instrumentations) {
    if (WANTED.has(instrumentation.instrumentationName)) stops.push(() => instrumentation.disable());
    else instrumentation.disable();
  }
  bench = traced({ otelApi: api });
  stops.push(bench.close);
  // Instrumentations see what is loaded by require().
  const load = createRequire(import.meta.url);
  const http = load('node:http') as typeof import('node:http');
  const express = load('express') as typeof import('express');
  const { Redis } = load('ioredis') as typeof import('ioredis');
  redis = await startRedis();
  stops.push(() => redis.stop());
  const client = new Redis(redis.port, redis.host);
  stops.push(() => client.disconnect());

  const app = express();
  app.get('/items/:id', async (request, response) => {
    await client.set('item', request.params.id ?? '');
    const upstream = await fetch(`${base}/upstream`);
    response.json({ item: await client.get('item'), upstream: await upstream.json() });
  });
  app.get('/upstream', (request, response) => {
    response.json({ traceparent: request.headers['traceparent'], active: api.trace.getActiveSpan()?.spanContext() });
  });
  const server = http.createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** A request of somebody who is not instrumented. */
function get(path: string, traceparent: string): Promise<Response> {
  return run(SUPPRESSED, () => fetch(`${base}${path}`, { headers: { traceparent } }));
}

const scopeOf = (span: RecordingSpan): string => span.scope.name.replace('@opentelemetry/instrumentation-', '');

describe.skipIf(!hasRedis())('instrumentations of OpenTelemetry', () => {
  test('one request over two servers, a database and fetch is one tree', async () => {
    const answer = await get('/items/7', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    const body = (await answer.json()) as { item: string; upstream: { traceparent: string } };
    expect(body.item).toBe('7');
    await expect.poll(() => bench.ended.filter(({ kind }) => kind === 1).length).toBe(2);
    const spans = bench.ended.filter(({ traceId }) => traceId === '0af7651916cd43dd8448eb211c80319c');
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const one = (scope: string, name: string): RecordingSpan => {
      const found = spans.filter((span) => scopeOf(span) === scope && span.name === name);
      expect(found, `${scope} ${name}`).toHaveLength(1);
      return found[0] as RecordingSpan;
    };
    const server = one('http', 'GET /items/:id');
    expect(server).toMatchObject({ kind: 1, isParentRemote: true });
    const handler = one('router', 'request handler - /items/:id');
    const above = [handler];
    for (let at = handler; at !== server; above.push(at)) {
      at = byId.get(at.parentSpanId ?? '') ?? expect.unreachable(`${at.name} has no parent`);
    }
    expect(above.map(scopeOf)).toContain('express');
    // After an await the handler's span is over; its children hang on it all the same.
    for (const command of ['set', 'get']) {
      const span = one('ioredis', command);
      expect(byId.get(span.parentSpanId ?? '')?.spanId).toBe(handler.spanId);
      expect(Object.values(toRecord(span.attributes))).toContain('redis');
    }
    const outgoing = spans.find((span) => scopeOf(span) === 'undici');
    expect(outgoing?.kind).toBe(2);
    expect(outgoing?.parentSpanId).toBe(handler.spanId);
    expect(body.upstream.traceparent).toBe(`00-${outgoing?.traceId}-${outgoing?.spanId}-01`);
    expect(one('http', 'GET /upstream')).toMatchObject({ parentSpanId: outgoing?.spanId, isParentRemote: true });
  });

  test("the program's own spans and those of instrumentations nest in each other", async () => {
    bench.ended.length = 0;
    const { tracer } = bench.tracing;
    await tracer.span('job', async (job) => {
      await fetch(`${base}/upstream`);
      expect(api.trace.getActiveSpan()).toBe(job);
    });
    const [job] = bench.ended.filter(({ name }) => name === 'job');
    const fetched = bench.ended.find((span) => scopeOf(span) === 'undici');
    expect(fetched?.parentSpanId).toBe(job?.spanId);
    api.trace.getTracer('test').startActiveSpan('outer', (outer) => {
      expect(tracer.active()).toBe(outer);
      const inner = tracer.startSpan('inner');
      inner.end();
      outer.end();
      expect(inner).toMatchObject({ parentSpanId: outer.spanContext().spanId });
    });
  });

  test('many at once keep their traces apart', async () => {
    bench.ended.length = 0;
    const ids = Array.from({ length: 60 }, (_, index) => (index + 1).toString(16).padStart(32, '0'));
    await Promise.all(ids.map((id) => get(`/items/${id}`, `00-${id}-00000000000000ff-01`)));
    await expect
      .poll(() => bench.ended.filter(({ kind, isParentRemote }) => kind === 1 && isParentRemote).length)
      .toBe(120);
    for (const id of ids) {
      const names = bench.ended.filter(({ traceId }) => traceId === id).map((span) => scopeOf(span));
      expect(names.filter((name) => name === 'ioredis')).toHaveLength(2);
      expect(names.filter((name) => name === 'http')).toHaveLength(2);
    }
  });
});
