/** OpenAPI 3.1 of `/api/sightline/v1`; a test holds it and the routes to each other. */
import { ACKNOWLEDGE_PATHS } from './openapi-acknowledge.ts';
import { ALERT_PATHS } from './openapi-alerts.ts';
import { QUERY_PATHS } from './openapi-queries.ts';
import { RULE_PATHS } from './openapi-rules.ts';
import { list, NUMBER, NUMBER_OR_NULL, object, operation, type Schema, TEXT, TEXT_OR_NULL } from './openapi-schema.ts';
import { RULE_CHECK_PATHS } from './rule-check.ts';
import { RUNBOOK_PATHS } from './runbooks.ts';

const COUNTS = list(object({ name: TEXT, value: NUMBER }));

const INGEST_STATUS = object({
  nowMs: NUMBER,
  sources: list(
    object({
      kind: { type: 'string', enum: ['host', 'self', 'scrape', 'remote_write', 'import'] },
      samplesTotal: NUMBER,
      samplesPerSecond: NUMBER,
      firstSeenMs: NUMBER_OR_NULL,
      lastSeenMs: NUMBER_OR_NULL,
      lastError: TEXT_OR_NULL,
    }),
  ),
  rejected: list(object({ source: TEXT, reason: TEXT, count: NUMBER })),
});

const STORAGE_STATUS = object({
  backend: { type: 'string', enum: ['chdb', 'clickhouse'] },
  location: TEXT,
  activeSeries: NUMBER,
  seriesLimit: NUMBER,
  storedSamples: NUMBER,
  bytesOnDisk: NUMBER,
  bytesPerSample: NUMBER_OR_NULL,
  diskFreeBytes: NUMBER_OR_NULL,
  diskTotalBytes: NUMBER_OR_NULL,
  oldestMs: NUMBER_OR_NULL,
  newestMs: NUMBER_OR_NULL,
  retentionMs: NUMBER,
  queuedSamples: NUMBER,
  queueLimit: NUMBER,
  tables: list(object({ table: TEXT, rows: NUMBER, bytes: NUMBER, parts: NUMBER })),
  seriesByMetric: COUNTS,
  seriesByPair: COUNTS,
  valuesByLabel: COUNTS,
});

const ABOUT_STATUS = object({
  version: TEXT,
  revision: TEXT,
  nodeVersion: TEXT,
  platform: TEXT,
  hostname: TEXT,
  startedMs: NUMBER,
  configFile: TEXT,
  configLoadedMs: NUMBER,
  configError: TEXT_OR_NULL,
  dataDirectory: TEXT,
  residentBytes: NUMBER,
  heapUsedBytes: NUMBER,
  cpuSecondsTotal: NUMBER,
  eventLoopLagP99Ms: NUMBER,
});

const SCRAPE_POOLS = list(
  object({
    pool: TEXT,
    targets: list(
      object({
        url: TEXT,
        samplesScraped: NUMBER,
        samplesKept: NUMBER,
        bodyBytes: NUMBER,
        seriesAdded: NUMBER,
        recent: list(object({ atMs: NUMBER, durationMs: NUMBER, error: TEXT_OR_NULL })),
      }),
    ),
  }),
);

export function openapiDocument(version: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sightline',
      version,
      description: 'What has no standard. Times are Unix milliseconds, sizes bytes.',
    },
    paths: {
      '/api/sightline/v1/ingest/status': {
        get: operation('Is data arriving, from whom, what was refused', INGEST_STATUS),
      },
      '/api/sightline/v1/system/storage': { get: operation('What is stored and what it takes', STORAGE_STATUS) },
      '/api/sightline/v1/system/about': { get: operation('What is running', ABOUT_STATUS) },
      '/api/sightline/v1/system/scrape-pools': { get: operation('Targets with their last scrapes', SCRAPE_POOLS) },
      ...ACKNOWLEDGE_PATHS,
      ...ALERT_PATHS,
      ...QUERY_PATHS,
      ...RUNBOOK_PATHS,
      ...RULE_PATHS,
      ...RULE_CHECK_PATHS,
      '/api/sightline/v1/openapi.json': { get: operation('This document', { type: 'object' }) },
    },
  };
}
