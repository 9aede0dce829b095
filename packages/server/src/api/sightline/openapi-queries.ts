/** Paths of the list of queries and of explain in the OpenAPI document. */
import {
  choice,
  list,
  NUMBER,
  object,
  operation,
  type Parameter,
  type Schema,
  TEXT,
  TEXT_OR_NULL,
} from './openapi-schema.ts';

const IDENTITY = {
  id: TEXT,
  text: TEXT,
  kind: choice('instant', 'range', 'explain'),
  startMs: NUMBER,
  endMs: NUMBER,
  stepMs: NUMBER,
  client: object({ address: TEXT, userAgent: TEXT }),
  startedMs: NUMBER,
};

const ACTIVE_QUERY = object({
  ...IDENTITY,
  phase: choice('waiting', 'reading', 'evaluating', 'writing'),
  elapsedMs: NUMBER,
  samplesRead: NUMBER,
  seriesRead: NUMBER,
  memoryBytes: NUMBER,
  bytesOut: NUMBER,
});

const FINISHED_QUERY = object({
  ...IDENTITY,
  outcome: choice('success', 'error', 'timeout', 'canceled', 'killed'),
  error: TEXT_OR_NULL,
  errorType: TEXT_OR_NULL,
  durationMs: NUMBER,
  waitMs: NUMBER,
  readMs: NUMBER,
  evalMs: NUMBER,
  writeMs: NUMBER,
  samplesRead: NUMBER,
  seriesRead: NUMBER,
  peakBytes: NUMBER,
  resultSeries: NUMBER,
  resultSamples: NUMBER,
  cachedShare: NUMBER,
  bytesOut: NUMBER,
});

function pageOf(items: Schema): Schema {
  return object({ total: NUMBER, items: list(items) });
}

const QUERIES_STATUS = object({
  nowMs: NUMBER,
  active: pageOf(ACTIVE_QUERY),
  recent: pageOf(FINISHED_QUERY),
  slowest: pageOf(FINISHED_QUERY),
  slowestWindowMs: NUMBER,
  limits: object({
    timeoutMs: NUMBER,
    maxConcurrency: NUMBER,
    maxQueued: NUMBER,
    maxSamples: NUMBER,
    maxSeries: NUMBER,
    maxPoints: NUMBER,
    maxMemoryBytes: NUMBER,
    maxTotalMemoryBytes: NUMBER,
  }),
  memoryBytes: NUMBER,
  cache: object({ entries: NUMBER, bytes: NUMBER, maxBytes: NUMBER, hits: NUMBER, misses: NUMBER }),
});

const LIST_PARAMETERS: readonly Parameter[] = [
  { name: 'limit', description: 'Queries of each list, 50 unless told, at most 500' },
  { name: 'offset', description: 'Queries of each list to leave out' },
  { name: 'sort', description: 'Of the finished ones: started, duration, samples or bytes' },
  { name: 'order', description: 'asc or desc' },
  { name: 'search', description: 'Text that the query contains' },
];

export const QUERY_PATHS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  '/api/sightline/v1/queries': {
    get: operation('Queries that run, ran lately, and took longest', QUERIES_STATUS, LIST_PARAMETERS),
  },
  '/api/sightline/v1/queries/{id}': {
    delete: operation('Ends a running query', object({ id: TEXT }), [], '/api/sightline/v1/queries/{id}'),
  },
};
