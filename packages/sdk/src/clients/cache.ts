/**
 * Metrics of caches: `cache_operations_total{cache,operation,result}`, `cache_size`, `cache_hit_ratio` of the last five minutes
 * and `cache_load_duration_seconds`. A cache is anything with `get` and `set`: a Map, an LRU cache, a client that answers with
 * promises. Its own methods are covered on this one object and put back by `stop`.
 */
import { EventWindow } from '../lib/event-window.ts';
import type { Registry } from '../metrics/registry.ts';
import type { CounterHandle, HistogramHandle } from '../metrics/types.ts';

/** What a cache must be able to do; `has`, `delete` and `size` make the metrics complete. */
export interface CacheLike<TKey, TValue> {
  get(key: TKey): TValue | undefined | null | Promise<TValue | undefined | null>;
  set(key: TKey, value: TValue): unknown;
  has?(key: TKey): unknown;
  delete?(key: TKey): unknown;
  clear?(): unknown;
  readonly size?: number;
}

export interface ObservedCache<TKey, TValue> {
  /**
   * The value of a key, loaded when it is not there. Calls for one key at one time share one load; a load that fails is not
   * kept. Loads are timed with their outcome.
   *
   * @example const user = await users.getOrLoad(id, () => database.user(id));
   */
  getOrLoad(key: TKey, load: (key: TKey) => TValue | Promise<TValue>): Promise<TValue>;
  /** Counts entries that the cache itself threw out, where it has a callback for it (`dispose` of lru-cache). */
  evicted(entries?: number): void;
  /** Puts the cache's own methods back and removes its gauges. */
  stop(): void;
}

/** Counters of a cache that tells of itself. */
export type CacheCounters = Readonly<Record<'hit' | 'miss' | 'evict', CounterHandle>>;

export interface CacheMetrics {
  /** For a cache that cannot be covered and publishes what it does. */
  counters(name: string): CacheCounters;
  observe<TKey, TValue>(name: string, cache: CacheLike<TKey, TValue>): ObservedCache<TKey, TValue>;
}

const RATIO_WINDOW_MS = 300_000;
const MAX_LOADS = 10_000;
const LOAD_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

interface Handles {
  readonly hit: CounterHandle;
  readonly miss: CounterHandle;
  readonly failedGet: CounterHandle;
  readonly set: CounterHandle;
  readonly delete: CounterHandle;
  readonly evict: CounterHandle;
  readonly loaded: HistogramHandle;
  readonly failedLoad: HistogramHandle;
}

/** Numbers of one cache that its gauges are made from. */
interface Counts {
  hits: number;
  lookups: number;
}

/** @param isEnabled False leaves caches as they are; `getOrLoad` still loads. */
export function createCacheMetrics(registry: Registry, isEnabled: boolean): CacheMetrics {
  const operations = registry.counter('cache_operations_total', 'Operations of caches by result', {
    labels: ['cache', 'operation', 'result'],
  });
  const loads = registry.histogram('cache_load_duration_seconds', 'Time to load what a cache did not have', {
    labels: ['cache', 'outcome'],
    buckets: LOAD_BUCKETS,
  });
  const size = registry.gauge('cache_size', 'Entries of the cache', { labels: ['cache'] });
  const ratio = registry.gauge('cache_hit_ratio', 'Part of lookups of the last five minutes that were hits', {
    labels: ['cache'],
  });
  const observed = new Map<string, () => void>();
  registry.onCollect(() => {
    for (const collect of observed.values()) collect();
  });
  return {
    counters: (name) => ({
      hit: operations.labels(name, 'get', 'hit'),
      miss: operations.labels(name, 'get', 'miss'),
      evict: operations.labels(name, 'evict', 'ok'),
    }),
    observe(name, cache) {
      const counts: Counts = { hits: 0, lookups: 0 };
      const window = new EventWindow(RATIO_WINDOW_MS);
      window.read(Date.now(), 0, 0);
      const handles = bind(name, operations.labels.bind(operations), loads.labels.bind(loads));
      const put = isEnabled ? cover(cache, handles, counts) : () => undefined;
      const collect = () => {
        if (typeof cache.size === 'number') size.set({ cache: name }, cache.size);
        const [hits, lookups] = window.read(Date.now(), counts.hits, counts.lookups);
        if (lookups > 0) ratio.set({ cache: name }, hits / lookups);
      };
      observed.set(name, collect);
      return {
        getOrLoad: loader(cache, handles),
        evicted: (entries = 1) => handles.evict.inc(entries),
        stop() {
          put();
          if (observed.get(name) !== collect) return;
          observed.delete(name);
          size.remove(name);
          ratio.remove(name);
        },
      };
    },
  };
}

