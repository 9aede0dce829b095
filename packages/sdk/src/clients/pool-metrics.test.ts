import { describe, expect, it } from 'vitest';
import { Notices } from '../lib/notices.ts';
import { Registry } from '../metrics/registry.ts';
import { expectMetric } from '../testing/metric-expectation.ts';
import { createPoolMetrics } from './pool-metrics.ts';
import { poolReader } from './pool-readers.ts';

describe('pool readers', () => {
  it.each<[string, object, object]>([
    [
      'pg',
      { totalCount: 5, idleCount: 2, waitingCount: 1, options: { max: 10 } },
      { used: 3, idle: 2, waiting: 1, max: 10 },
    ],
    [
      'mysql2',
      {
        pool: {
          _allConnections: { length: 4 },
          _freeConnections: { length: 1 },
          _connectionQueue: { length: 2 },
          config: { connectionLimit: 4 },
        },
      },
      { used: 3, idle: 1, waiting: 2, max: 4 },
    ],
    ['node-redis', { idleClients: 1, clientsInUse: 2, tasksQueueLength: 3 }, { used: 2, idle: 1, waiting: 3 }],
    [
      'tarn',
      { client: { pool: { numUsed: () => 1, numFree: () => 2, numPendingAcquires: () => 3, max: 7 } } },
      { used: 1, idle: 2, waiting: 3, max: 7 },
    ],
    ['generic-pool', { borrowed: 1, available: 2, pending: 0, max: 3 }, { used: 1, idle: 2, waiting: 0, max: 3 }],
    ['undici', { stats: { connected: 3, free: 1, queued: 2, pending: 0 } }, { used: 2, idle: 1, waiting: 2 }],
  ])('know %s', (kind, pool, state) => {
    const reader = poolReader(pool);
    expect(reader?.kind).toBe(kind);
    expect(reader?.read()).toEqual(state);
  });

  it('know no others', () => expect(poolReader({ size: 1 })).toBeUndefined());
});

describe('pool metrics', () => {
  it('show what a pool knows and forget it at its end', async () => {
    const registry = new Registry();
    const pools = createPoolMetrics(registry, new Notices(), 'db_client_');
    const stop = pools.watch('main', () => ({ used: 1, waiting: 2 }));
    await expectMetric(registry, 'db_client_connections', { pool: 'main', state: 'used' }).toBe(1);
    await expectMetric(registry, 'db_client_connections', { state: 'idle' }).toNotExist();
    await expectMetric(registry, 'db_client_pending_requests').toBe(2);
    const other = pools.watch('main', () => ({ used: 9 }));
    stop();
    await expectMetric(registry, 'db_client_connections', { pool: 'main', state: 'used' }).toBe(9);
    other();
    await expectMetric(registry, 'db_client_connections').toNotExist();
  });

  it('tell of a pool that cannot be read, and of too many', async () => {
    const lines: string[] = [];
    const registry = new Registry();
    const pools = createPoolMetrics(registry, new Notices((line) => lines.push(line)), 'pool_');
    pools.watch('broken', () => {
      throw new Error('closed');
    });
    for (let pool = 1; pool <= 200; pool++) pools.watch(`pool ${pool}`, () => ({ used: 1 }));
    await expectMetric(registry, 'pool_connections').toBe(199);
    expect(lines.join('')).toMatch(/broken can't be read: Error: closed/);
    expect(lines.join('')).toMatch(/pool 200 has no metrics/);
  });
});
