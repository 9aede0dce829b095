import type { IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';
import { Registry } from './registry.ts';

let server: MetricsServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<MetricsServerOptions> = {}) {
  const registry = new Registry();
  registry.counter('a_total', 'A').inc();
  server = await startMetricsServer({ registry, port: 0, host: '127.0.0.1', ...options });
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${server?.port}${path}`, { headers, method });
}

test('answers on its path, in the format and encoding asked for', async () => {
  const registry = new Registry();
  for (let at = 0; at < 100; at++) registry.setGauge(`metric_${at}`, at);
  const get = await start({ registry });
  const text = await get('/metrics?x=1', { 'accept-encoding': 'identity' });
  expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text.headers.get('content-encoding')).toBeNull();
  const open = await get('/metrics', { accept: 'application/openmetrics-text' });
  expect(open.headers.get('content-encoding')).toBe('gzip');
  expect(await open.text()).toMatch(/metric_99 99\n# EOF\n$/);
  expect((await get('/')).status).toBe(404);
  expect((await get('/metrics', {}, 'POST')).status).toBe(405);
  const head = await get('/metrics', {}, 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test.each([
  ['a password', { username: 'u', password: 'p:w' }, `Basic ${Buffer.from('u:p:w').toString('base64')}`],
  ['a token', { bearer: 'secret' }, 'Bearer secret'],
  ['a function', (request: IncomingMessage) => request.headers.authorization === 'x', 'x'],
])('lets in who has %s', async (_, auth, authorization) => {
  const get = await start({ auth, path: '/internal' });
  expect((await get('/internal', { authorization })).status).toBe(200);
  const refused = await get('/internal', { authorization: `${authorization} ` });
  const wrong = await get('/internal', { authorization: 'Bearer other' });
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get('www-authenticate')).toBeTruthy();
  expect((await get('/internal')).status).toBe(401);
  // Spaces around a header's value are not part of it.
  expect(refused.status).toBe(200);
});

test('a port that is taken is an error of the call', async () => {
  await start();
  await expect(startMetricsServer({ registry: new Registry(), port: server?.port, host: '127.0.0.1' })).rejects.toThrow(
    'EADDRINUSE',
  );
});

test('an exposition that fails is an answer', async () => {
  const get = await start({ registry: { render: () => Promise.reject(new Error('no metrics today')) } });
  const answer = await get('/metrics');
  expect([answer.status, await answer.text()]).toEqual([500, 'no metrics today\n']);
});
