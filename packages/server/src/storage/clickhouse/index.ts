/** Opens storage: embedded in this process (chDB) or on a ClickHouse server. */
import { totalmem } from 'node:os';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import type { Storage } from '../metric-store.ts';
import { createStorageMetrics } from '../metrics.ts';
import { ClickHouseAlertEventStore } from './alert-events/alert-event-store.ts';
import { openChdb, SESSION_COUNT } from './chdb-database.ts';
import type { Database } from './database.ts';
import { openHttp } from './http-database.ts';
import { DEFAULT_LIMITS, type MetricContext, type MetricLimits } from './metrics/metric-options.ts';
import { ClickHouseMetricStore } from './metrics/metric-store.ts';
import { migrate } from './migrations.ts';
import { ClickHouseStateStore } from './state/state-store.ts';

export type { MetricLimits } from './metrics/metric-options.ts';

/** A day of some 5,000 series at 15 s. */
const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024;

interface StorageOptions {
  /** How long data is kept, in ms; 0 keeps for ever and takes any time since 1970. */
  readonly retention: {
    readonly metricsMs: number;
    /** Of what was decided about alerts; kept for ever when absent. */
    readonly alertEventsMs?: number;
  };
  readonly limits?: Partial<MetricLimits>;
  /** Memory for samples that were read and may be read again; 0: none are kept. */
  readonly cacheBytes?: number;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  /** Unix ms; the system clock when absent. */
  readonly now?: () => number;
}

export interface ChdbStorageOptions extends StorageOptions {
  readonly dataDir: string;
  /** What the process may use before the engine refuses queries; half of the machine's memory within 2 to 4 GB when absent. */
  readonly maxMemoryBytes?: number;
}

export interface ClickHouseStorageOptions extends StorageOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
  /** True when no other Sightline writes to the database: then what was read may be kept and used again. */
  readonly soleWriter?: boolean;
}

/**
 * Storage in a data directory. UV_THREADPOOL_SIZE must be at least SESSION_COUNT + 4 when the process starts.
 * @throws StorageError `storage_locked`, `storage_unwritable`, `storage_newer`, `storage_changed`, `storage_unavailable`
 */
export async function openChdbStorage(options: ChdbStorageOptions): Promise<Storage> {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  if (threads < SESSION_COUNT + 4) {
    options.logger.warn('few threads for the embedded database: long queries will delay others', {
      threads,
      wanted: SESSION_COUNT + 4,
      hint: 'start the process with UV_THREADPOOL_SIZE=16',
    });
  }
  const database = await openChdb({
    dataDir: options.dataDir,
    maxMemoryBytes: options.maxMemoryBytes ?? Math.min(4e9, Math.max(2e9, Math.floor(totalmem() / 2))),
  });
  return openStorage(database, options, true);
}

/**
 * Storage on a ClickHouse server; the database is made when it is absent.
 * @throws StorageError `storage_newer`, `storage_changed`, `storage_unavailable`
 */
export async function openClickHouseStorage(options: ClickHouseStorageOptions): Promise<Storage> {
  return openStorage(await openHttp(options), options, options.soleWriter ?? false);
}

async function openStorage(database: Database, options: StorageOptions, isSoleWriter: boolean): Promise<Storage> {
  const metrics = createStorageMetrics(options.registry);
  const context: MetricContext = {
    isSoleWriter,
    cacheBytes: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    retentionMs: options.retention.metricsMs,
    logger: options.logger,
    metrics,
    now: options.now ?? Date.now,
  };
  try {
    await migrate(database);
    const store = await ClickHouseMetricStore.open(database, context);
    options.registry.onCollect(() => metrics.activeSeries.set(store.indexedSeries));
    const state = await ClickHouseStateStore.open(database, context.now);
    const alertEvents = await ClickHouseAlertEventStore.open(database, {
      retentionMs: options.retention.alertEventsMs ?? 0,
      now: context.now,
    });
    return {
      metrics: store,
      state,
      alertEvents,
      ping: () => database.ping(),
      close: async () => {
        await store.close();
        await state.close();
        await alertEvents.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
