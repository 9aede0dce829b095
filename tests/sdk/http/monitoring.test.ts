/** The monitoring pages: what they answer, to whom, and behind which servers. */
import { execFileSync } from 'node:child_process';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { correlation, type MonitoringOptions, monitoringHandler } from '@sightline/sdk';
import { node, route } from '@sightline/sdk/node';
import express from 'express';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { closeAll, type Instrumented, instrument, serve } from './service.ts';

let sdk: Instrumented;

beforeEach(() => {
  sdk = instrument();
});

afterEach(async () => {
  await closeAll();
  await sdk.stop();
});

function handlerOf(options: MonitoringOptions = {}) {
  return monitoringHandler({ core: sdk.core, registry: sdk.metrics, health: sdk.health }, options);
}

async function listen(options?: MonitoringOptions): Promise<string> {
  const handler = handlerOf(options);
  const { url } = await serve(async (request, response) => {
    if (!(await handler(request, response))) response.writeHead(404).end('mine');
  });
  return url;
}

it.each([
  ['/health', 'application/json; charset=utf-8', '"overall_status": "healthy"'],
  ['/health/live', 'application/json; charset=utf-8', '"status": "alive"'],
  ['/health/ready', 'application/json; charset=utf-8', '"status": "ready"'],
  ['/health/startup', 'application/json; charset=utf-8', '"status": "started"'],
  ['/metrics', 'text/plain; version=0.0.4; charset=utf-8', '# TYPE http_requests_in_flight gauge'],
  ['/metrics/json', 'application/json; charset=utf-8', '"http_requests_in_flight"'],
  ['/status', 'application/json; charset=utf-8', '"service": "shop"'],
  ['/debug/info', 'application/json; charset=utf-8', '"active_resources"'],
  ['/health/', 'application/json; charset=utf-8', '"overall_status"'],
])('%s is %s', async (path, type, content) => {
  const url = await listen();
  const response = await fetch(url + path);
  const body = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(body).toContain(content);
  const head = await fetch(url + path, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-type')).toBe(type);
});

it('leaves other paths to the service and refuses other methods', async () => {
  const url = await listen();
  expect(await (await fetch(`${url}/orders`)).text()).toBe('mine');
  expect(await (await fetch(`${url}/healthy`)).text()).toBe('mine');
  const response = await fetch(`${url}/metrics`, { method: 'POST', body: 'x' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

it('turns red with the health of the service', async () => {
  const url = await listen();
  sdk.health.register('db', () => false, { category: 'database', critical: true });
  expect((await fetch(`${url}/health`)).status).toBe(503);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

it('stands under a prefix, also of an Express mount', async () => {
  const app = express();
  const handler = handlerOf({ prefix: '/monitoring/' });
  app.use('/monitoring', handler);
  app.use((_request, response) => void response.status(404).send('mine'));
  const { url } = await serve(app);
  expect((await fetch(`${url}/monitoring/health/live`)).status).toBe(200);
  expect(await (await fetch(`${url}/health/live`)).text()).toBe('mine');
  expect(await (await fetch(`${url}/monitoring/other`)).text()).toBe('mine');
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  // A page is no traffic of the service, wherever it stands.
  expect(sdk.access()[0]?.data['path']).toBe('/monitoring/other');
});

it('shows details, metrics and status only to who may see them; probes to everybody', async () => {
  const url = await listen({ auth: { bearer: 'tok', basic: { username: 'ops', password: 'pw' } } });
  sdk.health.register('db', () => true, { category: 'database' });
  const statusOf = async (path: string, authorization?: string) =>
    (await fetch(url + path, authorization === undefined ? {} : { headers: { authorization } })).status;
  for (const path of ['/metrics', '/metrics/json', '/status', '/debug/info']) {
    expect([path, await statusOf(path)]).toEqual([path, 401]);
    expect([path, await statusOf(path, 'Bearer no')]).toEqual([path, 403]);
    expect([path, await statusOf(path, 'Bearer tok')]).toEqual([path, 200]);
    expect([path, await statusOf(path, `Basic ${btoa('ops:pw')}`)]).toEqual([path, 200]);
  }
  for (const path of ['/health', '/health/live', '/health/ready']) expect(await statusOf(path)).toBe(200);
  expect(await (await fetch(`${url}/health`)).json()).not.toHaveProperty('checks');
  const detailed = await fetch(`${url}/health`, { headers: { authorization: 'Bearer tok' } });
  expect(await detailed.json()).toHaveProperty('checks');
  const refused = await fetch(`${url}/metrics`);
  expect(refused.headers.get('www-authenticate')).toContain('Basic');
  const allowed = await listen({ auth: { allow: ({ path }) => path.endsWith('/status') } });
  expect((await fetch(`${allowed}/status`)).status).toBe(200);
  expect((await fetch(`${allowed}/metrics`)).status).toBe(403);
});

it('without rules shows debug information to this machine only', async () => {
  const handler = handlerOf();
  const ask = (address: string) =>
    handler.answer({ method: 'GET', path: '/debug/info', address, header: () => undefined });
  expect((await ask('127.0.0.1'))?.status).toBe(200);
  expect((await ask('192.0.2.7'))?.status).toBe(403);
  expect(String((await ask('127.0.0.1'))?.body)).not.toContain(process.env['PATH'] ?? '/usr/bin');
});

it('compresses a large exposition and speaks OpenMetrics when asked; promtool finds no fault', async () => {
  const counter = sdk.metrics.counter('orders_total', 'Orders taken', { labels: ['id'] });
  for (let id = 0; id < 1000; id++) counter.inc({ id });
  const url = await listen();
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const split = whole.indexOf('\r\n\r\n');
  expect(whole.toString('latin1', 0, split)).toMatch(/content-encoding: gzip/i);
  const exposition = gunzipSync(whole.subarray(split + 4)).toString();
  expect(exposition).toContain('orders_total{id="999"}');
  execFileSync('promtool', ['check', 'metrics'], { input: exposition });
  const open = await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect((await open.text()).endsWith('# EOF\n')).toBe(true);
});

it('serves the pages on a port of their own', async () => {
  const server = await handlerOf({ prefix: '/m' }).listen({ port: 0, host: '127.0.0.1' });
  const { url } = await serve(server);
  expect((await fetch(`${url}/m/metrics`)).status).toBe(200);
  const missing = await fetch(`${url}/other`);
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('/m/health/live')]);
});

it('refuses options it cannot use', () => {
  expect(() => handlerOf({ prefix: 'monitoring', auth: { bearer: '' } })).toThrow(
    /monitoring\.prefix: "monitoring"[\s\S]*monitoring\.auth\.bearer: an empty token/,
  );
});

it('sees requests of an HTTP/2 server through node(handler)', async () => {
  const server: Http2Server = createHttp2Server(
    node(async (request, response) => {
      route('/echo');
      if (request.url === '/hang') return;
      const body = await text(request as never);
      (response as import('node:http2').Http2ServerResponse).end(`${body} ${correlation()?.requestId}`);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const ask = async (id: string) => {
      const stream = session.request({ ':path': '/echo?q=1', ':method': 'POST', 'x-request-id': id });
      const headers = new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
      stream.write('he');
      setTimeout(() => stream.end('llo'), 5);
      return [await text(stream), (await headers)['x-request-id']];
    };
    expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(['a', 'b', 'c'].map((id) => [`hello ${id}`, id]));
    await vi.waitFor(() => expect(sdk.access()).toHaveLength(3));
    expect(sdk.access()[0]).toMatchObject({ data: { method: 'POST', path: '/echo', route: '/echo', status: 200 } });
    expect(sdk.serverSpans().map((span) => span.name)).toEqual(['POST /echo', 'POST /echo', 'POST /echo']);
    const aborted = session.request({ ':path': '/hang', 'x-request-id': 'gone' });
    setTimeout(() => aborted.destroy(), 20);
    aborted.on('error', () => undefined);
    await vi.waitFor(() => expect(sdk.access()).toHaveLength(4));
    expect(sdk.access()[3]).toMatchObject({ request_id: 'gone', data: { aborted: true } });
  } finally {
    session.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});
