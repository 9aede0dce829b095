import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { AbortedError } from '../../lib/abort.ts';
import type { HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { StorageError } from '../../storage/errors.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import { ApiError } from './errors.ts';
import { get, getOrPost, post, type Route } from './route.ts';
import { createHttpServer } from './server.ts';

const running: { close(graceMs: number): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(200)));
});

async function start(routes: readonly Route[]) {
  const registry = createMetricsRegistry();
  const log: string[] = [];
  const server = createHttpServer({
    fallback: (_request, response) => response.end('page'),
    logger: createLogger({ level: 'info', format: 'json', write: (line) => void log.push(line) }),
    registry,
  });
  server.mount(routes);
  running.push(server);
  const { port } = await server.listen('127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}`, port, registry, log, server };
}

const text = (body: string) => async () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

/** Sends raw bytes and gives everything that comes back until the server closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(bytes));
    let out = '';
    socket.on('data', (data) => {
      out += data.toString('latin1');
    });
    socket.on('close', () => resolve(out));
    socket.on('error', reject);
  });
}

describe('routing', () => {
  test('decodes named parts and hands over the query', async () => {
    const { url } = await start([
      get('/a/:name/values', async ({ params, query, path }) => ({
        status: 200,
        body: JSON.stringify([params['name'], query.getAll('m'), path]),
      })),
    ]);
    const response = await fetch(`${url}/a/b%2Fc%C3%A9/values?m=1&m=%20`);
    expect(await response.json()).toEqual(['b/cé', ['1', ' '], '/a/b%2Fc%C3%A9/values']);
  });

  test('tells unknown paths of the API, other methods and paths of the app apart', async () => {
    const { url } = await start([getOrPost('/api/v1/query', text('q'))]);
    const unknown = await fetch(`${url}/api/v1/nope`);
    expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found\n']);
    const put = await fetch(`${url}/api/v1/query`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, OPTIONS, POST']);
    expect((await fetch(`${url}/api/v1/query`, { method: 'OPTIONS' })).status).toBe(204);
    expect(await (await fetch(`${url}/some/page`)).text()).toBe('page');
    expect((await fetch(`${url}/some/page`, { method: 'POST' })).status).toBe(404);
  });

  test('answers HEAD with the headers of GET', async () => {
    const { url } = await start([get('/api/x', text('four'))]);
    const response = await fetch(`${url}/api/x`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '4', '']);
  });

  test('a path that does not decode is not found', async () => {
    const { url } = await start([get('/api/v1/label/:name/values', text('x'))]);
    expect((await fetch(`${url}/api/v1/label/%E0%A4%A/values`)).status).toBe(404);
  });
});

describe('errors', () => {
  test.each([
    [new ApiError('bad_data', 'bad'), 400, 'bad_data'],
    [new ApiError('execution', 'bad'), 422, 'execution'],
    [new HttpError(413, 'bad'), 413, 'bad_data'],
    [new StorageError('query_memory', 'bad'), 422, 'execution'],
    [new StorageError('storage_unavailable', 'bad'), 503, 'unavailable'],
    [new Error('bad'), 500, 'internal'],
  ])('%s is status %i', async (error, status, errorType) => {
    const { url } = await start([get('/api/x', () => Promise.reject(error))]);
    const response = await fetch(`${url}/api/x`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ status: 'error', errorType, error: 'bad' });
  });

  test('a defect is logged with its stack, a mistake of the client is not', async () => {
    const { url, log } = await start([
      get('/api/defect', () => Promise.reject(new TypeError('oops'))),
      get('/api/mistake', () => Promise.reject(new ApiError('bad_data', 'no'))),
    ]);
    await fetch(`${url}/api/mistake`);
    expect(log).toEqual([]);
    await fetch(`${url}/api/defect`);
    expect(log.join('')).toMatch(/request failed.*oops.*stack/);
  });

  test('a page of another site cannot post', async () => {
    const { url } = await start([post('/api/x', text('done'), 'text')]);
    const response = await fetch(`${url}/api/x`, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('bodies', () => {
  const echoLength: Route = post('/api/len', async (input) => {
    const body = await input.body(1_000);
    return { status: 200, body: String(body.length) };
  });

  test('of the limit are read, longer ones refused with an answer the client gets', async () => {
    const { url } = await start([echoLength]);
    const send = (length: number) => fetch(`${url}/api/len`, { method: 'POST', body: 'x'.repeat(length) });
    expect(await (await send(1_000)).text()).toBe('1000');
    const refused = await send(1_001);
    expect([refused.status, (await refused.json()) as unknown]).toEqual([
      413,
      { status: 'error', errorType: 'bad_data', error: 'the request body is larger than 1000 bytes' },
    ]);
  });

  test('without a length are refused once they have grown too long', async () => {
    const { port } = await start([echoLength]);
    const chunk = `400\r\n${'y'.repeat(0x400)}\r\n`;
    const answer = await raw(port, `POST /api/len HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`);
    expect(answer).toMatch(/^HTTP\/1.1 413/);
  });

  test('a header that is too long is refused', async () => {
    const { port } = await start([echoLength]);
    expect(await raw(port, `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(70_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
  });
});

describe('answers', () => {
  test('of text beyond 1 kB are compressed for who takes it', async () => {
    const body = 'abc'.repeat(2_000);
    const { port } = await start([get('/api/x', text(body))]);
    const ask = (encoding: string) =>
      raw(port, `GET /api/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${encoding}\r\n\r\n`);
    const packed = await ask('br, gzip;q=0.5');
    const [head = '', ...rest] = packed.split('\r\n\r\n');
    expect(head).toMatch(/content-encoding: gzip/);
    expect(gunzipSync(Buffer.from(rest.join('\r\n\r\n'), 'latin1')).toString()).toBe(body);
    expect(await ask('gzip;q=0')).not.toMatch(/content-encoding/);
  });

  test('are closed once, however they end', async () => {
    const closed: string[] = [];
    async function* endless() {
      for (;;) {
        await sleep(1);
        yield 'z'.repeat(65_536);
      }
    }
    const kill = new AbortController();
    const route = (name: string, body: HttpOutput['body']) =>
      get(`/api/${name}`, async () => ({
        status: 200,
        ...(body === undefined ? {} : { body }),
        signal: kill.signal,
        closed: () => void closed.push(name),
      }));
    const { url, log } = await start([
      route('text', 'a'),
      route('bytes', new Uint8Array(3)),
      route('none', undefined),
      route('stream', endless()),
    ]);
    await (await fetch(`${url}/api/text`)).text();
    await (await fetch(`${url}/api/bytes`)).text();
    await (await fetch(`${url}/api/none`)).text();
    await fetch(`${url}/api/stream`, { method: 'HEAD' });
    await expect.poll(() => closed).toEqual(['text', 'bytes', 'none', 'stream']);
    const leaver = new AbortController();
    await fetch(`${url}/api/stream`, { signal: leaver.signal });
    leaver.abort();
    await expect.poll(() => closed).toHaveLength(5);
    expect(log).toEqual([]);
  });

  test.each(['identity', 'gzip'])('are cut short by their own signal (%s)', async (encoding) => {
    let isClosed = false;
    const kill = new AbortController();
    async function* endless() {
      for (;;) {
        await sleep(1);
        yield 'z'.repeat(65_536);
      }
    }
    const { url, log } = await start([
      get('/api/x', async () => ({
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: endless(),
        signal: kill.signal,
        closed: () => {
          isClosed = true;
        },
      })),
    ]);
    const response = await fetch(`${url}/api/x`, { headers: { 'accept-encoding': encoding } });
    setTimeout(() => kill.abort(new AbortedError('killed', 'by a test')), 20);
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => isClosed).toBe(true);
    expect(log).toEqual([]);
  });

  test('a stream waits for a slow reader and ends when the reader leaves', async () => {
    let produced = 0;
    let isEnded = false;
    async function* endless() {
      try {
        for (;;) {
          produced++;
          yield 'z'.repeat(65_536);
        }
      } finally {
        isEnded = true;
      }
    }
    const { port, registry } = await start([get('/api/x', async () => ({ status: 200, body: endless() }))]);
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.write('GET /api/x HTTP/1.1\r\nhost: x\r\n\r\n');
      socket.pause();
    });
    const isFull = async (): Promise<boolean> => {
      const before = produced;
      await sleep(300);
      return before > 0 && produced === before;
    };
    await expect.poll(isFull).toBe(true);
    expect(produced).toBeLessThan(1_000);
    socket.destroy();
    await expect.poll(() => isEnded).toBe(true);
    await expect.poll(() => exposed(registry)).toMatch(/requests_total\{route="\/api\/x",method="GET",code="499"\} 1/);
  });

  test('the signal of a handler aborts when its client leaves', async () => {
    let reason: unknown;
    let isAsked = false;
    const { port } = await start([
      get('/api/wait', ({ signal }) => {
        isAsked = true;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(signal.reason as Error);
          });
        });
      }),
    ]);
    const socket = createConnection(port, '127.0.0.1', () => socket.write('GET /api/wait HTTP/1.1\r\nhost: x\r\n\r\n'));
    await expect.poll(() => isAsked).toBe(true);
    socket.destroy();
    await expect.poll(() => reason).toMatchObject({ code: 'client_gone' });
  });
});

describe('close', () => {
  test('lets a running request finish and takes no new one', async () => {
    let finish: (() => void) | undefined;
    const { url, server } = await start([
      get('/api/slow', async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return { status: 200, body: 'done' };
      }),
    ]);
    const answer = fetch(`${url}/api/slow`).then((response) => response.text());
    await expect.poll(() => finish).toBeDefined();
    const closed = server.close(20_000);
    await expect(fetch(url)).rejects.toThrow();
    finish?.();
    expect(await answer).toBe('done');
    await closed;
  });

  test('aborts what takes longer than the grace', async () => {
    let isAsked = false;
    const { url, server } = await start([
      get('/api/stuck', ({ signal }) => {
        isAsked = true;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }),
    ]);
    const answer = fetch(`${url}/api/stuck`);
    await expect.poll(() => isAsked).toBe(true);
    await server.close(200);
    expect((await answer).status).toBe(503);
  });
});
