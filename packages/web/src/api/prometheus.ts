/** The Prometheus HTTP API as the pages use it. Times in milliseconds here, seconds on the wire. */
import type { MatrixSeries, MetadataData, QueryData, TargetsData, VectorSample } from '@sightline/api-types';
import type { Exemplar } from '../lib/exemplar-dots.ts';
import { requestData } from './client.ts';

export interface RangeQuery {
  readonly expr: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RangeAnswer {
  readonly matrix: readonly MatrixSeries[];
  readonly warnings: readonly string[];
  readonly tookMs: number;
  /** Null when the server does not tell. */
  readonly samplesRead: number | null;
  /** Share of the steps that came from the server's cache of answers, from 0 to 1. */
  readonly cachedShare: number;
}

/** `stats` of an answer: Prometheus's, and what Sightline adds to it. */
interface AnswerStats {
  readonly samples?: { readonly totalQueryableSamples?: number };
  readonly cache?: { readonly steps?: number; readonly cachedSteps?: number };
}

export async function queryRange({ expr, startMs, endMs, stepMs, signal }: RangeQuery): Promise<RangeAnswer> {
  const started = performance.now();
  const params = { query: expr, start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000, stats: 1 };
  const { data, warnings } = await requestData<QueryData & { readonly stats?: AnswerStats }>('api/v1/query_range', {
    params,
    signal,
    isForm: true,
  });
  const { samples, cache } = data.stats ?? {};
  return {
    matrix: data.resultType === 'matrix' ? data.result : [],
    warnings,
    tookMs: performance.now() - started,
    samplesRead: samples?.totalQueryableSamples ?? null,
    cachedShare: cache?.steps === undefined || cache.steps === 0 ? 0 : (cache.cachedSteps ?? 0) / cache.steps,
  };
}

interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

/** Exemplars of every selector in the query. */
export async function queryExemplars({
  expr,
  startMs,
  endMs,
  signal,
}: Omit<RangeQuery, 'stepMs'>): Promise<readonly Exemplar[]> {
  const params = { query: expr, start: startMs / 1000, end: endMs / 1000 };
  const { data } = await requestData<readonly ExemplarSeries[]>('api/v1/query_exemplars', {
    params,
    signal,
    isForm: true,
  });
  return data.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.map(({ labels, value, timestamp }) => ({
      atMs: timestamp * 1000,
      value: Number(value),
      labels,
      series: seriesLabels,
    })),
  );
}

export interface InstantAnswer {
  readonly rows: readonly VectorSample[];
  readonly warnings: readonly string[];
  readonly tookMs: number;
}

/** Vectors as they are; a scalar or string becomes one row without labels. */
export async function queryInstant(expr: string, timeMs: number, signal?: AbortSignal): Promise<InstantAnswer> {
  const started = performance.now();
  const params = { query: expr, time: timeMs / 1000 };
  const { data, warnings } = await requestData<QueryData>('api/v1/query', { params, signal, isForm: true });
  const rows: readonly VectorSample[] =
    data.resultType === 'vector'
      ? data.result
      : data.resultType === 'matrix'
        ? data.result.flatMap(({ metric, values }) => values.slice(-1).map((value) => ({ metric, value })))
        : [{ metric: {}, value: data.result }];
  return { rows, warnings, tookMs: performance.now() - started };
}

export async function metricNames(signal?: AbortSignal): Promise<readonly string[]> {
  return (await requestData<readonly string[]>('api/v1/label/__name__/values', { params: { limit: 50_000 }, signal }))
    .data;
}

/** Names that match, chosen by the server, so that 30,000 names never reach the page. */
export async function searchMetricNames(text: string, limit: number, signal?: AbortSignal): Promise<readonly string[]> {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9_:]+/)
    .filter((word) => word !== '')
    .slice(0, 6);
  const matchers = words.map((word) => `__name__=~"(?i:.*${word}.*)"`).join(',');
  const params = { 'match[]': matchers === '' ? undefined : `{${matchers}}`, limit };
  return (await requestData<readonly string[]>('api/v1/label/__name__/values', { params, signal })).data.slice(
    0,
    limit,
  );
}

export async function metadata(signal?: AbortSignal): Promise<MetadataData> {
  return (await requestData<MetadataData>('api/v1/metadata', { signal })).data;
}

export async function targets(signal?: AbortSignal): Promise<TargetsData> {
  return (await requestData<TargetsData>('api/v1/targets', { signal })).data;
}

export interface MetricTarget {
  readonly target: Readonly<Record<string, string>>;
}

/** The targets that expose a metric. */
export async function targetsOfMetric(metric: string, signal?: AbortSignal): Promise<readonly MetricTarget[]> {
  return (await requestData<readonly MetricTarget[]>('api/v1/targets/metadata', { params: { metric }, signal })).data;
}

export async function formatQuery(expr: string): Promise<string> {
  return (await requestData<string>('api/v1/format_query', { params: { query: expr }, isForm: true })).data;
}
