/** `/api/sightline/v1/*`: what the System page and the first-run page show. Shapes: @sightline/api-types. */
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { AboutStatus, IngestStatus, ScrapePoolStatus, StorageStatus } from '@sightline/api-types';
import type { HttpOutput } from '../../lib/http.ts';
import type { MetricStore } from '../../storage/metric-store.ts';
import type { EventLoopMonitor } from '../../telemetry/event-loop.ts';
import type { Version } from '../../telemetry/version.ts';
import { get, type Route } from '../http/route.ts';
import { openapiDocument } from './openapi.ts';

export interface SystemOptions {
  readonly metrics: MetricStore;
  readonly ingest: () => IngestStatus;
  readonly pools: () => readonly ScrapePoolStatus[];
  readonly loop: EventLoopMonitor;
  readonly version: Version;
  readonly startedMs: number;
  readonly backend: StorageStatus['backend'];
  /** Directory or address of the database, without credentials. */
  readonly location: string;
  /** Where an embedded database writes; undefined for a server elsewhere. */
  readonly dataDirectory: string | undefined;
  readonly config: () => Pick<AboutStatus, 'configFile' | 'configLoadedMs' | 'configError'>;
}

export function systemRoutes(options: SystemOptions): Route[] {
  const document = JSON.stringify(openapiDocument(options.version.version));
  return [
    get('/api/sightline/v1/ingest/status', async () => json(options.ingest())),
    get('/api/sightline/v1/system/storage', async () => json(await storageStatus(options))),
    get('/api/sightline/v1/system/about', async () => json(aboutStatus(options))),
    get('/api/sightline/v1/system/scrape-pools', async () => json(options.pools())),
    get('/api/sightline/v1/openapi.json', async () => ({ status: 200, headers: HEADERS, body: document })),
  ];
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

function json(value: unknown): HttpOutput {
  return { status: 200, headers: HEADERS, body: JSON.stringify(value) };
}

async function storageStatus({ metrics, backend, location, dataDirectory }: SystemOptions): Promise<StorageStatus> {
  const stats = await metrics.stats();
  const disk = dataDirectory === undefined ? undefined : await statfs(dataDirectory);
  return {
    backend,
    location,
    activeSeries: stats.activeSeries,
    seriesLimit: stats.seriesLimit,
    storedSamples: stats.storedSamples,
    bytesOnDisk: stats.bytesOnDisk,
    bytesPerSample: stats.storedSamples === 0 ? null : stats.bytesOnDisk / stats.storedSamples,
    diskFreeBytes: disk === undefined ? null : disk.bavail * disk.bsize,
    diskTotalBytes: disk === undefined ? null : disk.blocks * disk.bsize,
    oldestMs: stats.oldestMs ?? null,
    newestMs: stats.newestMs ?? null,
    retentionMs: stats.retentionMs,
    queuedSamples: stats.queuedSamples,
    queueLimit: stats.queueLimit,
    tables: stats.tables,
    seriesByMetric: stats.seriesByMetric,
    seriesByPair: stats.seriesByPair,
    valuesByLabel: stats.valuesByLabel,
  };
}

function aboutStatus({ version, startedMs, location, dataDirectory, config, loop }: SystemOptions): AboutStatus {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  return {
    version: version.version,
    revision: version.revision,
    nodeVersion: process.version,
    platform: `${process.platform} ${process.arch}`,
    hostname: hostname(),
    startedMs,
    ...config(),
    dataDirectory: dataDirectory ?? location,
    residentBytes: memory.rss,
    heapUsedBytes: memory.heapUsed,
    cpuSecondsTotal: (cpu.user + cpu.system) / 1e6,
    eventLoopLagP99Ms: loop.lag().p99Seconds * 1e3,
  };
}