function bind(
  name: string,
  operation: (cache: string, operation: string, result: string) => CounterHandle,
  load: (cache: string, outcome: string) => HistogramHandle,
): Handles {
  return {
    hit: operation(name, 'get', 'hit'),
    miss: operation(name, 'get', 'miss'),
    failedGet: operation(name, 'get', 'error'),
    set: operation(name, 'set', 'ok'),
    delete: operation(name, 'delete', 'ok'),
    evict: operation(name, 'evict', 'ok'),
    loaded: load(name, 'success'),
    failedLoad: load(name, 'error'),
  };
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Covers the methods of a cache. @returns Puts them back. */
function cover<TKey, TValue>(cache: CacheLike<TKey, TValue>, handles: Handles, counts: Counts): () => void {
  const target = cache as unknown as Record<string, Method | undefined>;
  const own = new Map<string, Method | undefined>();
  const replace = (name: string, make: (original: Method) => Method): void => {
    const original = target[name];
    if (typeof original !== 'function') return;
    own.set(name, Object.hasOwn(target, name) ? original : undefined);
    target[name] = make(original);
  };
  const has = target['has'];
  replace('get', (get) => counted(get, has, handles, counts));
  replace('set', (set) => stored(set, has, handles));
  replace(
    'delete',
    (remove) =>
      function (this: unknown, ...args) {
        handles.delete.inc();
        return remove.apply(this, args);
      },
  );
  return () => {
    for (const [name, method] of own) {
      if (method === undefined) delete target[name];
      else target[name] = method;
    }
  };
}

function counted(get: Method, has: Method | undefined, handles: Handles, counts: Counts): Method {
  const count = (isHit: boolean): void => {
    counts.lookups++;
    if (isHit) counts.hits++;
    (isHit ? handles.hit : handles.miss).inc();
  };
  return function (this: unknown, ...args) {
    const value = get.apply(this, args);
    if (value instanceof Promise) {
      return value.then(
        (found: unknown) => {
          count(found !== undefined && found !== null);
          return found;
        },
        (error: unknown) => {
          handles.failedGet.inc();
          throw error;
        },
      );
    }
    if (value !== undefined && value !== null) count(true);
    // A stored undefined is a hit as well.
    else count(has !== undefined && has.call(this, args[0]) === true);
    return value;
  };
}

/** A new key that does not make the cache larger threw another one out. */
function stored(set: Method, has: Method | undefined, handles: Handles): Method {
  return function (this: unknown, ...args) {
    const before = (this as { size?: unknown }).size;
    const isKnown = has !== undefined && typeof before === 'number' && has.call(this, args[0]) === true;
    const result = set.apply(this, args);
    handles.set.inc();
    if (typeof before === 'number' && has !== undefined) {
      const evicted = before + (isKnown ? 0 : 1) - ((this as { size?: unknown }).size as number);
      if (evicted > 0) handles.evict.inc(evicted);
    }
    return result;
  };
}

function loader<TKey, TValue>(
  cache: CacheLike<TKey, TValue>,
  handles: Handles,
): ObservedCache<TKey, TValue>['getOrLoad'] {
  const running = new Map<TKey, Promise<TValue>>();
  const run = async (key: TKey, load: (key: TKey) => TValue | Promise<TValue>): Promise<TValue> => {
    const startedAt = performance.now();
    let value: TValue;
    try {
      value = await load(key);
    } catch (error) {
      handles.failedLoad.observe((performance.now() - startedAt) / 1000);
      throw error;
    }
    handles.loaded.observe((performance.now() - startedAt) / 1000);
    await cache.set(key, value);
    return value;
  };
  return async (key, load) => {
    const found = await cache.get(key);
    if (found !== undefined && found !== null) return found;
    const shared = running.get(key);
    if (shared !== undefined) return shared;
    const loading = run(key, load);
    if (running.size < MAX_LOADS) {
      running.set(key, loading);
      const done = () => running.delete(key);
      loading.then(done, done);
    }
    return loading;
  };
}
