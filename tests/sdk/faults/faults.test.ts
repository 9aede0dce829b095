/**
 * What a service does not notice: a full disk under its log file, a collector that is dead or never answers, ten times the
 * usual log lines with nobody reading. It goes on serving, its memory stays bounded, and what was lost is counted.
 */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort, temporaryFolder } from '../../support/programs.ts';
import { bundle, type Child, type Program } from '../shutdown/child.ts';

const SERVICE = `
import { createServer } from 'node:http';
import { writeSync } from 'node:fs';
import { observe } from './packages/sdk/src/index.ts';
const options = JSON.parse(process.argv[2]);
const { log, handler, shutdown } = observe({ service: 'faults', ...options });
const filler = 'x'.repeat(200);
const linesPerRequest = Number(process.argv[3]);
const server = createServer((request, response) => {
  if (request.url === '/rss') return response.end(String(process.memoryUsage().rss));
  void handler(request, response).then((isKnown) => {
    if (isKnown) return;
    for (let line = 0; line < linesPerRequest; line++) log.info('working', { line, filler });
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => writeSync(2, 'ready ' + server.address().port + '\\n'));
`;

const MEBI = 1024 * 1024;
let service: Program;
beforeAll(async () => {
  service = await bundle(SERVICE);
});
afterAll(() => service.remove());

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function startService(
  options: object,
  linesPerRequest: number,
  how: Parameters<Program['start']>[1] = {},
): Promise<Child> {
  const child = await service.start([JSON.stringify(options), String(linesPerRequest)], how);
  undo.push(() => child.kill('SIGKILL'));
  return child;
}

/** Requests in a row on several connections; each must be answered. @returns Growth of the process in MiB. */
async function load(child: Child, requests: number): Promise<number> {
  const rss = async (): Promise<number> => Number(await (await fetch(`${child.url}/rss`)).text()) / MEBI;
  const one = async (): Promise<void> => {
    const response = await fetch(`${child.url}/work`);
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
  };
  for (let warm = 0; warm < 20; warm++) await one();
  const before = await rss();
  let left = requests;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (left-- > 0) await one();
    }),
  );
  return (await rss()) - before;
}

async function dropped(child: Child, signal: string): Promise<number> {
  const text = await (await fetch(`${child.url}/metrics`)).text();
  const pattern = new RegExp(`^sightline_sdk_dropped_total\\{[^}]*signal="${signal}"[^}]*\\} +(\\d+)$`, 'gm');
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const SHUTDOWN = { flushTimeoutMs: 500 };

test('disk full: a log file that cannot grow', async () => {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  const path = join(folder.path, 'app.log');
  const logging = { stdout: false, file: { path, maxBufferBytes: 262_144 } };
  // 64 KiB are what any file of this process may have: the same to a writer as a full disk.
  const wrapper = ['/bin/sh', '-c', 'ulimit -f 128; exec "$@"', 'sh'];
  const child = await startService({ logging, shutdown: SHUTDOWN }, 20, { wrapper });
  expect(await load(child, 400)).toBeLessThan(100);
  expect(await dropped(child, 'logs')).toBeGreaterThan(1000);
  expect((await stat(path)).size).toBeLessThanOrEqual(65_536);
  expect(child.output()).toContain('the sink file has no room (EFBIG)');
  child.kill('SIGTERM');
  expect(await child.ended).toBe(0);
});

test('disk full: ENOSPC', async () => {
  const logging = { stdout: false, file: { path: '/dev/full', maxBytes: 0, maxBufferBytes: 262_144 } };
  const child = await startService({ logging, shutdown: SHUTDOWN }, 20);
  await load(child, 300);
  expect(await dropped(child, 'logs')).toBeGreaterThan(100);
  expect(child.output()).toContain('ENOSPC');
  child.kill('SIGTERM');
  expect(await child.ended).toBe(0);
});

/** A collector that takes connections and requests, and never answers. */
async function silentCollector(): Promise<string> {
  const server: Server = createServer((request) => request.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(['dead', 'silent'])('a %s collector', async (kind) => {
  const endpoint = kind === 'dead' ? `http://127.0.0.1:${await freePort()}` : await silentCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '200' };
  const child = await startService({ logging: { stdout: false }, shutdown: SHUTDOWN }, 50, { env });
  expect(await load(child, 500)).toBeLessThan(120);
  await expect.poll(() => dropped(child, 'logs')).toBeGreaterThan(1000);
  child.kill('SIGTERM');
  expect(await child.ended).toBe(0);
});

test('ten times the lines, and nobody reads standard output', async () => {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  const pipe = join(folder.path, 'stdout');
  execFileSync('/bin/sh', ['-c', `mkfifo ${pipe}`]);
  const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  undo.push(() => reader.close());
  const logging = { stdout: { onFull: 'drop', maxBufferBytes: 1_048_576 } };
  const wrapper = ['/bin/sh', '-c', `exec "$@" > ${pipe}`, 'sh'];
  const child = await startService({ logging, shutdown: SHUTDOWN }, 100, { wrapper });
  expect(await load(child, 400)).toBeLessThan(100);
  expect(await dropped(child, 'logs')).toBeGreaterThan(1000);
  child.kill('SIGTERM');
  expect(await child.ended).toBe(0);
  expect(child.output()).toContain('the sink stdout takes no more lines');
});
