/** What the helpers for databases, caches and business expose, as promtool and the dashboards of services see it. */
import { spawnSync } from 'node:child_process';
import { businessMetrics, slo, syncOperations, userActivity } from '@sightline/sdk';
import { testObserve } from '@sightline/sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has } from '../../support/programs.ts';

describe('the metrics of the helpers', () => {
  const t = testObserve({ service: 'hub' });

  beforeAll(async () => {
    const sync = syncOperations(t.metrics);
    await sync.track({ source: 'github', target: 'ai-studio' }, async (run) => {
      run.processed(3);
      run.conflicts(2, 1);
    });
    sync.start({ source: 'github', target: 'ai-studio' }).end('error');
    const activity = userActivity(t.metrics, { prefix: 'tdd_' });
    activity.registration('user123', 'email');
    activity.featureUsage('user123', 'activity_creation');
    activity.session('user123');
    const business = businessMetrics(
      t.metrics,
      {
        epics_created: { kind: 'count', help: 'Epics that were created', labels: ['project_type'] },
        user_productivity_score: { kind: 'value', help: 'Productivity of the team' },
        order_value: { kind: 'distribution', unit: 'eur', help: 'Value of orders', buckets: [10, 100] },
      },
      { prefix: 'tdd_' },
    );
    business.epics_created.inc({ project_type: 'agile' });
    business.user_productivity_score.set(0.8);
    business.order_value.observe(20);
    slo(t.metrics, { name: 'checkout', target: 0.999 }).record(true);
    const users = t.clients.observeCache('users', new Map<string, number>());
    await users.getOrLoad('a', () => 1);
    t.clients.poolMetrics('workers', () => ({ used: 1, idle: 2, waiting: 0, max: 3 }));
    t.clients.observePool({
      totalCount: 1,
      idleCount: 1,
      waitingCount: 0,
      connect() {},
      query() {},
      on() {},
      removeListener() {},
    });
  });
  afterAll(() => t.close());

  it.each([
    ['sync_operations_total', { source: 'github', target: 'ai-studio', status: 'error' }],
    ['sync_duration_seconds_bucket', { source: 'github', target: 'ai-studio', le: '0.1' }],
    ['active_syncs', { source: 'github' }],
    ['tdd_active_users', { window: '15m' }],
    ['tdd_concurrent_users', {}],
    ['tdd_user_registrations_total', { method: 'email' }],
    ['tdd_feature_usage_total', { feature: 'activity_creation' }],
    ['tdd_epics_created_total', { project_type: 'agile' }],
    ['tdd_user_productivity_score', {}],
    ['tdd_order_value_eur_bucket', { le: '100' }],
    ['slo_burn_rate', { slo: 'checkout', window: '1h' }],
    ['cache_hit_ratio', { cache: 'users' }],
    ['pool_connections', { pool: 'workers', state: 'idle' }],
    ['db_client_connections', { pool: 'pg', state: 'idle' }],
  ])('have %s', (name, labels) => t.expectMetric(name, labels).toExist());

  // Debian's package `prometheus` has promtool; CI installs it.
  it.skipIf(!has('promtool'))('pass promtool check metrics', async () => {
    const { body } = await t.metrics.render();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
