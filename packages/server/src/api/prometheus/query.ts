/** `/api/v1/query`, `/api/v1/query_range`, `/api/v1/query_exemplars`, `/api/v1/format_query`, `/api/v1/parse_query`. */
import type { Matcher } from '@sightline/model';
import {
  childrenOf,
  type EvaluateOptions,
  type Expr,
  evaluateInstant,
  evaluateRange,
  exprToJson,
  PromqlError,
  parseExpr,
  prettifyExpr,
  type QueryResult,
  type QueryValue,
} from '@sightline/promql';
import { withDeadline } from '../../lib/abort.ts';
import { createGate } from '../../lib/gate.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { ApiError } from '../http/errors.ts';
import { getOrPost, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import {
  invalidParam,
  limitParam,
  lookbackDelta,
  optionalDuration,
  optionalTime,
  readParams,
  requiredDuration,
  requiredTime,
  TRUNCATED,
  timeBounds,
} from './params.ts';
import { createQueryMetrics, type QueryMetrics } from './query-metrics.ts';
import { statsJson } from './query-stats.ts';
import { queryOutput } from './result-json.ts';

interface QuerySettings {
  readonly lookbackMs: number;
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  readonly maxSamples: number;
  readonly maxSeries: number;
  /** Step of subqueries that name none: the global evaluation interval of the running configuration. */
  readonly subqueryStepMs: () => number;
}

export interface QueryRoutesOptions {
  readonly reader: MetricReader;
  readonly settings: QuerySettings;
  readonly registry: MetricsRegistry;
  readonly nowMs: () => number;
}

/** Enough for 60 s steps over a week or hourly steps over a year. */
const MAX_POINTS = 11_000;

export function queryRoutes(options: QueryRoutesOptions): Route[] {
  const runner = createQueryRunner(options);
  return [
    getOrPost('/api/v1/query', (input) => instantQuery(input, runner, options)),
    getOrPost('/api/v1/query_range', (input) => rangeQuery(input, runner)),
    getOrPost('/api/v1/query_exemplars', (input) => exemplarQuery(input, options.reader)),
    getOrPost('/api/v1/format_query', async (input) => {
      const params = await readParams(input);
      return success(prettifyExpr(parseQuery(params)));
    }),
    getOrPost('/api/v1/parse_query', async (input) => {
      const params = await readParams(input);
      return success(exprToJson(parseQuery(params)));
    }),
  ];
}

type Evaluate = (options: EvaluateOptions) => Promise<QueryResult>;
type QueryRunner = (params: URLSearchParams, signal: AbortSignal, evaluate: Evaluate) => Promise<TimedResult>;

interface TimedResult {
  readonly result: QueryResult;
  readonly queueSeconds: number;
  readonly evalSeconds: number;
}

/** Runs an evaluation under the limits that hold for every query: how many at once, how long, how much. */
function createQueryRunner({ reader, settings, registry }: QueryRoutesOptions): QueryRunner {
  const gate = createGate(settings.maxConcurrency);
  const metrics: QueryMetrics = createQueryMetrics(registry, gate, settings.maxConcurrency);
  const { maxSamples, maxSeries } = settings;
  return async (params, clientSignal, evaluate) => {
    const wanted = optionalDuration(params, 'timeout');
    const lookbackMs = lookbackDelta(params) ?? 0;
    const timeoutMs = Math.min(wanted ?? settings.timeoutMs, settings.timeoutMs);
    const deadline = withDeadline(clientSignal, timeoutMs, 'query timed out in expression evaluation');
    const startedAt = performance.now();
    let leave: (() => void) | undefined;
    try {
      leave = await gate.enter(deadline.signal);
      const admittedAt = performance.now();
      const result = await evaluate({
        source: reader,
        lookbackMs: lookbackMs > 0 ? lookbackMs : settings.lookbackMs,
        defaultSubqueryStepMs: settings.subqueryStepMs(),
        limits: { maxSamples, maxSeries },
        signal: deadline.signal,
      });
      const queueSeconds = (admittedAt - startedAt) / 1e3;
      const evalSeconds = (performance.now() - admittedAt) / 1e3;
      metrics.durations.labels({ slice: 'queue' }).observe(queueSeconds);
      metrics.durations.labels({ slice: 'evaluation' }).observe(evalSeconds);
      return { result, queueSeconds, evalSeconds };
    } catch (error) {
      throw queryError(error, deadline.signal);
    } finally {
      leave?.();
      deadline.release();
    }
  };
}

/** A mistake in the text of the query names the parameter; an abort tells its reason. */
function queryError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof PromqlError && error.code === 'parse_error') return invalidParam('query', error.message);
  return error;
}

