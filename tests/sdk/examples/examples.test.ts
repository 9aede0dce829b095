import { expect, test } from 'vitest';
import { startExample } from './service.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

test.for(['node-http.mjs', 'express.mjs', 'fastify.mjs', 'koa.mjs', 'hono.mjs', 'nestjs/start.mjs'])(
  '%s has the routes, ids, metrics, probes and the end that the page promises',
  async (file) => {
    const service = await startExample(file);
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const answer = await fetch(`${service.url}/orders/7`, { headers });
    expect(await answer.json()).toEqual({ id: '7', kind: 'record' });
    expect(answer.headers.get('x-request-id')).toBe('r-1');
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^http_requests_total\{method="GET",route="\/orders\/:id",status="200"\} +1$/m);
    expect(metrics).toMatch(/^orders_read_total\{kind="record"\} +1$/m);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect(await service.stop()).toBe(0);
    const own = service.lines().filter((line) => line['trace_id'] === traceId);
    expect(own.map((line) => line['message'])).toEqual(['Order read', 'request completed']);
    expect(own.map((line) => line['request_id'])).toEqual(['r-1', 'r-1']);
  },
);
