/** What a metric is, from its metadata or else from its name; undefined where both leave it open. */
import { METRIC_NAME } from '@sightline/model';
import type { Expr, VectorSelector } from '../parser/ast.ts';
import type { LintFacts, LintMetricType } from './finding.ts';

/** A counter only grows, but for resets: also the buckets, sums and counts of histograms and summaries. */
export type MetricKind = 'counter' | 'gauge' | 'summary' | 'histogram' | undefined;

const PART = /_(?:bucket|count|sum)$/;

/** The one metric that a selector reads; undefined when it may read several. */
export function metricOf(selector: VectorSelector): string | undefined {
  return selector.matchers.find(({ name, op }) => name === METRIC_NAME && op === '=')?.value;
}

/** Where the name of the metric stands. */
export function nameSpanOf(selector: VectorSelector) {
  const index = selector.matchers.findIndex(({ name, op }) => name === METRIC_NAME && op === '=');
  return selector.matcherSpans[index] ?? selector;
}

/** Written by a recording rule, whose names say nothing about resets. */
export function isRecorded(metric: string): boolean {
  return metric.includes(':');
}

export function kindOf(metric: string, facts: LintFacts): MetricKind {
  const own = facts.metricTypes?.get(metric);
  const isPart = PART.test(metric) && (own === 'histogram' || own === 'summary');
  if (own !== undefined) return isPart ? 'counter' : kindOfType(own);
  const family = metric.replace(PART, '');
  if (family !== metric) {
    const type = facts.metricTypes?.get(family);
    if (type === 'histogram' || type === 'summary') return 'counter';
    if (type === 'gaugehistogram') return 'gauge';
    if (type !== undefined) return undefined;
  }
  if (metric.endsWith('_total') && facts.metricTypes?.get(metric.slice(0, -'_total'.length)) === 'counter') {
    return 'counter';
  }
  return kindOfName(metric, facts);
}

function kindOfType(type: LintMetricType): MetricKind {
  switch (type) {
    case 'counter':
      return 'counter';
    case 'summary':
      return 'summary';
    case 'histogram':
      return 'histogram';
    case 'gauge':
    case 'gaugehistogram':
      return 'gauge';
    default:
      return undefined;
  }
}

function kindOfName(metric: string, { metricNames }: LintFacts): MetricKind {
  if (isRecorded(metric)) return undefined;
  if (metric.endsWith('_total') || metric.endsWith('_bucket')) return 'counter';
  // Gauges end in _count and _sum too; only together are they surely those of a histogram or summary.
  const family = metric.replace(/_(?:count|sum)$/, '');
  const isPair = family !== metric && metricNames?.has(`${family}_count`) && metricNames.has(`${family}_sum`);
  return isPair === true ? 'counter' : undefined;
}

/** The scrape interval of a metric in ms. */
export function intervalOf(metric: string | undefined, facts: LintFacts): number | undefined {
  const own = metric === undefined ? undefined : facts.scrapeIntervalOf?.(metric);
  return own ?? facts.scrapeIntervalMs;
}

/** The number that a literal, maybe signed or in parentheses, stands for. */
export function numberOf(expr: Expr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'paren':
      return numberOf(expr.expr);
    case 'unary': {
      const value = numberOf(expr.expr);
      return value === undefined || expr.op === '+' ? value : -value;
    }
    default:
      return undefined;
  }
}
