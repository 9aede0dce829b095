/** What a request leaves behind on a plain node:http server: one line, one span, its metrics, its headers. */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { correlation, ignoreRequest, recordError, route, setCorrelation } from '@sightline/sdk';
import { node } from '@sightline/sdk/node';
import { afterEach, expect, it, vi } from 'vitest';
import { attributesOf, closeAll, type Instrumented, instrument, raw, serve } from './service.ts';

let sdk: Instrumented;

afterEach(async () => {
  await closeAll();
  await sdk.stop();
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

it('reports a request once, under the ids it came with', async () => {
  sdk = instrument();
  const { url } = await serve((_request, response) => {
    route('/users/:id');
    setCorrelation({ userId: 'u-1' });
    sdk.logger('app').info('working');
    response.end('ok');
  });
  const response = await fetch(`${url}/users/7?token=secret`, {
    headers: {
      traceparent: `00-${TRACE}-${PARENT}-01`,
      'x-request-id': 'req-1',
      'x-correlation-id': 'corr-1',
      'user-agent': 'test',
    },
  });
  await response.text();
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-request-id': 'req-1',
    'x-correlation-id': 'corr-1',
    'x-trace-id': TRACE,
  });
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  const server = sdk.spans.find((span) => span.kind === 1);
  expect(sdk.access()[0]).toMatchObject({
    level: 'INFO',
    message: 'request completed',
    correlation_id: 'corr-1',
    request_id: 'req-1',
    user_id: 'u-1',
    trace_id: TRACE,
    span_id: server?.spanId,
    data: {
      method: 'GET',
      path: '/users/7',
      route: '/users/:id',
      status: 200,
      client_ip: '127.0.0.1',
      user_agent: 'test',
    },
  });
  expect(sdk.access()[0]?.performance.duration_ms).toBeGreaterThan(0);
  expect(sdk.lines.find((line) => line.logger === 'app')).toMatchObject({
    request_id: 'req-1',
    span_id: server?.spanId,
  });
  expect(server).toMatchObject({ name: 'GET /users/:id', traceId: TRACE, statusCode: 0 });
  expect(server?.parentSpanId).toBe(PARENT);
  expect(attributesOf(server)).toMatchObject({
    'http.request.method': 'GET',
    'http.route': '/users/:id',
    'http.response.status_code': 200,
    'url.path': '/users/7',
    'url.scheme': 'http',
    'server.address': '127.0.0.1',
    'client.address': '127.0.0.1',
    'user_agent.original': 'test',
  });
  const labels = '{method="GET",route="/users/:id",status="200"}';
  expect(await sdk.sample(`http_requests_total${labels}`)).toBe(1);
  expect(await sdk.sample(`http_request_duration_seconds_count${labels}`)).toBe(1);
  expect(await sdk.sample('http_requests_in_flight')).toBe(0);
  expect(sdk.texts.join('')).not.toContain('secret');
});

it('makes ids for a request that comes without, and for one whose ids are no plain text', async () => {
  sdk = instrument();
  const { url } = await serve((_request, response) => response.end());
  const plain = await fetch(url);
  expect(plain.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{16}$/);
  expect(plain.headers.get('x-correlation-id')).toBe(plain.headers.get('x-request-id'));
  expect(plain.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  const evil = await fetch(url, { headers: { 'x-request-id': '"><script>', traceparent: 'nonsense' } });
  expect(evil.headers.get('x-request-id')).toMatch(/^req_/);
});

it('does not take ids from strangers when told so, and echoes what is asked for', async () => {
  sdk = instrument({ trustHeaders: false, responseHeaders: ['traceparent'] });
  const { url } = await serve((_request, response) => response.end());
  const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, 'x-request-id': 'theirs' };
  const response = await fetch(url, { headers });
  expect(response.headers.get('x-request-id')).toBeNull();
  expect(response.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(response.headers.get('traceparent')).not.toContain(TRACE);
});

it('calls a request that names no route unmatched, unless told how to name it', async () => {
  sdk = instrument({ normalizeRoute: (_method, path) => (path.startsWith('/files/') ? '/files/*' : undefined) });
  const { url } = await serve((_request, response) => response.writeHead(404).end());
  await fetch(`${url}/wp-admin/setup.php`);
  await fetch(`${url}/files/a/b`);
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(2));
  expect(await sdk.sample('http_requests_total{method="GET",route="unmatched",status="404"}')).toBe(1);
  expect(await sdk.sample('http_requests_total{method="GET",route="/files/*",status="404"}')).toBe(1);
  expect(await sdk.render()).not.toContain('wp-admin');
});

