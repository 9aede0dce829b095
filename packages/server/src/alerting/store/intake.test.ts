import { expect, test } from 'vitest';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import { Intake } from './intake.ts';

test('counts what comes, and says once that there is no room and once that there is again', async () => {
  const registry = createMetricsRegistry();
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json', write: (line) => void lines.push(line) });
  let size = 2;
  const intake = new Intake({ registry, logger, maxAlerts: 2, size: () => size });
  intake.taken(false);
  intake.refused();
  intake.refused();
  intake.taken(true);
  size = 1;
  intake.taken(true);
  intake.taken(false);

  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
    'a new alert was refused: too many are known already',
    'there is room for new alerts again',
  ]);
  const text = await exposed(registry);
  expect(text).toContain('sightline_alerts 1\n');
  expect(text).toContain('sightline_alerts_refused_total 2\n');
  expect(text).toContain('sightline_alerts_received_total{status="firing"} 2\n');
  expect(text).toContain('sightline_alerts_received_total{status="resolved"} 2\n');
});
