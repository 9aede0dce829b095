import { describe, expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { syncOperations } from './sync-operations.ts';

async function lines(registry: Registry): Promise<string[]> {
  const { body } = await registry.render();
  return body.toString().replace(/ +/g, ' ').split('\n');
}

const ROUTE = { source: 'github', target: 'hub' };

describe('sync operations', () => {
  it('count how they ended, what they did and when they last worked', async () => {
    const registry = new Registry();
    const sync = syncOperations(registry);
    const run = sync.start(ROUTE);
    run.processed(120);
    run.conflicts(3, 2);
    expect(await lines(registry)).toContain('active_syncs{source="github"} 1');
    const seconds = run.end();
    expect(run.end('error')).toBe(seconds);
    sync.start(ROUTE).end('error');
    const shown = await lines(registry);
    expect(shown).toContain('sync_operations_total{source="github",target="hub",status="success"} 1');
    expect(shown).toContain('sync_operations_total{source="github",target="hub",status="error"} 1');
    expect(shown).toContain('sync_operations_total{source="github",target="hub",status="partial"} 0');
    expect(shown).toContain('sync_duration_seconds_count{source="github",target="hub"} 2');
    expect(shown).toContain('sync_duration_seconds_bucket{source="github",target="hub",le="10"} 2');
    expect(shown).toContain('active_syncs{source="github"} 0');
    expect(shown).toContain('sync_records_processed_total{source="github",target="hub"} 120');
    expect(shown).toContain('sync_conflicts_detected_total{source="github",target="hub"} 3');
    expect(shown).toContain('sync_conflicts_resolved_total{source="github",target="hub"} 2');
    const [last = ''] = shown.filter((line) => line.startsWith('sync_last_success_timestamp_seconds{'));
    expect(Math.abs(Number(last.split(' ')[1]) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('tracks functions and promises, and hands on what they give or throw', async () => {
    const registry = new Registry();
    const sync = syncOperations(registry, { prefix: 'tdd_' });
    expect(sync.track(ROUTE, (run) => run.processed(1))).toBeUndefined();
    expect(await sync.track(ROUTE, async () => 7)).toBe(7);
    const failure = new Error('away');
    expect(() =>
      sync.track(ROUTE, () => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(sync.track(ROUTE, () => Promise.reject(failure))).rejects.toBe(failure);
    const shown = await lines(registry);
    expect(shown).toContain('tdd_sync_operations_total{source="github",target="hub",status="success"} 2');
    expect(shown).toContain('tdd_sync_operations_total{source="github",target="hub",status="error"} 2');
    expect(shown).toContain('tdd_active_syncs{source="github"} 0');
  });
});
