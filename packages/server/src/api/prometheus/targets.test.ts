import type { ActiveTarget, TargetsData } from '@sightline/api-types';
import { Labels, type MetricMetadata } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { targetRoutes } from './targets.ts';

const active = (scrapePool: string) => ({ scrapePool, health: 'up' }) as ActiveTarget;
const data: TargetsData = {
  activeTargets: [active('a'), active('b')],
  droppedTargets: [{ scrapePool: 'b', discoveredLabels: {} }],
  droppedTargetCounts: { a: 0, b: 1 },
};
const family = (name: string): MetricMetadata => ({ name, type: 'gauge', help: `Help of ${name}.`, unit: '' });
const routes = targetRoutes({
  targets: () => data,
  metadata: () => [
    { labels: Labels.fromObject({ job: 'a' }), families: [family('up'), family('load')] },
    { labels: Labels.fromObject({ job: 'b' }), families: [family('up')] },
  ],
});

async function ask(path: string): Promise<unknown> {
  const url = new URL(path, 'http://x');
  const route = routes.find((candidate) => candidate.path === url.pathname);
  const output = await route?.handler({ query: url.searchParams } as HttpInput);
  return (JSON.parse(output?.body as string) as { data: unknown }).data;
}

describe('targets', () => {
  test.each([
    ['', 2, 1],
    ['?state=any', 2, 1],
    ['?state=active', 2, 0],
    ['?state=DROPPED', 0, 1],
    ['?state=other', 0, 0],
    ['?scrapePool=a', 1, 0],
    ['?scrapePool=b', 1, 1],
  ])('%s', async (search, activeCount, droppedCount) => {
    const found = (await ask(`/api/v1/targets${search}`)) as TargetsData;
    expect([found.activeTargets.length, found.droppedTargets.length]).toEqual([activeCount, droppedCount]);
  });

  test('pools by name', async () => {
    expect(await ask('/api/v1/scrape_pools')).toEqual({ scrapePools: ['a', 'b'] });
  });
});

describe('metadata of targets', () => {
  test('lists every family of every target', async () => {
    expect(await ask('/api/v1/targets/metadata')).toEqual([
      { target: { job: 'a' }, metric: 'up', type: 'gauge', help: 'Help of up.', unit: '' },
      { target: { job: 'a' }, metric: 'load', type: 'gauge', help: 'Help of load.', unit: '' },
      { target: { job: 'b' }, metric: 'up', type: 'gauge', help: 'Help of up.', unit: '' },
    ]);
  });

  test('filters by target and metric, and stops at the limit between targets', async () => {
    const search = new URLSearchParams({ match_target: '{job="b"}', metric: 'up' });
    expect(await ask(`/api/v1/targets/metadata?${search}`)).toEqual([
      { target: { job: 'b' }, type: 'gauge', help: 'Help of up.', unit: '' },
    ]);
    expect(await ask('/api/v1/targets/metadata?limit=1')).toHaveLength(2);
    expect(await ask('/api/v1/targets/metadata?limit=0')).toEqual([]);
  });

  test('refuses a limit that is no number', async () => {
    await expect(ask('/api/v1/targets/metadata?limit=x')).rejects.toThrow('limit must be a number');
  });
});