it('leaves ignored requests out of log, traces and metrics, with all they call', async () => {
  sdk = instrument();
  const { url } = await serve(async (request, response) => {
    if (request.url === '/health') await fetch(`${url}/metrics`).then((answer) => answer.text());
    if (request.url === '/later') ignoreRequest();
    response.end(correlation()?.requestId);
  });
  expect(await (await fetch(`${url}/health`)).text()).toMatch(/^req_/);
  await (await fetch(`${url}/later`)).text();
  await (await fetch(`${url}/seen`)).text();
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  expect(sdk.access()[0]?.data['path']).toBe('/seen');
  expect(sdk.serverSpans()).toHaveLength(1);
  expect(await sdk.render()).toContain('http_requests_total{method="GET",route="unmatched",status="200"} ');
  expect(await sdk.sample('http_requests_total{method="GET",route="unmatched",status="200"}')).toBe(1);
  expect(await sdk.sample('http_requests_in_flight')).toBe(0);
});

it('tells of an error with the line and the span of the request', async () => {
  sdk = instrument();
  const { url } = await serve((request, response) => {
    recordError(new TypeError('no such order'));
    response.writeHead(request.url === '/mild' ? 422 : 500).end();
  });
  await fetch(`${url}/broken`);
  await fetch(`${url}/mild`);
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(2));
  expect(sdk.access()[0]).toMatchObject({ level: 'ERROR', data: { status: 500 }, error: { message: 'no such order' } });
  expect(sdk.access()[1]).toMatchObject({ level: 'INFO', data: { status: 422 } });
  expect(sdk.access()[1]?.error).toBeUndefined();
  const [broken, mild] = sdk.serverSpans();
  expect(broken).toMatchObject({ statusCode: 2, statusMessage: 'no such order' });
  expect(broken?.extras?.events.map((event) => event.name)).toEqual(['exception']);
  expect(attributesOf(broken)['error.type']).toBe('TypeError');
  // A client's mistake is no error of the server (semantic conventions), but what was thrown is kept.
  expect(mild?.statusCode).toBe(0);
  expect(mild?.extras?.events).toHaveLength(1);
});

it('marks a request that its client gave up, once', async () => {
  sdk = instrument();
  let begun = 0;
  const { port } = await serve((request, response) => {
    begun++;
    route('/slow');
    response.on('close', () => sdk.logger('app').info('closed'));
    if (request.url === '/begun') response.writeHead(200).write('a');
  });
  for (const [index, path] of ['/silent', '/begun'].entries()) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await vi.waitFor(() => expect(begun).toBe(index + 1));
    socket.destroy();
  }
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(2));
  for (const line of sdk.access()) {
    expect(line).toMatchObject({ level: 'INFO', message: 'request aborted', data: { aborted: true, status: 499 } });
  }
  expect(await sdk.sample('http_requests_total{method="GET",route="/slow",status="499"}')).toBe(2);
  expect(await sdk.sample('http_requests_in_flight')).toBe(0);
  const spans = sdk.serverSpans();
  expect(spans.map((span) => attributesOf(span)['error.type'])).toEqual([
    'client_closed_request',
    'client_closed_request',
  ]);
  expect(spans.map((span) => attributesOf(span)['http.response.status_code'])).toEqual([undefined, 200]);
  // What listens for the end of the request is still in its context.
  const closed = sdk.lines.filter((line) => line.message === 'closed');
  expect(closed.map((line) => line.request_id)).toEqual(sdk.access().map((line) => line.request_id));
});

it('calls a response that the service destroyed failed, not aborted', async () => {
  sdk = instrument();
  const { url } = await serve((_request, response) => {
    recordError(new Error('disk gone'));
    response.destroy(new Error('disk gone'));
  });
  await expect(fetch(url)).rejects.toThrow();
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  expect(sdk.access()[0]).toMatchObject({ level: 'ERROR', message: 'request failed', error: { message: 'disk gone' } });
});

it('keeps requests of one connection apart: keep-alive and pipelining', async () => {
  sdk = instrument();
  const { port, url } = await serve(async (request, response) => {
    const before = correlation()?.requestId;
    // Later requests are ready first: answers still leave in order.
    await sleep(request.url === '/1' ? 30 : 1);
    sdk.logger('app').info(String(request.url));
    response.setHeader('x-seen', `${before} ${correlation()?.requestId}`);
    response.end();
  });
  const text = [1, 2, 3].map((n) => `GET /${n} HTTP/1.1\r\nHost: a\r\nX-Request-ID: id-${n}\r\n\r\n`).join('');
  const answers = await raw(port, text, 3);
  expect([...answers.matchAll(/x-seen: (.*)\r\n/g)].map((match) => match[1])).toEqual([
    'id-1 id-1',
    'id-2 id-2',
    'id-3 id-3',
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const id of ['a', 'b']) {
    const request = httpRequest(url, { agent, headers: { 'x-request-id': id } }).end();
    const [response] = await once(request, 'response');
    expect(response.headers['x-seen']).toBe(`${id} ${id}`);
    response.resume();
    await once(response, 'end');
  }
  agent.destroy();
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(5));
  expect(new Set(sdk.access().map((line) => line.request_id))).toEqual(new Set(['id-1', 'id-2', 'id-3', 'a', 'b']));
  const work = sdk.lines.filter((line) => line.logger === 'app' && line.request_id?.startsWith('id-'));
  expect(work.map((line) => `${line.message} ${line.request_id}`).sort()).toEqual(['/1 id-1', '/2 id-2', '/3 id-3']);
});

