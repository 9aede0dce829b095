/** A process of its own for failures.test.ts: writes until it is killed and prints what was acknowledged. */
import { Labels } from '@sightline/model';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { openChdbStorage } from '../clickhouse/index.ts';

export const CHILD_SERIES = 50;
export const CHILD_STEPS = 20;
export const CHILD_START = Date.UTC(2026, 5, 15, 10, 0, 0);

export async function runChild(dataDir: string): Promise<void> {
  const storage = await openChdbStorage({
    dataDir,
    retention: { metricsMs: 0 },
    logger: createLogger({ level: 'error', format: 'text', write: (line) => process.stderr.write(line) }),
    registry: createMetricsRegistry(),
  });
  const { writer } = storage.metrics;
  const handles = Array.from({ length: CHILD_SERIES }, (_, i) => {
    const handle = writer.series(Labels.fromObject({ __name__: 'killed_total', i: String(i) }));
    if (typeof handle === 'string') throw new Error(handle);
    return handle;
  });
  process.stdout.write('open\n');
  for (let round = 0; ; round++) {
    const batch = writer.createBatch();
    for (const handle of handles) {
      for (let k = 0; k < CHILD_STEPS; k++) {
        const step = round * CHILD_STEPS + k;
        batch.add(handle, CHILD_START + step * 250, step);
      }
    }
    await writer.write(batch, { urgent: true });
    process.stdout.write(`stored ${round}\n`);
  }
}
