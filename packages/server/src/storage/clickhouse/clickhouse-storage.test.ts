import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { startHttpFront } from '../battery/clickhouse-http-front.ts';
import { storageBattery } from '../battery/index.ts';
import { databaseBattery } from '../battery/lanes.ts';
import { openHttp } from './http-database.ts';
import { openClickHouseStorage } from './index.ts';

storageBattery({
  name: 'ClickHouse over HTTP',
  create: async () => {
    const path = await mkdtemp(join(tmpdir(), 'sightline-front-'));
    const front = await startHttpFront(path);
    return {
      open: ({ retentionMs = 0, ...options } = {}) =>
        openClickHouseStorage({
          url: front.url,
          database: 'sightline_test',
          retention: { metricsMs: retentionMs },
          logger: createLogger({ level: 'error', format: 'text', write: (line) => process.stderr.write(line) }),
          registry: createMetricsRegistry(),
          ...options,
        }),
      destroy: async () => {
        await front.close();
        await rm(path, { recursive: true, force: true });
      },
    };
  },
});

databaseBattery('ClickHouse over HTTP', async () => {
  const path = await mkdtemp(join(tmpdir(), 'sightline-front-'));
  const front = await startHttpFront(path);
  const database = await openHttp({ url: front.url });
  return {
    database,
    destroy: async () => {
      await front.close();
      await rm(path, { recursive: true, force: true });
    },
  };
});
