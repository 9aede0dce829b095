/** Outgoing requests carry the context and leave a span and metrics, whichever client makes them and however it was imported. */
import { once } from 'node:events';
import http, { type IncomingHttpHeaders, request as named } from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { withCorrelation } from '@sightline/sdk';
import { fetch as undiciFetch, request as undiciRequest } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../packages/sdk/src/context/store.ts';
import { SUPPRESSED } from '../../../packages/sdk/src/context/suppress.ts';
import { selfSigned } from './certificate.ts';
import { attributesOf, closeAll, type Instrumented, instrument, serve } from './service.ts';

const common = createRequire(import.meta.url)('node:http') as typeof http;

let sdk: Instrumented;
let url: string;
const received: IncomingHttpHeaders[] = [];

beforeEach(async () => {
  received.length = 0;
  ({ url } = await serve(async (request, response) => {
    received.push(request.headers);
    const { pathname } = new URL(request.url ?? '/', 'http://a');
    if (pathname === '/moved') return response.writeHead(302, { location: '/arrived' }).end();
    if (pathname === '/hang') return undefined;
    if (pathname === '/cut') return response.destroy();
    if (pathname === '/missing') return response.writeHead(404).end('no');
    if (request.method === 'POST') return response.end(await text(request));
    return response.end('hello');
  }));
});

afterEach(async () => {
  await closeAll();
  await sdk.stop();
});

const clientSpans = () => sdk.clientSpans();

async function read(request: http.ClientRequest): Promise<string> {
  const [response] = await once(request, 'response');
  return text(response);
}

const CLIENTS: readonly [string, (target: string, headers?: Record<string, string>) => Promise<string>][] = [
  ['fetch', async (target, headers = {}) => (await fetch(target, { headers })).text()],
  ["undici's fetch", async (target, headers = {}) => (await undiciFetch(target, { headers })).text()],
  ["undici's request", async (target, headers = {}) => (await undiciRequest(target, { headers })).body.text()],
  ['http.get', (target, headers = {}) => read(http.get(target, { headers }))],
  ['request taken out of node:http', (target, headers = {}) => read(named(target, { headers }).end())],
  ['require("http")', (target, headers = {}) => read(common.get(target, { headers }))],
];

describe.each(CLIENTS)('%s', (_name, get) => {
  it('sends the context on under its own span', async () => {
    sdk = instrument();
    await withCorrelation({ correlationId: 'c-1', requestId: 'r-1' }, () =>
      sdk.tracer.span('work', () => get(`${url}/a?token=hunter2`)),
    );
    await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
    const [span] = clientSpans();
    const work = sdk.spans.find((one) => one.name === 'work');
    expect(received[0]).toMatchObject({
      traceparent: `00-${work?.traceId}-${span?.spanId}-01`,
      'x-request-id': 'r-1',
      'x-correlation-id': 'c-1',
    });
    expect(span).toMatchObject({ name: 'GET', parentSpanId: work?.spanId, statusCode: 0 });
    const host = new URL(url).host;
    expect(attributesOf(span)).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
      'url.full': `${url}/a`,
    });
    const labels = `{method="GET",host="${host}",status="200"}`;
    expect(await sdk.sample(`http_client_requests_total${labels}`)).toBe(1);
    expect(await sdk.sample(`http_client_request_duration_seconds_count${labels}`)).toBe(1);
    // The server is in the same process: its span is the child of the client's.
    const server = sdk.spans.find((one) => one.kind === 1);
    expect(server).toMatchObject({ traceId: work?.traceId, parentSpanId: span?.spanId });
  });

  it('keeps the headers that the service has set itself', async () => {
    sdk = instrument();
    const own = { 'X-Request-ID': 'mine', Traceparent: '00-11111111111111111111111111111111-2222222222222222-00' };
    await withCorrelation({ correlationId: 'c-1', requestId: 'r-1' }, () =>
      sdk.tracer.span('work', () => get(url, own)),
    );
    expect(received[0]).toMatchObject({
      'x-request-id': 'mine',
      traceparent: own.Traceparent,
      'x-correlation-id': 'c-1',
    });
  });

  it('tells strangers nothing, but measures the call', async () => {
    sdk = instrument({ client: { hosts: ['*.internal'] } });
    await withCorrelation('c-1', () => get(url));
    await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
    for (const name of ['traceparent', 'x-request-id', 'x-correlation-id', 'baggage'])
      expect(received[0]).not.toHaveProperty(name);
  });

  it('is an error of the call when nobody listens', async () => {
    sdk = instrument();
    const { server, port } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
    expect(clientSpans()[0]).toMatchObject({ statusCode: 2 });
    expect(await sdk.sample(`http_client_requests_total{method="GET",host="127.0.0.1:${port}",status="error"}`)).toBe(
      1,
    );
  });

  it('marks an answer of 400 and above', async () => {
    sdk = instrument();
    await get(`${url}/missing`);
    await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
    expect(clientSpans()[0]).toMatchObject({ statusCode: 2 });
    expect(attributesOf(clientSpans()[0])).toMatchObject({ 'http.response.status_code': 404, 'error.type': '404' });
  });

  it("leaves the SDK's own requests alone", async () => {
    sdk = instrument();
    await run(SUPPRESSED, () => get(url));
    expect(received[0]).not.toHaveProperty('traceparent');
    expect(clientSpans()).toHaveLength(0);
  });

  it('is as it was after stop()', async () => {
    sdk = instrument();
    sdk.http.stop();
    await withCorrelation('c-1', () => get(url));
    expect(received[0]).not.toHaveProperty('traceparent');
    expect(received[0]).not.toHaveProperty('x-correlation-id');
    expect(clientSpans()).toHaveLength(0);
  });
});

