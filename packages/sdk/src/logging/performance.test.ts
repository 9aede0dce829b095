import { afterEach, describe, expect, it } from 'vitest';
import { RateLimited, Tracked } from './decorators.ts';
import type { Logging } from './logging.ts';
import { captured } from './testing/captured.ts';

const open: Logging[] = [];

/** Decorators use the logging of the process: only one test at a time may offer its own. */
function offered() {
  const capture = captured({ level: 'debug' });
  open.push(capture.logging);
  return capture;
}

afterEach(async () => {
  for (const logging of open.splice(0)) await logging.close();
});

describe('a performance block', () => {
  it('writes how long it took and what it counted, and gives back the result', () => {
    const { log, last } = offered();
    const result = log.performance('database_query', (scope) => {
      scope.set('records_processed', 120);
      scope.set('cache_hit_ratio', 0.9);
      expect(scope.elapsedMs).toBeGreaterThanOrEqual(0);
      return 'rows';
    });
    expect(result).toBe('rows');
    expect(last()).toMatchObject({
      level: 'INFO',
      message: 'database_query completed',
      data: { operation: 'database_query' },
      performance: { duration_ms: expect.any(Number) as unknown, records_processed: 120, cache_hit_ratio: 0.9 },
    });
  });

  it('waits for promises', async () => {
    const { log, last, texts } = offered();
    const promise = log.performance('slow', () => new Promise((resolve) => setTimeout(() => resolve(7), 30)));
    expect(texts).toHaveLength(0);
    expect(await promise).toBe(7);
    expect((last()['performance'] as { duration_ms: number }).duration_ms).toBeGreaterThan(25);
  });

  it('writes what is thrown or rejected, and passes it on', async () => {
    const { log, last } = offered();
    const error = new Error('no');
    expect(() =>
      log.performance('sync', () => {
        throw error;
      }),
    ).toThrow(error);
    expect(last()).toMatchObject({ level: 'ERROR', message: 'sync failed', error: { message: 'no' } });
    await expect(log.performance('async', () => Promise.reject(new TypeError('later')))).rejects.toThrow('later');
    expect(last()).toMatchObject({ message: 'async failed', error: { type: 'TypeError' }, performance: {} });
  });

  it('measures memory when asked to', () => {
    const { log, last } = offered();
    log.performance('op', () => {}, { memory: true, level: 'debug' });
    expect(last()).toMatchObject({
      level: 'DEBUG',
      performance: {
        memory_usage_mb: expect.any(Number) as unknown,
        memory_delta_mb: expect.any(Number) as unknown,
      },
    });
  });

  it('raises an alert above its threshold only', async () => {
    const { log, lines } = offered();
    log.performance('fast', () => {}, { alertThresholdMs: 10_000 });
    await log.performance('slow', () => new Promise((resolve) => setTimeout(resolve, 20)), { alertThresholdMs: 5 });
    expect(lines().map((line) => line['message'])).toEqual([
      'fast completed',
      'slow completed',
      'alert: SlowOperation',
    ]);
    expect(lines().at(-1)).toMatchObject({ level: 'WARNING', data: { operation: 'slow', threshold_ms: 5 } });
  });
});

describe('tracked functions', () => {
  it('keep their arguments, their this and their result', () => {
    const { log, last } = offered();
    const add = log.tracked(function add(this: { base: number }, left: number, right: number) {
      return this.base + left + right;
    });
    expect(add.call({ base: 100 }, 1, 2)).toBe(103);
    expect(last()['message']).toBe('add completed');
    log.tracked(() => 1, { name: 'named' })();
    expect(last()['message']).toBe('named completed');
  });
});

describe('decorators', () => {
  // Applied by hand, as compilers do for either kind: the test runs without a compiler for decorators.
  const context = (name: string) => ({ kind: 'method', name }) as unknown as ClassMethodDecoratorContext;

  it('of the standard kind write a performance line named after class and method', async () => {
    class Epics {
      async create(title: string) {
        return `${title}!`;
      }
    }
    Epics.prototype.create = Tracked()(Epics.prototype.create, context('create'));
    const { last } = offered();
    expect(await new Epics().create('one')).toBe('one!');
    expect(last()['message']).toBe('Epics.create completed');
  });

  it('of the former kind do the same', () => {
    class Epics {
      count() {
        return 5;
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Epics.prototype, 'count') as PropertyDescriptor;
    Object.defineProperty(Epics.prototype, 'count', Tracked({ name: 'counted' })(Epics.prototype, 'count', descriptor));
    const { last } = offered();
    expect(new Epics().count()).toBe(5);
    expect(last()['message']).toBe('counted completed');
    expect(() => Tracked()(Epics.prototype, 'x', { value: 5 })).toThrow('only methods');
  });

  it('bound the lines a method writes, also after its awaits, and no others', async () => {
    const { log, lines } = offered();
    class Poller {
      async poll() {
        log.debug('before');
        await Promise.resolve();
        log.debug('after');
      }
    }
    Poller.prototype.poll = RateLimited({ maxPerMinute: 3 })(Poller.prototype.poll, context('poll'));
    const poller = new Poller();
    for (let index = 0; index < 5; index++) await poller.poll();
    log.info('outside');
    expect(lines().map((line) => line['message'])).toEqual(['before', 'after', 'before', 'outside']);
  });

  it('only call the method while nothing is observed', () => {
    const limited = RateLimited({ maxPerMinute: 1 })((value: number) => value, context('x'));
    const tracked = Tracked()((value: number) => value, context('x'));
    expect([limited.call(undefined, 1), tracked.call(undefined, 2)]).toEqual([1, 2]);
  });
});
