/**
 * Gauges of pools, read at each scrape: `db_client_connections{pool,state}`, its maximum, requests that wait, and how long they
 * waited (OpenTelemetry semantic conventions, "Database client metrics": connection pools).
 */
import type { Notices } from '../lib/notices.ts';
import type { Registry } from '../metrics/registry.ts';
import type { CounterHandle, HistogramHandle } from '../metrics/types.ts';

/** What a pool holds at this moment. What it does not know is left out. */
export interface PoolState {
  readonly used?: number | undefined;
  readonly idle?: number | undefined;
  /** Requests that wait for a connection. */
  readonly waiting?: number | undefined;
  readonly max?: number | undefined;
}

/** The handles of a pool's waits, for the code that sees them. */
export interface PoolWaits {
  readonly wait: HistogramHandle;
  readonly timeouts: CounterHandle;
}

export interface PoolMetrics {
  /**
   * Reads `state` at each scrape as the pool `name`. A second pool of that name takes its place.
   *
   * @returns Ends it and removes its series.
   */
  watch(name: string, state: () => PoolState): () => void;
  waits(name: string): PoolWaits;
}

const WAIT_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const MAX_POOLS = 200;

/** @param prefix `db_client_` for databases; another family for pools of something else. */
export function createPoolMetrics(registry: Registry, notices: Notices, prefix: string): PoolMetrics {
  const labels = ['pool'] as const;
  const connections = registry.gauge(`${prefix}connections`, 'Connections of the pool by state', {
    labels: ['pool', 'state'],
  });
  const max = registry.gauge(`${prefix}connections_max`, 'Most connections the pool may open', { labels });
  const waiting = registry.gauge(`${prefix}pending_requests`, 'Requests that wait for a connection', { labels });
  const wait = registry.histogram(`${prefix}connection_wait_seconds`, 'Time until the pool gave a connection', {
    labels,
    buckets: WAIT_BUCKETS,
  });
  const timeouts = registry.counter(
    `${prefix}connection_timeouts_total`,
    'Requests that got no connection because the pool was full',
    { labels },
  );
  const pools = new Map<string, () => PoolState>();
  const forget = (name: string): void => {
    connections.remove(name, 'used');
    connections.remove(name, 'idle');
    max.remove(name);
    waiting.remove(name);
  };
  const set = (name: string, state: PoolState): void => {
    if (state.used !== undefined) connections.set({ pool: name, state: 'used' }, state.used);
    if (state.idle !== undefined) connections.set({ pool: name, state: 'idle' }, state.idle);
    if (state.max !== undefined) max.set({ pool: name }, state.max);
    if (state.waiting !== undefined) waiting.set({ pool: name }, state.waiting);
  };
  registry.onCollect(() => {
    for (const [name, read] of pools) {
      try {
        set(name, read());
      } catch (error) {
        forget(name);
        notices.tell(`pool:${name}`, `the state of pool ${name} can't be read: ${String(error)}`);
      }
    }
  });
  return {
    watch(name, state) {
      if (pools.size >= MAX_POOLS && !pools.has(name)) {
        notices.tell('pools', `pool ${name} has no metrics: ${MAX_POOLS} pools are watched already`);
        return () => undefined;
      }
      pools.set(name, state);
      return () => {
        if (pools.get(name) !== state) return;
        pools.delete(name);
        forget(name);
      };
    },
    waits: (name) => ({ wait: wait.labels(name), timeouts: timeouts.labels(name) }),
  };
}