async function instantQuery(
  input: HttpInput,
  run: QueryRunner,
  { nowMs }: Pick<QueryRoutesOptions, 'nowMs'>,
): Promise<HttpOutput> {
  const params = await readParams(input);
  const limit = limitParam(params);
  const timeMs = optionalTime(params, 'time', nowMs());
  const query = params.get('query') ?? '';
  const timed = await run(params, input.signal, (options) => evaluateInstant(query, timeMs, options));
  return resultOutput(params, timed, limit);
}

async function rangeQuery(input: HttpInput, run: QueryRunner): Promise<HttpOutput> {
  const params = await readParams(input);
  const limit = limitParam(params);
  const startMs = requiredTime(params, 'start');
  const endMs = requiredTime(params, 'end');
  if (endMs < startMs) throw invalidParam('end', 'end timestamp must not be before start time');
  const stepMs = requiredDuration(params, 'step');
  if (stepMs <= 0) {
    throw invalidParam(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (Math.trunc((endMs - startMs) / stepMs) > MAX_POINTS) {
    throw new ApiError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const query = params.get('query') ?? '';
  const range = { startMs, endMs, stepMs };
  const timed = await run(params, input.signal, (options) => evaluateRange(query, range, options));
  return resultOutput(params, timed, limit);
}

function resultOutput(params: URLSearchParams, timed: TimedResult, limit: number): HttpOutput {
  const { result } = timed;
  const cut = truncate(result.value, limit);
  const warnings = cut === undefined ? result.warnings : [...result.warnings, TRUNCATED];
  const stats = (params.get('stats') ?? '') === '' ? undefined : statsJson(timed);
  return queryOutput(cut ?? result.value, stats, { warnings, infos: result.infos });
}

/** The first `limit` series, or undefined when there are no more than that. */
function truncate(value: QueryValue, limit: number): QueryValue | undefined {
  if (limit === 0) return undefined;
  if (value.type === 'vector' && value.samples.length > limit) {
    return { ...value, samples: value.samples.slice(0, limit) };
  }
  if (value.type === 'matrix' && value.series.length > limit) return { ...value, series: value.series.slice(0, limit) };
  return undefined;
}

function parseQuery(params: URLSearchParams): Expr {
  try {
    return parseExpr(params.get('query') ?? '');
  } catch (error) {
    if (error instanceof PromqlError) throw invalidParam('query', error.message);
    throw error;
  }
}

async function exemplarQuery(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const params = await readParams(input);
  const { startMs, endMs } = timeBounds(params);
  if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
  const matcherSets = selectorsOf(parseExpr(params.get('query') ?? ''));
  if (matcherSets.length === 0) return { status: 204 };
  const series = await reader.exemplars({ matcherSets, startMs, endMs, limit: 0 }, input.signal);
  return success(
    series.map(({ labels, exemplars }) => ({
      seriesLabels: labels,
      exemplars: exemplars.map((exemplar) => ({
        labels: exemplar.labels,
        value: String(exemplar.value),
        timestamp: exemplar.timestamp / 1e3,
      })),
    })),
  );
}

/** The matchers of every selector in the expression. */
function selectorsOf(expr: Expr): Matcher[][] {
  if (expr.kind === 'vectorSelector') return [[...expr.matchers]];
  return childrenOf(expr).flatMap(selectorsOf);
}
