import { expect, test } from 'vitest';
import { TestClock } from '../../lib/testing/test-clock.ts';
import { MemoryStateStore } from '../../storage/testing/memory-state-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import { Deliveries } from './deliveries.ts';

const START_MS = 1_800_000_000_000;

async function open(state = new MemoryStateStore()) {
  const clock = new TestClock(START_MS);
  const registry = createMetricsRegistry();
  const logger = createLogger({ level: 'error', format: 'json', write: () => undefined });
  return { state, registry, deliveries: await Deliveries.open({ clock, state, logger, registry }) };
}

test('what an integration last did and how often is known after a restart', async () => {
  const { state, deliveries } = await open();
  deliveries.ended('team', 'webhook[0]', '');
  deliveries.retried('team', 'webhook[0]', 'busy');
  deliveries.ended('team', 'webhook[0]', 'refused');
  await deliveries.close();
  const { deliveries: later } = await open(state);
  expect(later.get('team', 'webhook[0]')).toEqual({
    last: { timeMs: START_MS, error: 'refused' },
    sentTotal: 1,
    failedTotal: 1,
  });
  expect(later.get('team', 'webhook[1]').last).toBeUndefined();
});

test('counters of expected integrations begin at zero, so that the first failure is an increase', async () => {
  const { registry, deliveries } = await open();
  deliveries.expect(['webhook', 'email']);
  expect(await exposed(registry)).toContain('sightline_notifications_failed_total{integration="email"} 0\n');
  deliveries.ended('team', 'email[0]', 'refused');
  expect(await exposed(registry)).toContain('sightline_notifications_failed_total{integration="email"} 1\n');
  expect(await exposed(registry)).toContain('sightline_notifications_total{integration="webhook"} 0\n');
});
