/** The one place that names the database: opens the storage that the options ask for. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
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
  const { backend, clickhouse, retention, maxMemoryBytes, cacheBytes } = config.storage;
  const shared = {
    retention,
    cacheBytes,
    limits: limitsOf(config),
    logger: logger.child({ component: 'storage' }),
    registry,
  };
  if (backend === 'chdb') {
    await makeFolder(config.dataDir);
    return openChdbStorage({
      ...shared,
      dataDir: config.dataDir,
      ...(maxMemoryBytes === 0 ? {} : { maxMemoryBytes }),
    });
  }
  const { url, username, passwordFile, database, soleWriter } = clickhouse;
  const password = passwordFile === '' ? {} : { password: await readPassword(passwordFile) };
  return openClickHouseStorage({ ...shared, url, username, database, soleWriter, ...password });
}

/**
 * The recursive mkdir of Node never returns under folders that refuse new names with "no such file", such as /proc.
 * @throws StartError
 */
async function makeFolder(dataDir: string): Promise<void> {
  try {
    await makeWithParents(path.resolve(dataDir));
  } catch (error) {
    throw new StartError('config', `data directory ${dataDir} cannot be made: ${(error as Error).message}`, {
      hint: 'choose another directory with --data',
      cause: error,
    });
  }
}

async function makeWithParents(folder: string, canRetry = true): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !canRetry || path.dirname(folder) === folder) throw error;
    await makeWithParents(path.dirname(folder));
    await makeWithParents(folder, false);
  }
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