it('follows redirects with a span for each hop', async () => {
  sdk = instrument();
  await sdk.tracer.span('work', async () => (await fetch(`${url}/moved`)).text());
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(2));
  expect(clientSpans().map((span) => attributesOf(span)['http.response.status_code'])).toEqual([302, 200]);
  expect(received.map((headers) => headers['traceparent'])).toEqual(
    clientSpans().map((span) => `00-${span.traceId}-${span.spanId}-01`),
  );
});

it('ends the span of a request that was given up, once', async () => {
  sdk = instrument();
  await expect(fetch(`${url}/hang`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
  const request = http.get(`${url}/hang`);
  request.on('error', () => undefined);
  await sleep(50);
  request.destroy();
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(2));
  expect(clientSpans().map((span) => span.statusCode)).toEqual([2, 2]);
  await sleep(50);
  expect(clientSpans()).toHaveLength(2);
});

it('sees a connection that breaks', async () => {
  sdk = instrument();
  await expect(fetch(`${url}/cut`)).rejects.toThrow();
  const request = http.get(`${url}/cut`);
  await expect(once(request, 'response')).rejects.toThrow();
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(2));
  for (const span of clientSpans()) expect(span.extras?.events[0]?.name).toBe('exception');
});

it('sends bodies and streams untouched', async () => {
  sdk = instrument();
  const body = 'x'.repeat(100_000);
  expect(await (await fetch(url, { method: 'POST', body })).text()).toBe(body);
  const request = http.request(url, { method: 'POST' });
  for (let part = 0; part < 10; part++) request.write(body.slice(0, 10_000));
  request.end();
  expect(await read(request)).toBe(body);
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(2));
});

it('sends requests whose headers are an array as they are', async () => {
  sdk = instrument();
  await read(http.request(url, { headers: ['X-Own', 'a', 'Host', new URL(url).host] as never }).end());
  expect(received[0]).toMatchObject({ 'x-own': 'a' });
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
});

it('reaches https by node:https and fetch alike', async () => {
  sdk = instrument();
  const { key, cert } = await selfSigned();
  const server = https.createServer({ key, cert }, (request, response) => {
    received.push(request.headers);
    response.end('hello');
  });
  const { port } = await serve(server as unknown as http.Server);
  await read(https.get({ port, host: '127.0.0.1', path: '/s', ca: cert, servername: 'localhost' }));
  await vi.waitFor(() => expect(clientSpans()).toHaveLength(1));
  expect(received[0]?.['traceparent']).toContain(clientSpans()[0]?.spanId);
  expect(attributesOf(clientSpans()[0])).toMatchObject({
    'url.full': `https://127.0.0.1:${port}/s`,
    'server.port': port,
  });
  const serving = sdk.spans.find((span) => span.kind === 1);
  expect(attributesOf(serving)['url.scheme']).toBe('https');
});
