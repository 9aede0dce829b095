/**
 * A service is replaced while it is under load, again and again: a new process becomes ready, the old one gets SIGTERM in the
 * middle of the load, the balancer follows readiness. Not one request may fail.
 */
import autocannon from 'autocannon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBalancer } from './balancer.ts';
import { bundle, type Child, PRELUDE, type Program } from './child.ts';

const SERVICE = `${PRELUDE}
const shutdown = createShutdown(core, health, { logger, drainDelayMs: 700 });
const answerReady = (setStatus, send) => health.probe('ready').then(({ statusCode, body }) => { setStatus(statusCode); send(JSON.stringify(body)); });
const delay = () => 1 + Math.random() * 20;
const kinds = {
  node: () => ready(createServer((req, res) => {
    if (req.url === '/health/ready') return void answerReady((code) => { res.statusCode = code; }, (text) => res.end(text));
    setTimeout(() => res.end('ok'), delay());
  })),
  express: () => {
    const app = require('express')();
    app.get('/health/ready', (req, res) => void answerReady((code) => res.status(code), (text) => res.send(text)));
    app.get('/', (req, res) => setTimeout(() => res.send('ok'), delay()));
    ready(createServer(app));
  },
  fastify: async () => {
    const app = require('fastify')();
    app.get('/health/ready', (req, reply) => { void answerReady((code) => reply.code(code), (text) => reply.send(text)); return reply; });
    app.get('/', async () => { await new Promise((done) => setTimeout(done, delay())); return 'ok'; });
    shutdown.registerCleanup(() => app.close(), { name: 'fastify' });
    await app.listen({ port: 0, host: '127.0.0.1' });
    console.log('ready ' + app.server.address().port);
  },
};
void kinds[process.argv[2]]();
`;

let program: Program;
beforeAll(async () => {
  program = await bundle(SERVICE);
});
afterAll(() => program.remove());

test.each([
  ['node', 20],
  ['express', 3],
  ['fastify', 3],
] as const)('%s, replaced %i times: no request fails', async (kind, times) => {
  const balancer = await startBalancer();
  const children: Child[] = [];
  try {
    let current = await program.start([kind]);
    children.push(current);
    await balancer.add(current.port);
    const load = autocannon({ url: balancer.url, connections: 10, overallRate: 300, duration: 120 });
    const codes: (number | string)[] = [];
    for (let round = 0; round < times; round++) {
      const next = await program.start([kind]);
      children.push(next);
      await balancer.add(next.port);
      const before = current;
      before.kill('SIGTERM');
      codes.push(await before.ended);
      balancer.remove(before.port);
      current = next;
    }
    (load as unknown as { stop(): void }).stop();
    const result = await load;
    expect(balancer.lost).toEqual([]);
    expect({ errors: result.errors, timeouts: result.timeouts, non2xx: result.non2xx }).toEqual({
      errors: 0,
      timeouts: 0,
      non2xx: 0,
    });
    expect(result['2xx']).toBeGreaterThan(times * 20);
    expect(codes).toEqual(new Array(times).fill(0));
    expect(children.flatMap((child) => child.lines()).filter(({ level }) => level !== 'info')).toEqual([]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await balancer.close();
  }
});