it('keeps the context over a body that comes in many packets, with listeners and with iteration', async () => {
  sdk = instrument();
  const { port } = await serve(async (request, response) => {
    const seen: (string | undefined)[] = [];
    if (request.url === '/iterate') {
      for await (const _chunk of request) seen.push(correlation()?.requestId);
      response.end(JSON.stringify(seen));
    } else {
      request.on('data', () => seen.push(correlation()?.requestId));
      request.on('end', () => {
        seen.push(correlation()?.requestId);
        setTimeout(() => response.end(JSON.stringify([...seen, correlation()?.requestId])), 2);
      });
    }
  });
  const send = async (path: string, id: string): Promise<string[]> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nX-Request-ID: ${id}\r\nContent-Length: 30\r\n\r\n`);
    for (let part = 0; part < 3; part++) {
      await sleep(10);
      socket.write('0123456789');
    }
    const [data] = await once(socket, 'data');
    socket.destroy();
    return JSON.parse(
      String(data)
        .split('\r\n\r\n')[1]
        ?.replace(/^\w+\r\n|\r\n0.*$/gs, '') ?? '',
    );
  };
  const ids = Array.from({ length: 6 }, (_, index) => `body-${index}`);
  const seen = await Promise.all(ids.map((id, index) => send(index % 2 === 0 ? '/iterate' : '/listen', id)));
  expect(seen.map((one) => [...new Set(one)])).toEqual(ids.map((id) => [id]));
});

it('gives each of many concurrent requests its own context', async () => {
  sdk = instrument();
  let wrong = 0;
  const { url } = await serve(async (request, response) => {
    const own = request.headers['x-request-id'];
    for (let step = 0; step < 5; step++) {
      await sleep(Math.random() * 3);
      if (correlation()?.requestId !== own) wrong++;
    }
    response.end();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const request = httpRequest(url, { agent, headers: { 'x-request-id': `r-${index}` } }).end();
      const [response] = await once(request, 'response');
      response.resume();
      await once(response, 'end');
    }),
  );
  agent.destroy();
  expect(wrong).toBe(0);
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(300));
  expect(new Set(sdk.access().map((line) => line.request_id)).size).toBe(300);
  expect(new Set(sdk.serverSpans().map((span) => span.traceId)).size).toBe(300);
});

it('never logs secrets of headers or queries, and only the headers that were asked for', async () => {
  sdk = instrument({ accessLog: { headers: ['accept-language', 'x-missing'], slowMs: 0 } });
  const { url } = await serve((_request, response) => response.end());
  await fetch(`${url}/a?api_key=hunter2`, {
    headers: {
      authorization: 'Bearer hunter2',
      cookie: 'session=hunter2',
      'x-api-key': 'hunter2',
      'accept-language': 'de',
    },
  });
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  expect(sdk.access()[0]).toMatchObject({
    level: 'WARNING',
    data: { slow: true, headers: { 'accept-language': 'de' } },
  });
  expect(sdk.texts.join('')).not.toContain('hunter2');
  expect(JSON.stringify(sdk.spans.map(attributesOf))).not.toContain('hunter2');
});

it('reads the address of the client as far as its proxies are trusted', async () => {
  sdk = instrument({ trustProxy: 1 });
  const { url } = await serve((_request, response) => response.end());
  await fetch(url, { headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' } });
  await vi.waitFor(() => expect(sdk.access()).toHaveLength(1));
  expect(sdk.access()[0]?.data['client_ip']).toBe('192.0.2.7');
});

it('reports nothing of a request that ends after stop()', async () => {
  sdk = instrument();
  let finish: (() => void) | undefined;
  const { url } = await serve((_request, response) => {
    finish = () => void response.end('late');
  });
  const answer = fetch(url, { headers: { connection: 'close' } });
  await vi.waitFor(() => expect(finish).toBeDefined());
  sdk.http.stop();
  finish?.();
  expect(await (await answer).text()).toBe('late');
  await closeAll();
  expect(sdk.access()).toHaveLength(0);
});

it('does nothing at all when monitoring is switched off', async () => {
  sdk = instrument({}, { enabled: false });
  const { url } = await serve(
    node((_request, response) => {
      route('/x');
      response.end(String(correlation()?.requestId));
    }),
  );
  const response = await fetch(url);
  expect(response.status).toBe(200);
  await response.text();
  expect(sdk.texts).toEqual([]);
  expect(sdk.spans).toEqual([]);
  expect(await sdk.render()).not.toContain('http_requests_total');
  expect(
    (await sdk.handler.answer({ method: 'GET', path: '/health/live', address: '', header: () => undefined }))?.status,
  ).toBe(200);
});

it('leaves servers as they were after stop()', async () => {
  sdk = instrument();
  const { url } = await serve((_request, response) => response.end(String(correlation()?.requestId)));
  sdk.http.stop();
  const response = await fetch(url);
  expect(await response.text()).toBe('undefined');
  expect(response.headers.get('x-request-id')).toBeNull();
  expect(sdk.access()).toHaveLength(0);
});
