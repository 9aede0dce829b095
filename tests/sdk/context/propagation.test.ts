/** The context survives everything by which a service goes from one piece of work to the next. */
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';
import { bindContext, type Carrier, carry, correlation, resume, setCorrelation, withCorrelation } from '@sightline/sdk';
import { afterEach, describe, expect, it } from 'vitest';

const id = () => correlation()?.correlationId;

/** Runs `work` in 20 correlations at once and expects each to have kept its own. */
async function keepsEach(work: () => Promise<unknown>): Promise<void> {
  const ids = Array.from({ length: 20 }, (_, index) => `c-${index}`);
  const seen = await Promise.all(ids.map((one) => withCorrelation(one, () => work())));
  expect(seen).toEqual(ids);
  expect(correlation()).toBeUndefined();
}

describe('the context stays', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['after await', async () => [await null, await Promise.resolve(), id()].at(-1)],
    ['after a timer', () => new Promise((resolve) => setTimeout(() => resolve(id()), Math.random() * 5))],
    [
      'in an interval',
      () =>
        new Promise((resolve) => {
          const interval = setInterval(() => {
            clearInterval(interval);
            resolve(id());
          }, 1);
        }),
    ],
    ['after setImmediate', () => new Promise((resolve) => setImmediate(() => resolve(id())))],
    ['in nextTick', () => new Promise((resolve) => process.nextTick(() => resolve(id())))],
    ['in a microtask', () => new Promise((resolve) => queueMicrotask(() => resolve(id())))],
    ['after timers/promises', async () => [await sleep(Math.random() * 5), await immediate(), id()].at(-1)],
    ['after file access', async () => [await readFile(import.meta.filename), id()].at(-1)],
    ['after work of the thread pool', async () => [await promisify(gunzip)(await promisify(gzip)('x')), id()].at(-1)],
    // biome-ignore lint/suspicious/noThenProperty: what happens behind a thenable is what is tested
    ['in a thenable', async () => ({ then: (done: (value: unknown) => void) => setImmediate(() => done(id())) })],
    [
      'in an async generator',
      async () => {
        async function* steps() {
          yield await sleep(1);
          yield id();
        }
        const seen: unknown[] = [];
        for await (const step of steps()) seen.push(step);
        return seen.at(-1);
      },
    ],
    ['after any of several promises', () => Promise.race([sleep(1), sleep(50)]).then(id)],
    ['in AsyncResource.bind', async () => AsyncResource.bind(id)()],
  ])('%s', (_, work) => keepsEach(work));

  it('in the parts of a pipeline and after it', () =>
    keepsEach(async () => {
      const seen = new Set<unknown>();
      const note = new Transform({
        transform(chunk, _encoding, done) {
          setImmediate(() => {
            seen.add(id());
            done(null, chunk);
          });
        },
        flush(done) {
          seen.add(id());
          done();
        },
      });
      const end = new Writable({
        write(_chunk, _encoding, done) {
          seen.add(id());
          setTimeout(done, 1);
        },
      });
      await pipeline(createReadStream(import.meta.filename, { highWaterMark: 2048 }), note, end);
      seen.add(id());
      expect([...seen]).toHaveLength(1);
      return [...seen][0];
    }));

  it('while a stream is read by for await', () =>
    keepsEach(async () => {
      const seen = new Set<unknown>();
      for await (const _ of Readable.from(['a', 'b', 'c'])) seen.add(id());
      expect([...seen]).toHaveLength(1);
      return [...seen][0];
    }));
});

