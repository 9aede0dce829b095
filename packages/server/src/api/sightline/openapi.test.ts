import type { ActiveQuery, FinishedQuery, QueryLimits } from '@sightline/api-types';
import { parseExpr, QueryTrace } from '@sightline/promql';
import { expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import type { QueryEngine } from '../../query/engine.ts';
import { acknowledgeRoutes, type AcknowledgeRoutesOptions } from './acknowledge.ts';
import { alertHistoryRoutes, type AlertHistoryRoutesOptions } from './alert-history.ts';
import { alertRoutes, type AlertRoutesOptions } from './alerts.ts';
import { type BacktestRoutesOptions, backtestRoutes } from './backtests.ts';
import { explainRoutes } from './explain.ts';
import { notifyRoutes, type NotifyRoutesOptions } from './notify.ts';
import { activeQueryRoutes } from './queries.ts';
import { ruleCheckRoutes } from './rule-check.ts';
import { type RuleGroupRoutesOptions, ruleGroupRoutes } from './rules.ts';
import { runbookRoutes } from './runbooks.ts';
import { type SystemOptions, systemRoutes } from './system.ts';
import { answerMismatches, describedOperations, servedOperations } from './testing/schema-check.ts';

const STATS = {
  activeSeries: 1,
  seriesLimit: 2,
  queuedSamples: 0,
  queueLimit: 1,
  storedSamples: 4,
  bytesOnDisk: 8,
  partCount: 1,
  oldestMs: undefined,
  newestMs: 5,
  retentionMs: 0,
  seriesByMetric: [{ name: 'up', value: 1 }],
  seriesByPair: [],
  valuesByLabel: [],
  tables: [{ table: 'a', rows: 1, bytes: 2, parts: 3 }],
};

const options = {
  metrics: { stats: async () => STATS },
  ingest: () => ({
    nowMs: 1,
    sources: [
      { kind: 'host', samplesTotal: 1, samplesPerSecond: 1, firstSeenMs: 1, lastSeenMs: null, lastError: null },
    ],
    rejected: [{ source: 'a', reason: 'b', count: 1 }],
  }),
  pools: () => [
    {
      pool: 'a',
      targets: [
        {
          url: 'u',
          samplesScraped: 1,
          samplesKept: 1,
          bodyBytes: 1,
          seriesAdded: 1,
          recent: [{ atMs: 1, durationMs: 1, error: null }],
        },
      ],
    },
  ],
  loop: { lag: () => ({ p99Seconds: 0.5 }), stop: () => undefined },
  version: { version: '1.2.3', revision: 'abc', buildDate: '' },
  startedMs: 1,
  backend: 'chdb',
  location: '/data',
  dataDirectory: undefined,
  config: () => ({ configFile: 'x', configLoadedMs: 1, configError: null }),
} as unknown as SystemOptions;

const IDENTITY = {
  id: 'a',
  text: 'up',
  kind: 'range',
  startMs: 1,
  endMs: 2,
  stepMs: 1,
  client: { address: '::1', userAgent: '' },
  startedMs: 1,
};

const ACTIVE: ActiveQuery = {
  ...IDENTITY,
  kind: 'range',
  phase: 'reading',
  elapsedMs: 1,
  samplesRead: 1,
  seriesRead: 1,
  memoryBytes: 1,
  bytesOut: 1,
};

const FINISHED: FinishedQuery = {
  ...IDENTITY,
  kind: 'instant',
  outcome: 'success',
  error: null,
  errorType: null,
  durationMs: 1,
  waitMs: 1,
  readMs: 1,
  evalMs: 1,
  writeMs: 1,
  samplesRead: 1,
  seriesRead: 1,
  peakBytes: 1,
  resultSeries: 1,
  resultSamples: 1,
  cachedShare: 0,
  bytesOut: 1,
};

const QUERY_LIMITS: QueryLimits = {
  timeoutMs: 1,
  maxConcurrency: 1,
  maxQueued: 1,
  maxSamples: 1,
  maxSeries: 1,
  maxPoints: 1,
  maxMemoryBytes: 1,
  maxTotalMemoryBytes: 1,
};

const EXPR = parseExpr('rate(up[1m]) / 0');
const TRACE = new QueryTrace();
TRACE.nodes.set(EXPR, {
  expr: EXPR,
  seriesIn: 1,
  samplesIn: 1,
  seriesOut: 1,
  samplesOut: 1,
  totalMs: 1,
  selfMs: 1,
  bytes: 1,
  peakSamples: 1,
  isOnce: false,
  isFused: false,
});

const ANSWER = {
  stats: {
    samplesRead: 1,
    seriesRead: 1,
    peakSamples: 1,
    peakBytes: 1,
    resultSeries: 1,
    resultSamples: 1,
    parseSeconds: 1,
    queueSeconds: 1,
    readSeconds: 1,
    innerSeconds: 1,
  },
  warnings: [],
  infos: ['a'],
  sent: () => undefined,
  close: () => undefined,
};

const reader = {
  metadata: async () => [{ name: 'up', type: 'gauge' }],
  labelValues: async () => ({ items: ['up'] }),
  labelNames: async () => ({ items: ['__name__'] }),
} as unknown as MetricReader;

/** Answers that hold every kind of query. */
const engine = {
  active: () => [ACTIVE],
  log: { recent: () => [FINISHED], slowest: () => [{ ...FINISHED, error: 'x', errorType: 'timeout' }] },
  memory: { used: 0 },
  limits: () => QUERY_LIMITS,
  cacheStatus: () => ({ entries: 0, bytes: 0, maxBytes: 0, hits: 0, misses: 0 }),
  kill: () => true,
  explain: async () => ({ answer: ANSWER, trace: TRACE, expr: EXPR }),
} as unknown as QueryEngine;

const input = { query: new URLSearchParams(), params: { id: 'a' }, headers: {}, remoteAddress: '::1' };

const CHECKED = [
  ...systemRoutes(options),
  ...activeQueryRoutes({ engine, nowMs: () => 1 }),
  ...explainRoutes({ engine, reader, scrapeIntervalMs: () => 15_000, nowMs: () => 1 }),
];

/** Whose answers are compared with the document in tests of their own. */
const CHECKED_ELSEWHERE = [
  ...acknowledgeRoutes({} as AcknowledgeRoutesOptions),
  ...backtestRoutes({} as BacktestRoutesOptions),
  ...alertRoutes({} as AlertRoutesOptions),
  ...alertHistoryRoutes({} as AlertHistoryRoutesOptions),
  ...ruleCheckRoutes({ enableExperimental: false }),
  ...ruleGroupRoutes({} as RuleGroupRoutesOptions),
  ...notifyRoutes({} as NotifyRoutesOptions),
  ...runbookRoutes(() => undefined),
];

test('the document describes exactly the routes', () => {
  expect(servedOperations([...CHECKED, ...CHECKED_ELSEWHERE])).toEqual(describedOperations());
});

test('the answers are as the document says', async () => {
  expect(await answerMismatches(CHECKED, input as unknown as HttpInput)).toEqual([]);
});
