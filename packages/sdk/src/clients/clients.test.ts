import { describe, expect, it } from 'vitest';
import { testObserve } from '../testing/test-observe.ts';

describe('clients', () => {
  it('refuse what they do not know and say what they take', async () => {
    const t = testObserve();
    expect(() => t.clients.observePool({ size: 1 })).toThrow(/pg, mysql2, node-redis.*poolMetrics/);
    expect(() => t.clients.observeClient(new Map())).toThrow(/MongoClient/);
    await t.close();
  });

  it('put everything back when the SDK ends', async () => {
    const t = testObserve();
    const cache = new Map<string, number>();
    t.clients.observeCache('users', cache);
    t.clients.poolMetrics('workers', () => ({ used: 1 }));
    await t.expectMetric('pool_connections', { pool: 'workers' }).toBe(1);
    await t.close();
    expect(Object.hasOwn(cache, 'get')).toBe(false);
    await t.expectMetric('pool_connections').toNotExist();
  });

  it('leave everything alone when monitoring is switched off', async () => {
    const t = testObserve({ enabled: false });
    const cache = new Map<string, number>();
    const users = t.clients.observeCache('users', cache);
    expect(await users.getOrLoad('a', () => 1)).toBe(1);
    expect(Object.hasOwn(cache, 'get')).toBe(false);
    t.clients.observePool({})();
    t.clients.observeClient({})();
    t.clients.poolMetrics('workers', () => ({ used: 1 }))();
    t.activity.registration('user', 'email');
    expect(await t.expectMetric('user_registrations_total').value()).toBeUndefined();
    await t.close();
  });
});
