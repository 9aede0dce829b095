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

const SPAN = object({ start: NUMBER, end: NUMBER });

const EXPLAIN_NODE = object({
  span: SPAN,
  kind: TEXT,
  label: TEXT,
  text: TEXT,
  valueType: choice('vector', 'scalar', 'matrix', 'string', 'none'),
  figures: orNull({
    seriesIn: NUMBER,
    seriesOut: NUMBER,
    samplesIn: NUMBER,
    samplesOut: NUMBER,
    totalMs: NUMBER,
    selfMs: NUMBER,
    bytes: NUMBER,
  }),
  selector: orNull({
    matchers: list(TEXT),
    startMs: NUMBER,
    endMs: NUMBER,
    series: NUMBER,
    samples: NUMBER,
    readMs: NUMBER,
    examples: list({ type: 'object' }),
  }),
  // Nodes again.
  children: list({ type: 'object' }),
});

const EXPLAIN_RESULT = object({
  query: TEXT,
  kind: choice('instant', 'range'),
  startMs: NUMBER,
  endMs: NUMBER,
  stepMs: NUMBER,
  totals: object({
    parseMs: NUMBER,
    waitMs: NUMBER,
    readMs: NUMBER,
    evalMs: NUMBER,
    samplesRead: NUMBER,
    seriesRead: NUMBER,
    peakBytes: NUMBER,
    resultSeries: NUMBER,
    resultSamples: NUMBER,
  }),
  tree: EXPLAIN_NODE,
  findings: list(
    object({
      code: TEXT,
      severity: choice('error', 'warning', 'info'),
      message: TEXT,
      hint: TEXT_OR_NULL,
      span: SPAN,
      fix: orNull({ title: TEXT, span: SPAN, replacement: TEXT }),
    }),
  ),
  warnings: list(TEXT),
  infos: list(TEXT),
});

const EXPLAIN_PARAMETERS: readonly Parameter[] = [
  { name: 'query', description: 'PromQL' },
  { name: 'time', description: 'Of an instant query, as /api/v1/query takes it' },
  { name: 'start', description: 'Of a range query, as /api/v1/query_range takes it' },
  { name: 'end', description: 'Of a range query' },
  { name: 'step', description: 'Of a range query; without it the query is an instant query' },
  { name: 'timeout', description: 'Longest time, at most the option query.timeout' },
  { name: 'lookback_delta', description: 'Instead of the option query.lookback' },
];

const EXPLAIN = operation('Runs a query and tells what each part of it took', EXPLAIN_RESULT, EXPLAIN_PARAMETERS);

function orNull(properties: Readonly<Record<string, Schema>>): Schema {
  return { ...object(properties), type: ['object', 'null'] };
}

export const QUERY_PATHS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  '/api/sightline/v1/explain': { get: EXPLAIN, post: EXPLAIN },
  '/api/sightline/v1/queries': {
    get: operation('Queries that run, ran lately, and took longest', QUERIES_STATUS, LIST_PARAMETERS),
  },
  '/api/sightline/v1/queries/{id}': {
    delete: operation('Ends a running query', object({ id: TEXT }), [], '/api/sightline/v1/queries/{id}'),
  },
};
