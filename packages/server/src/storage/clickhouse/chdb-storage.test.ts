import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { storageBattery } from '../battery/index.ts';
import { databaseBattery } from '../battery/lanes.ts';
import { openChdb } from './chdb-database.ts';
import { openChdbStorage } from './index.ts';

storageBattery({
  name: 'chDB',
  create: async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sightline-storage-'));
    return {
      open: ({ retentionMs = 0, ...options } = {}) =>
        openChdbStorage({
          dataDir,
          retention: { metricsMs: retentionMs },
          logger: createLogger({ level: 'error', format: 'text', write: (line) => process.stderr.write(line) }),
          registry: createMetricsRegistry(),
          ...options,
        }),
      destroy: () => rm(dataDir, { recursive: true, force: true }),
    };
  },
});

databaseBattery('chDB', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-lanes-'));
  const database = await openChdb({ dataDir, maxMemoryBytes: 2e9 });
  return { database, destroy: () => rm(dataDir, { recursive: true, force: true }) };
});
