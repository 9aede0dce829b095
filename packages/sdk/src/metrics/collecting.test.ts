import { describe, expect, test, vi } from 'vitest';
import { Notices } from '../lib/notices.ts';
import { Registry } from './registry.ts';
import { collectRuntime } from './runtime/runtime.ts';

const quiet = () => new Notices(() => {});

describe('collectors', () => {
  test('run before each exposition, synchronous and asynchronous, until they are ended', async () => {
    const registry = new Registry();
    const gauge = registry.gauge('g', 'G', {
      async collect() {
        await Promise.resolve();
        gauge.inc();
      },
    });
    const stop = registry.onCollect(() => gauge.inc(10));
    await registry.render();
    stop();
    await registry.render();
    expect(registry.metricJson('g')?.values).toEqual([{ labels: {}, value: 12 }]);
  });

  test('one that throws or hangs does not fail the scrape and is not started twice', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const registry = new Registry({ notices: quiet() });
    registry.gauge('g', 'G').set(3);
    registry.onCollect(() => {
      throw new Error('broken');
    });
    let started = 0;
    registry.onCollect(() => {
      started++;
      return new Promise<void>(() => {});
    });
    const first = registry.render();
    await vi.advanceTimersByTimeAsync(2000);
    expect((await first).body.toString()).toMatch(/^g +3$/m);
    vi.useRealTimers();
    expect((await registry.render()).body.toString()).toMatch(
      /^sightline_sdk_dropped_total\{signal="metrics",reason="collect_failed"\} +3$/m,
    );
    expect(started).toBe(1);
  });
});

describe('runtime metrics', () => {
  test('the lag is what timers are late, not their interval, and is not of the scrape', async () => {
    const registry = new Registry();
    const stop = collectRuntime(registry, { prefix: 'p_', gc: true, intervalMs: 20 });
    const loop = (name: string) => registry.metricJson(`p_nodejs_eventloop_${name}`)?.values[0]?.value ?? Number.NaN;
    await new Promise((resolve) => setTimeout(resolve, 60));
    const garbage: object[] = [];
    const until = performance.now() + 120;
    while (performance.now() < until) {
      // Holds the event loop, and makes garbage.
      garbage.push(new Array(1000).fill({}));
      if (garbage.length > 100) garbage.length = 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
    await registry.render();
    expect(loop('lag_max_seconds')).toBeGreaterThan(0.05);
    expect(loop('lag_min_seconds')).toBeGreaterThanOrEqual(0);
    expect(loop('lag_min_seconds')).toBeLessThan(loop('lag_max_seconds'));
    const collections = registry.metricJson('p_nodejs_gc_duration_seconds')?.values ?? [];
    const minor = collections.find(
      ({ metricName, labels }) => /_count$/.test(metricName ?? '') && labels['kind'] === 'minor',
    );
    expect(minor?.value).toBeGreaterThan(0);
    expect(registry.metricJson('p_process_open_fds')?.values[0]?.value).toBeGreaterThan(2);
    expect(registry.metricJson('p_nodejs_version_info')?.values[0]?.labels).toMatchObject({ version: process.version });
    stop();
  });

  test('cost nothing in a registry that is off', () => {
    const registry = new Registry({ enabled: false });
    collectRuntime(registry)();
    expect(registry.toJSON()).toEqual([]);
  });
});
