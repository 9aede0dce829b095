/** What the store knows that the lint pass asks for: types, names, labels of the metrics of a query. */
import { Matcher, METRIC_NAME } from '@sightline/model';
import { childrenOf, type Expr, type LintFacts } from '@sightline/promql';
import type { MetricReader } from '../storage/metric-store.ts';

/** Names count as known when they have had samples within this time before the query's end. */
const KNOWN_MS = 86_400_000;
/** Metrics of one query whose labels are looked up. */
const MAX_METRICS = 20;

export interface LintFactsOptions {
  readonly reader: MetricReader;
  readonly startMs: number;
  readonly endMs: number;
  readonly scrapeIntervalMs: number;
  readonly signal: AbortSignal;
}

export async function lintFactsOf(expr: Expr, options: LintFactsOptions): Promise<LintFacts> {
  const { reader, scrapeIntervalMs, signal } = options;
  const bounds = { startMs: Math.min(options.startMs, options.endMs - KNOWN_MS), endMs: options.endMs };
  const [metadata, names, labels] = await Promise.all([
    reader.metadata(undefined, 0),
    reader.labelValues(METRIC_NAME, { ...bounds, matcherSets: [], limit: 0 }, signal),
    labelsOfMetrics(expr, bounds, options),
  ]);
  return {
    metricTypes: new Map(metadata.map(({ name, type }) => [name, type])),
    metricNames: new Set(names.items),
    labelsOf: (metric) => labels.get(metric),
    scrapeIntervalMs,
  };
}

async function labelsOfMetrics(
  expr: Expr,
  bounds: { readonly startMs: number; readonly endMs: number },
  { reader, signal }: LintFactsOptions,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = [...new Set(metricsOf(expr))].slice(0, MAX_METRICS);
  const entries = metrics.map(async (metric) => {
    const matcherSets = [[new Matcher(METRIC_NAME, '=', metric)]];
    const { items } = await reader.labelNames({ ...bounds, matcherSets, limit: 0 }, signal);
    return [metric, new Set(items)] as const;
  });
  const known = await Promise.all(entries);
  // A metric without labels has no series at all; it is the names that say so.
  return new Map(known.filter(([, labels]) => labels.size > 0));
}

function metricsOf(expr: Expr): string[] {
  if (expr.kind !== 'vectorSelector') return childrenOf(expr).flatMap(metricsOf);
  const matcher = expr.matchers.find(({ name, op }) => name === METRIC_NAME && op === '=');
  return matcher === undefined || matcher.value === '' ? [] : [matcher.value];
}
