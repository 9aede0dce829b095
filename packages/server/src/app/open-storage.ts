/** The one place that names the database: opens the storage that the options ask for. */
import { readFile } from 'node:fs/promises';
import type { SightlineConfig } from '../config/sightline/types.ts';
import { type MetricLimits, openChdbStorage, openClickHouseStorage } from '../storage/clickhouse/index.ts';
import type { Storage } from '../storage/metric-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import { StartError } from './listen.ts';

/** @throws StorageError, StartError when the password file cannot be read */
export async function openStorage(
  config: SightlineConfig,
  logger: Logger,
  registry: MetricsRegistry,
): Promise<Storage> {
  const { backend, clickhouse, retention, maxMemoryBytes } = config.storage;
  const shared = {
    retention,
    limits: limitsOf(config),
    logger: logger.child({ component: 'storage' }),
    registry,
  };
  if (backend === 'chdb') {
    return openChdbStorage({
      ...shared,
      dataDir: config.dataDir,
      ...(maxMemoryBytes === 0 ? {} : { maxMemoryBytes }),
    });
  }
  const { url, username, passwordFile, database } = clickhouse;
  const password = passwordFile === '' ? {} : { password: await readPassword(passwordFile) };
  return openClickHouseStorage({ ...shared, url, username, database, ...password });
}

function limitsOf({ storage, limits, query }: SightlineConfig): Partial<MetricLimits> {
  return {
    seriesLimit: storage.maxActiveSeries,
    queuedSamples: storage.maxQueuedSamples,
    labelsPerSeries: limits.labelsPerSeries,
    labelNameLength: limits.labelNameLength,
    labelValueLength: limits.labelValueLength,
    querySeconds: Math.ceil(query.timeoutMs / 1e3),
  };
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new StartError('config', `the password file ${file} cannot be read: ${(error as Error).message}`, {
      hint: 'storage.clickhouse.password_file names a file that holds the password alone',
      cause: error,
    });
  }
}

/** Where an embedded database writes; undefined for a server elsewhere. */
export function dataDirectoryOf({ storage, dataDir }: SightlineConfig): string | undefined {
  return storage.backend === 'chdb' ? dataDir : undefined;
}

/** Directory or address of the database, never with credentials. */
export function locationOf({ storage, dataDir }: SightlineConfig): string {
  if (storage.backend === 'chdb') return dataDir;
  const url = new URL(storage.clickhouse.url);
  url.username = '';
  url.password = '';
  return url.href;
}
