/** The shutdown as a service has it, by `observe()`: its lines, the request that broke, cluster and worker threads. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, type Child, type Program } from './child.ts';

const SERVICE = `
import { createServer } from 'node:http';
import cluster from 'node:cluster';
import { Worker, isMainThread } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { observe } from './packages/sdk/src/index.ts';
const kind = process.argv[2];
const told = (port) => writeSync(2, 'ready ' + port + '\\n');
function serve() {
  const { log, handler, shutdown } = observe({ service: 'observed', shutdown: { requestTimeoutMs: 5000 } });
  shutdown.registerCleanup(() => log.info('cleaned up'), { name: 'own' });
  const server = createServer((request, response) => {
    void handler(request, response).then((isKnown) => {
      if (isKnown) return;
      if (request.url === '/throw') throw new Error('broken on purpose');
      if (request.url === '/throw-later') return setTimeout(() => { throw new Error('broken on purpose'); }, 5);
      if (request.url === '/half') { response.write('half an'); return setTimeout(() => { throw new Error('broken on purpose'); }, 5); }
      setTimeout(() => { log.info('answering'); response.end('slow'); }, 300);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send ? process.send({ port: server.address().port }) : told(server.address().port));
}
if (kind === 'service') serve();
else if (kind === 'cluster' && cluster.isPrimary) {
  const { log, shutdown } = observe({ service: 'primary' });
  shutdown.registerCleanup(() => log.info('primary last: ' + Object.keys(cluster.workers).length + ' workers left'));
  const ports = [];
  cluster.on('message', (worker, { port }) => { ports.push(port); if (ports.length === 2) told(port); });
  cluster.fork();
  cluster.fork();
} else if (kind === 'cluster') serve();
else if (kind === 'thread' && isMainThread) {
  const worker = new Worker(__filename, { argv: ['thread'] });
  worker.on('exit', (code) => { writeSync(1, JSON.stringify({ thread: code }) + '\\n'); process.exit(0); });
  worker.on('message', () => { told(1); setTimeout(() => worker.postMessage('fail'), 20); });
} else {
  const { parentPort } = require('node:worker_threads');
  const { log } = observe({ service: 'thread' });
  parentPort.on('message', () => { throw new Error('broken thread'); });
  parentPort.postMessage('ready');
}
`;

let service: Program;
beforeAll(async () => {
  service = await bundle(SERVICE);
});
afterAll(() => service.remove());

async function running(kind: string, act: (child: Child) => Promise<void> | void) {
  const child = await service.start([kind], { env: { LOG_LEVEL: 'INFO', LOG_FORMAT: 'json' } });
  try {
    await act(child);
    return { code: await child.ended, child };
  } finally {
    child.kill('SIGKILL');
  }
}

const messages = (child: Child): unknown[] => child.lines().map(({ message }) => message);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('every line is written, in order, those of the last request included', async () => {
  let slow: Promise<string> | undefined;
  const { code, child } = await running('service', async (running) => {
    slow = fetch(`${running.url}/slow`).then((response) => response.text());
    await pause(100);
    running.kill('SIGTERM');
  });
  expect(await slow).toBe('slow');
  expect(code).toBe(0);
  expect(messages(child)).toEqual([
    'shutdown: draining',
    'answering',
    'request completed',
    'shutdown: servers closed',
    'cleaned up',
    'shutdown: own done',
    'shutdown complete',
  ]);
  expect(child.lines().at(-1)).toMatchObject({ logger: 'shutdown', data: { reason: 'SIGTERM', exit_code: 0 } });
});

test.each(['/throw', '/throw-later'])('%s: the client gets 500, the service ends with 1 and says why', async (path) => {
  let status = 0;
  const { code, child } = await running('service', async (running) => {
    status = (await fetch(running.url + path)).status;
  });
  expect(status).toBe(500);
  expect(code).toBe(1);
  const fatal = child.lines().filter(({ level }) => level === 'CRITICAL');
  expect(fatal).toHaveLength(1);
  expect(fatal[0]).toMatchObject({ message: 'the process ends with an error', request_id: expect.any(String) });
  expect(JSON.stringify(fatal[0]?.['error'])).toContain('broken on purpose');
  expect(messages(child)).toContain('cleaned up');
});

test('half an answer is broken off, not ended as if it were whole', async () => {
  let problem = '';
  const { code } = await running('service', async (running) => {
    const response = await fetch(`${running.url}/half`);
    problem = await response.text().catch((error: unknown) => String(error));
  });
  expect(problem).toMatch(/terminated/);
  expect(code).toBe(1);
});

test('the requests of others are answered before a broken service ends', async () => {
  let slow: Promise<string> | undefined;
  const { code } = await running('service', async (running) => {
    slow = fetch(`${running.url}/slow`).then((response) => response.text());
    await pause(50);
    await fetch(`${running.url}/throw`);
  });
  expect(await slow).toBe('slow');
  expect(code).toBe(1);
});

test('a cluster: workers drain as the primary does, and it ends after them', async () => {
  let slow: Promise<string> | undefined;
  const { code, child } = await running('cluster', async (running) => {
    slow = fetch(`${running.url}/slow`).then((response) => response.text());
    await pause(100);
    running.kill('SIGTERM');
  });
  expect(await slow).toBe('slow');
  expect(code).toBe(0);
  expect(messages(child).filter((message) => message === 'cleaned up')).toHaveLength(2);
  expect(messages(child)).toContain('primary last: 0 workers left');
  expect(messages(child).filter((message) => message === 'shutdown complete')).toHaveLength(3);
});

test('a worker thread: its fatal error ends the thread, told, and not the process', async () => {
  const { code, child } = await running('thread', () => undefined);
  expect(code).toBe(0);
  expect(child.lines()).toContainEqual({ thread: 1 });
  expect(messages(child)).toContain('the process ends with an error');
});