describe('what one request makes for another', () => {
  it('a listener has the context of the emit unless it is bound', async () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    withCorrelation('listener', () => {
      emitter.on('event', () => seen.push(id()));
      emitter.on(
        'event',
        bindContext(() => void seen.push(id())),
      );
    });
    await withCorrelation('emitter', async () => {
      await sleep(1);
      emitter.emit('event');
    });
    expect(seen).toEqual(['emitter', 'listener']);
  });

  it('a bound listener keeps an await of its own', async () => {
    const emitter = new EventEmitter();
    const seen = new Promise((resolve) => {
      withCorrelation('listener', () => {
        const listener = async () => {
          await sleep(1);
          resolve(id());
        };
        emitter.on('event', bindContext(listener));
      });
    });
    withCorrelation('emitter', () => emitter.emit('event'));
    expect(await seen).toBe('listener');
  });

  it('a pool that calls back later: AsyncResource keeps the context of its creation', () => {
    const resource = withCorrelation('made', () => new AsyncResource('Pool'));
    expect(withCorrelation('called', () => resource.runInAsyncScope(id))).toBe('made');
  });

  it('jobs of a queue in memory', async () => {
    const queue: { payload: number; context: Carrier }[] = [];
    const done: unknown[] = [];
    for (let payload = 0; payload < 20; payload++) {
      withCorrelation({ correlationId: `c-${payload}`, userId: `u-${payload}` }, () =>
        queue.push({ payload, context: carry() }),
      );
    }
    const work = async ({ payload, context }: (typeof queue)[number]) => {
      await resume(context, async () => {
        await sleep(Math.random() * 5);
        done.push([payload, id(), correlation()?.userId]);
      });
      expect(correlation()).toBeUndefined();
    };
    await Promise.all(queue.map(work));
    expect(done.sort()).toEqual(queue.map((_, index) => [index, `c-${index}`, `u-${index}`]).sort());
  });

  it('jobs that wait in a store, with attempts after a failure', async () => {
    const store = new Map<string, string>();
    withCorrelation({ correlationId: 'order 7', sessionId: 's' }, () =>
      store.set('job:1', JSON.stringify({ name: 'mail', data: { to: 'x', context: carry() }, attempts: 2 })),
    );
    const seen: unknown[] = [];
    const processor = async (job: { data: { context: unknown }; attempts: number }) =>
      resume(job.data.context, async () => {
        await immediate();
        seen.push([id(), correlation()?.sessionId]);
        if (seen.length === 1) throw new Error('first attempt');
      });
    const job = JSON.parse(store.get('job:1') ?? '') as Parameters<typeof processor>[0];
    await expect(processor(job)).rejects.toThrow('first attempt');
    await processor(job);
    expect(seen).toEqual([
      ['order 7', 's'],
      ['order 7', 's'],
    ]);
  });

  it('messages over a port', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.on('message', (message: { context: unknown }) => resume(message.context, () => port2.postMessage(id())));
    withCorrelation('over-the-port', () => port1.postMessage({ context: carry() }));
    expect((await once(port1, 'message'))[0]).toBe('over-the-port');
    port1.close();
  });
});

describe('errors', () => {
  const listeners: ((error: unknown) => void)[] = [];
  afterEach(() => {
    for (const listener of listeners.splice(0)) process.off('unhandledRejection', listener);
  });

  it('after an await are caught in the context, and it ends behind them', () =>
    keepsEach(async () => {
      try {
        await sleep(1);
        throw new Error('after an await');
      } catch {
        return id();
      } finally {
        expect(id()).toBeDefined();
      }
    }));

  it('that nobody handles reach the process; what they carry still names the request', async () => {
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const seen = new Promise((resolve) => {
      const listener = (error: unknown) => resolve((error as { carrier: Carrier }).carrier);
      listeners.push(listener);
      process.on('unhandledRejection', listener);
    });
    withCorrelation('unhandled', () => {
      void (async () => {
        await sleep(1);
        throw Object.assign(new Error('nobody handles this'), { carrier: carry() });
      })();
    });
    expect(await seen).toEqual({ headers: { 'x-correlation-id': 'unhandled' } });
    for (const listener of before) process.on('unhandledRejection', listener);
  });

  it('in a stream are told in the context', () =>
    keepsEach(async () => {
      const broken = new Transform({ transform: (_chunk, _encoding, done) => done(new Error('broken')) });
      await expect(pipeline(Readable.from(['a']), broken)).rejects.toThrow('broken');
      return id();
    }));
});

describe('a user known only after authentication', () => {
  it('belongs to work that began before', async () => {
    await withCorrelation('c', async () => {
      const before = (async () => {
        await sleep(5);
        return correlation()?.userId;
      })();
      const late = new Promise((resolve) => setTimeout(() => resolve(correlation()?.userId), 5));
      await (async () => {
        await sleep(1);
        setCorrelation({ userId: 'u' });
      })();
      expect(correlation()?.userId).toBe('u');
      expect(await before).toBe('u');
      expect(await late).toBe('u');
    });
  });
});
