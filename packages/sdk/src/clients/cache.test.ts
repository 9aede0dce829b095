import { describe, expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { expectMetric } from '../testing/metric-expectation.ts';
import { type CacheLike, createCacheMetrics } from './cache.ts';

/** As `lru-cache`: private state, a bound, methods on the prototype. */
class Bounded {
  readonly #entries = new Map<string, number>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): number | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: number): this {
    this.#entries.set(key, value);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > 2 && oldest.done !== true) this.#entries.delete(oldest.value);
    return this;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }
}

function observed<TKey, TValue>(cache: CacheLike<TKey, TValue>) {
  const registry = new Registry();
  const caches = createCacheMetrics(registry, true);
  const operations = (operation: string, result: string) =>
    expectMetric(registry, 'cache_operations_total', { cache: 'users', operation, result });
  return { registry, operations, observed: caches.observe('users', cache) };
}

describe('a cache', () => {
  it('counts hits, misses, sets, deletes and what it threw out', async () => {
    const cache = new Bounded();
    const { operations, registry } = observed(cache);
    cache.set('a', 1).set('b', 2).set('b', 3).set('c', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 3, 4]);
    cache.delete('b');
    await operations('get', 'hit').toBe(2);
    await operations('get', 'miss').toBe(1);
    await operations('set', 'ok').toBe(4);
    await operations('delete', 'ok').toBe(1);
    await operations('evict', 'ok').toBe(1);
    await expectMetric(registry, 'cache_size', { cache: 'users' }).toBe(1);
    await expectMetric(registry, 'cache_hit_ratio', { cache: 'users' }).toBe(2 / 3);
  });

  it('may be a Map that holds undefined', async () => {
    const cache = new Map<string, undefined>([['a', undefined]]);
    const { operations } = observed(cache);
    cache.get('a');
    cache.get('b');
    await operations('get', 'hit').toBe(1);
    await operations('get', 'miss').toBe(1);
  });

  it('may answer with promises', async () => {
    const values = new Map([['a', 'x']]);
    const cache = {
      get: async (key: string) => {
        if (key === 'broken') throw new Error('away');
        return values.get(key) ?? null;
      },
      set: async (key: string, value: string) => void values.set(key, value),
    };
    const { operations } = observed(cache);
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['x', null]);
    await expect(cache.get('broken')).rejects.toThrow('away');
    await operations('get', 'hit').toBe(1);
    await operations('get', 'miss').toBe(1);
    await operations('get', 'error').toBe(1);
  });

  it('gets its own methods back', async () => {
    const cache = new Bounded();
    const own = { get: () => 1, set: () => undefined };
    const { get } = own;
    const first = observed(cache);
    const second = observed(own);
    first.observed.stop();
    second.observed.stop();
    expect(Object.hasOwn(cache, 'get')).toBe(false);
    expect(own.get).toBe(get);
    cache.get('a');
    await first.operations('get', 'miss').toBe(0);
    await expectMetric(first.registry, 'cache_size', {}).toNotExist();
  });
});

describe('getOrLoad', () => {
  it('loads once for all who ask at one time, and times it', async () => {
    const cache = new Map<string, number>();
    const { observed: users, registry } = observed(cache);
    let loads = 0;
    const load = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return ++loads;
    };
    const results = await Promise.all(Array.from({ length: 10 }, () => users.getOrLoad('a', load)));
    expect(new Set(results)).toEqual(new Set([1]));
    expect(await users.getOrLoad('a', load)).toBe(1);
    expect(loads).toBe(1);
    await expectMetric(registry, 'cache_load_duration_seconds', { cache: 'users', outcome: 'success' }).toBe(1);
  });

  it('does not keep a load that failed', async () => {
    const cache = new Map<string, number>();
    const { observed: users, registry } = observed(cache);
    const failing = () => Promise.reject(new Error('away'));
    await expect(Promise.all([users.getOrLoad('a', failing), users.getOrLoad('a', failing)])).rejects.toThrow('away');
    expect(await users.getOrLoad('a', () => 5)).toBe(5);
    await expectMetric(registry, 'cache_load_duration_seconds', { outcome: 'error' }).toBe(1);
  });

  it('works on when monitoring is switched off', async () => {
    const cache = new Map<string, number>();
    const users = createCacheMetrics(new Registry({ enabled: false }), false).observe('users', cache);
    expect(await users.getOrLoad('a', () => 5)).toBe(5);
    expect(cache.get('a')).toBe(5);
    expect(Object.hasOwn(cache, 'get')).toBe(false);
  });
});
