import { createSocket } from 'node:dgram';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Check, CheckOutcome } from '../check.ts';
import { dns, http, tcp } from './network.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

const answer = async (check: Check, signal = new AbortController().signal): Promise<CheckOutcome> =>
  (await check(signal)) as CheckOutcome;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function web(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  undo.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${await listen(server)}`;
}

async function unusedPort(): Promise<number> {
  const server = createTcp();
  const port = await listen(server);
  undo.pop();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('http looks at the status', async () => {
  const url = await web((request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end('x'.repeat(1_000_000));
  });
  expect(await answer(http(`${url}/204`))).toEqual({ status: 'healthy', message: 'answered 204', http_status: 204 });
  expect(await answer(http(`${url}/503`))).toMatchObject({ status: 'critical', message: 'answered 503' });
  expect(await answer(http(`${url}/404`, { expectStatus: [200, 404] }))).toMatchObject({ status: 'healthy' });
  expect(await answer(http(`${url}/200`, { expectStatus: 204 }))).toMatchObject({ status: 'critical' });
});

test('http looks at the body, method and headers are sent', async () => {
  const url = await web((request, response) => response.end(`${request.method} ${request.headers['x-key']} pong`));
  const options = { method: 'POST', headers: { 'x-key': 'k' } };
  expect(await answer(http(url, { ...options, expectBody: 'POST k pong' }))).toMatchObject({ status: 'healthy' });
  expect(await answer(http(url, { ...options, expectBody: /^POST/ }))).toMatchObject({ status: 'healthy' });
  expect(await answer(http(url, { ...options, expectBody: 'other' }))).toMatchObject({ status: 'critical' });
});

test('http warns of a slow answer', async () => {
  const url = await web((_, response) => void setTimeout(() => response.end(), 30));
  expect(await answer(http(url, { warningMs: 5 }))).toMatchObject({ status: 'warning' });
});

test('http: nobody there, and an answer that never comes', async () => {
  await expect(answer(http(`http://127.0.0.1:${await unusedPort()}/`))).rejects.toThrow(/ECONNREFUSED/);
  const controller = new AbortController();
  const url = await web(() => controller.abort(new Error('time is over')));
  await expect(answer(http(url), controller.signal)).rejects.toThrow(/abort/i);
});

test('http: an address that is none is told where the check is made', () => {
  expect(() => http('not an address')).toThrow(/Invalid URL/);
});

test('tcp', async () => {
  const port = await listen(createTcp((socket) => socket.end()));
  expect(await answer(tcp({ port }))).toEqual({ status: 'healthy', message: `127.0.0.1:${port} accepts connections` });
  await expect(answer(tcp({ host: '127.0.0.1', port: await unusedPort() }))).rejects.toThrow(/ECONNREFUSED/);
  const controller = new AbortController();
  const trying = answer(tcp({ host: '127.0.0.1', port }), controller.signal);
  controller.abort(new Error('time is over'));
  await expect(trying).rejects.toThrow('time is over');
});

/** A DNS server that knows one name (RFC 1035): the question is sent back with one A record, any other name does not exist. */
async function nameServer(known: string): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const name = question.toString('latin1', 1, 1 + (question[0] ?? 0));
    const isKnown = name === known;
    const header = Buffer.from([
      query[0] ?? 0,
      query[1] ?? 0,
      0x81,
      isKnown ? 0x80 : 0x83,
      0,
      1,
      0,
      isKnown ? 1 : 0,
      0,
      0,
      0,
      0,
    ]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
    socket.send(Buffer.concat([header, question, ...(isKnown ? [record] : [])]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  undo.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test('dns', async () => {
  const servers = [await nameServer('orders')];
  expect(await answer(dns('orders.test', { servers }))).toEqual({
    status: 'healthy',
    message: 'orders.test has 1 A record',
    records: 1,
  });
  await expect(answer(dns('gone.test', { servers }))).rejects.toThrow(/ENOTFOUND/);
});

test('dns: a resolver that does not answer is given up at the limit', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  undo.push(() => socket.close());
  const controller = new AbortController();
  const asking = answer(dns('orders.test', { servers: [`127.0.0.1:${socket.address().port}`] }), controller.signal);
  socket.once('message', () => controller.abort());
  await expect(asking).rejects.toThrow(/ECANCELLED/);
});
