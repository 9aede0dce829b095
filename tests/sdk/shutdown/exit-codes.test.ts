/** How a process ends, and with which code: real processes, each with one way to go. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, type Child, PRELUDE, type Program } from './child.ts';

const SERVICE = `${PRELUDE}
const options = JSON.parse(process.argv[2] ?? '{}');
const shutdown = createShutdown(core, health, { logger, ...options });
const handlers = {
  '/': (res) => res.end('ok'),
  '/slow': (res) => { setTimeout(() => res.end('slow'), 400); },
  '/never': () => {},
  '/throw': () => { throw new Error('broken handler'); },
  '/throw-later': () => { setTimeout(() => { throw new Error('broken timer'); }, 5); },
  '/reject': (res) => { Promise.reject(new Error('nobody awaits')); res.end('sent'); },
  '/reject-text': (res) => { Promise.reject('only text'); res.end('sent'); },
  '/exit': () => process.exit(7),
  '/hung-cleanup': (res) => { shutdown.registerCleanup(() => new Promise(() => {}), { name: 'hung', timeoutMs: 150 }); res.end(); },
  '/throwing-cleanup': (res) => { shutdown.registerCleanup(() => { throw new Error('cannot close'); }, { name: 'thrower' }); res.end(); },
  '/throwing-timer-cleanup': (res) => {
    shutdown.registerCleanup(() => new Promise((done) => setTimeout(() => { setTimeout(done, 50); throw new Error('late throw'); }, 5)), { name: 'timer' });
    res.end();
  },
  '/order': (res) => {
    const step = (name) => async () => { console.log(JSON.stringify({ step: name, at: 'begin' })); await new Promise((r) => setTimeout(r, 30)); console.log(JSON.stringify({ step: name, at: 'end' })); };
    shutdown.registerCleanup(step('last'), { priority: 9 });
    shutdown.registerCleanup(step('first-a'), { priority: 1 });
    shutdown.registerCleanup(step('first-b'), { priority: 1 });
    shutdown.registerCleanup(async () => { shutdown.registerCleanup(step('late'), { priority: 0 }); }, { priority: 2, name: 'nested' });
    core.flushing.add({ name: 'exporter', flush: async () => console.log(JSON.stringify({ step: 'flush' })), close: () => console.log(JSON.stringify({ step: 'close' })) });
    res.end();
  },
  '/initiate': (res) => { res.end(); const one = shutdown.initiate('asked'); const two = shutdown.initiate('asked again'); console.log(JSON.stringify({ same: one === two })); },
  '/initiate-3': (res) => { res.end(); void shutdown.initiate('asked', { exitCode: 3 }); },
  '/track': (res) => { void shutdown.track(new Promise((done) => setTimeout(() => { console.log(JSON.stringify({ step: 'tracked' })); done(); }, 200))); res.end(); },
  '/held': (res) => { core.flushing.add({ name: 'held', flush: () => new Promise(() => {}), flushSync: () => console.log(JSON.stringify({ step: 'flush-sync' })), close() {} }); res.end(); },
};
ready(createServer((req, res) => handlers[req.url](res)));
`;

let service: Program;
beforeAll(async () => {
  service = await bundle(SERVICE);
});
afterAll(() => service.remove());

async function withService(
  options: object,
  act: (child: Child) => Promise<void> | void,
): Promise<{ code: number | string; child: Child }> {
  const child = await service.start([JSON.stringify(options)]);
  try {
    await act(child);
    return { code: await child.ended, child };
  } finally {
    child.kill('SIGKILL');
  }
}

const get = async (child: Child, path: string): Promise<string> => (await fetch(child.url + path)).text();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const messages = (child: Child): unknown[] => child.lines().map(({ message }) => message);

test.each(['SIGTERM', 'SIGINT'] as const)('%s: exit code 0, a line for each stage', async (signal) => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/');
    running.kill(signal);
  });
  expect(code).toBe(0);
  expect(messages(child)).toEqual(['shutdown: draining', 'shutdown: servers closed', 'shutdown complete']);
  expect(child.lines()[0]).toMatchObject({ reason: signal, drain_delay_ms: 0 });
  expect(child.lines()[2]).toMatchObject({ reason: signal, exit_code: 0, duration_ms: expect.any(Number) });
});

test('SIGHUP ends nothing gracefully unless it is asked for', async () => {
  const asked = await withService({ signals: ['SIGHUP'] }, (child) => child.kill('SIGHUP'));
  expect(asked.code).toBe(0);
  const unasked = await withService({}, (child) => child.kill('SIGHUP'));
  expect(unasked.code).toBe('SIGHUP');
});

test('a request in flight is answered before the process ends', async () => {
  let answer: Promise<string> | undefined;
  const { code } = await withService({}, async (child) => {
    answer = get(child, '/slow');
    await pause(100);
    child.kill('SIGTERM');
  });
  expect(await answer).toBe('slow');
  expect(code).toBe(0);
});

test('a request that never ends is cut off at its limit; that alone does not change the exit code', async () => {
  let answer: Promise<string> | undefined;
  const { code, child } = await withService({ requestTimeoutMs: 200 }, async (running) => {
    answer = get(running, '/never').catch((error: unknown) => (error as Error).message);
    await pause(100);
    running.kill('SIGTERM');
  });
  expect(await answer).toBe('fetch failed');
  expect(code).toBe(0);
  expect(child.lines().find(({ level }) => level === 'warn')).toMatchObject({
    message: 'shutdown: what was still open is cut off',
    active_requests: 1,
  });
});

test('a second signal forces the exit with 128 + n', async () => {
  const { code, child } = await withService({ requestTimeoutMs: 10_000 }, async (running) => {
    void get(running, '/never').catch(() => undefined);
    await pause(100);
    running.kill('SIGTERM');
    await pause(400);
    running.kill('SIGTERM');
  });
  expect(code).toBe(143);
  expect(messages(child).at(-1)).toBe('SIGTERM again: the process ends at once');
});

test('the same signal delivered twice within a moment is one', async () => {
  const { code } = await withService({}, async (running) => {
    const answer = get(running, '/slow');
    await pause(100);
    running.kill('SIGINT');
    running.kill('SIGINT');
    await pause(20);
    running.kill('SIGINT');
    expect(await answer).toBe('slow');
  });
  expect(code).toBe(0);
});

test('an exception in a handler: its client gets an end, others their answers, exit code 1', async () => {
  let slow: Promise<string> | undefined;
  const { code, child } = await withService({ requestTimeoutMs: 1500 }, async (running) => {
    slow = get(running, '/slow');
    await pause(50);
    await get(running, '/throw').catch(() => undefined);
  });
  expect(await slow).toBe('slow');
  expect(code).toBe(1);
  expect(child.lines()[0]).toMatchObject({
    level: 'critical',
    message: 'the process ends with an error',
    origin: 'uncaughtException',
    err: 'Error: broken handler',
  });
  expect(child.lines()[1]).toMatchObject({ message: 'shutdown: draining', reason: 'uncaught exception' });
});

test.each([
  ['/throw-later', 'uncaughtException', 'Error: broken timer'],
  ['/reject', 'unhandledRejection', 'Error: nobody awaits'],
  ['/reject-text', 'unhandledRejection', /only text/],
] as const)('%s: the fatal line is written, exit code 1', async (path, origin, text) => {
  const { code, child } = await withService({ requestTimeoutMs: 300 }, async (running) => {
    await get(running, path).catch(() => undefined);
  });
  expect(code).toBe(1);
  const [line] = child.lines();
  expect(line).toMatchObject({ level: 'critical', origin });
  expect(line?.['err']).toMatch(text);
});

test('onFatal: ignore leaves errors to Node', async () => {
  const { code, child } = await withService({ onFatal: 'ignore' }, async (running) => {
    await get(running, '/throw').catch(() => undefined);
  });
  expect(code).toBe(1);
  expect(child.lines()).toEqual([]);
  expect(child.output()).toContain('broken handler');
});

test('cleanups: a hung one is left behind, one that throws does not stop the others, exit code 1', async () => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/hung-cleanup');
    await get(running, '/throwing-cleanup');
    await get(running, '/order');
    running.kill('SIGTERM');
  });
  expect(code).toBe(1);
  expect(messages(child)).toEqual(
    expect.arrayContaining(['shutdown: hung was late', 'shutdown: thrower failed', 'shutdown: nested done']),
  );
});

test('an exception from a timer of a cleanup is fatal and does not hang the shutdown', async () => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/throwing-timer-cleanup');
    running.kill('SIGTERM');
  });
  expect(code).toBe(1);
  expect(messages(child)).toContain('shutdown: timer done');
});

test('order: priorities, equal ones together, late ones after those that run, telemetry last', async () => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/order');
    running.kill('SIGTERM');
  });
  expect(code).toBe(0);
  const steps = child.lines().filter(({ at, step }) => at === 'begin' || step === 'flush' || step === 'close');
  expect(steps.map(({ step }) => step)).toEqual(['first-a', 'first-b', 'late', 'last', 'flush', 'close']);
  const order = child.lines().map(({ step, at }) => `${step} ${at}`);
  expect(order.indexOf('first-b begin')).toBeLessThan(order.indexOf('first-a end'));
  expect(order.indexOf('first-b end')).toBeLessThan(order.indexOf('late begin'));
});

test('the deadline ends a shutdown that would never end, with 124', async () => {
  const { code, child } = await withService({ deadlineMs: 600, flushTimeoutMs: 100 }, async (running) => {
    void get(running, '/never').catch(() => undefined);
    await pause(100);
    running.kill('SIGTERM');
  });
  expect(code).toBe(124);
  expect(messages(child)).toContain('shutdown: the deadline passed');
});

test('telemetry that cannot be sent does not hold the process, and is told on stderr', async () => {
  const { code, child } = await withService({ flushTimeoutMs: 150 }, async (running) => {
    await get(running, '/held');
    running.kill('SIGTERM');
  });
  expect(code).toBe(0);
  expect(child.output()).toContain('telemetry was lost at the end: Error: held did not send everything in time');
});

test('process.exit() of the service: held lines are written, its code is kept', async () => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/held');
    await get(running, '/exit').catch(() => undefined);
  });
  expect(code).toBe(7);
  expect(child.lines()).toContainEqual({ step: 'flush-sync' });
});

test('initiate() twice is one shutdown; its exit code may be chosen', async () => {
  const twice = await withService({}, async (running) => void (await get(running, '/initiate')));
  expect(twice.code).toBe(0);
  expect(twice.child.lines()).toContainEqual({ same: true });
  expect(messages(twice.child).filter((message) => message === 'shutdown complete')).toHaveLength(1);
  const chosen = await withService({}, async (running) => void (await get(running, '/initiate-3')));
  expect(chosen.code).toBe(3);
});

test('tracked work is waited for', async () => {
  const { code, child } = await withService({}, async (running) => {
    await get(running, '/track');
    running.kill('SIGTERM');
  });
  expect(code).toBe(0);
  const steps = child.lines().map(({ step, message }) => step ?? message);
  expect(steps.indexOf('tracked')).toBeLessThan(steps.indexOf('shutdown complete'));
  expect(steps).toContain('tracked');
});
