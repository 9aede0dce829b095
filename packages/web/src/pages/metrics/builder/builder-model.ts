/** A query as the builder shows it: one metric, a function over time, filters, one aggregation. Text and tree to it and back. Pure. */
import { isLegacyLabelName, isLegacyMetricName, type MatchOp, quote } from '@sightline/model';
import { type Expr, type MatrixSelector, parseExpr, PromqlError, type VectorSelector } from '@sightline/promql';
import { fillQuery } from '../../../lib/step.ts';

export interface BuilderFilter {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
}

export interface BuiltQuery {
  readonly metric: string;
  readonly filters: readonly BuilderFilter[];
  /** '' takes the values as they are. */
  readonly func: string;
  /** The window of the function, as it is written. */
  readonly window: string;
  /** Of a histogram's buckets; null for everything else. */
  readonly quantile: number | null;
  /** '' keeps every series. */
  readonly aggregation: string;
  readonly by: readonly string[];
}

export const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'irate',
  'delta',
  'deriv',
  'avg_over_time',
  'max_over_time',
  'min_over_time',
] as const;
export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count'] as const;
export const AUTO_WINDOW = '$__rate_interval';

export const EMPTY_QUERY: BuiltQuery = {
  metric: '',
  filters: [],
  func: '',
  window: AUTO_WINDOW,
  quantile: null,
  aggregation: '',
  by: [],
};

const labelText = (name: string): string => (isLegacyLabelName(name) ? name : quote(name));

export function builtText(query: BuiltQuery): string {
  const { metric, filters, func, window, quantile, aggregation, by } = query;
  if (metric === '') return '';
  const matchers = filters
    .filter(({ label }) => label !== '')
    .map(({ label, op, value }) => `${labelText(label)}${op}${quote(value)}`);
  const isPlain = isLegacyMetricName(metric);
  const inBraces = isPlain ? matchers : [quote(metric), ...matchers];
  const selector = `${isPlain ? metric : ''}${inBraces.length === 0 ? '' : `{${inBraces.join(', ')}}`}`;
  const inner = func === '' ? selector : `${func}(${selector}[${window}])`;
  if (quantile !== null) {
    const labels = ['le', ...by.filter((label) => label !== 'le')].map(labelText).join(', ');
    return `histogram_quantile(${quantile}, sum by (${labels}) (${inner}))`;
  }
  if (aggregation === '') return inner;
  return by.length === 0
    ? `${aggregation}(${inner})`
    : `${aggregation} by (${by.map(labelText).join(', ')}) (${inner})`;
}

/** The builder's view of a text; null when it says more than the builder can show. An empty text is an empty query. */
export function builtQuery(source: string, stepMs: number, rangeMs: number): BuiltQuery | null {
  if (source.trim() === '') return EMPTY_QUERY;
  const { text, sourceOf } = fillQuery(source, stepMs, rangeMs);
  let expr: Expr;
  try {
    expr = parseExpr(text);
  } catch (error) {
    if (error instanceof PromqlError) return null;
    throw error;
  }
  const windowOf = (node: MatrixSelector): string | null => {
    const { start, end } = sourceOf({ start: node.start, end: node.end });
    return /\[([^[\]:]+)\]\s*$/.exec(source.slice(start, end))?.[1]?.trim() ?? null;
  };
  return readQuantile(expr, windowOf) ?? readAggregation(expr, windowOf);
}

type WindowOf = (node: MatrixSelector) => string | null;

function readQuantile(expr: Expr, windowOf: WindowOf): BuiltQuery | null {
  if (expr.kind !== 'call' || expr.func.name !== 'histogram_quantile') return null;
  const [quantile, sum] = expr.args;
  if (quantile?.kind !== 'number' || sum?.kind !== 'aggregate' || sum.op !== 'sum' || sum.without) return null;
  const inner = readFunction(sum.expr, windowOf);
  if (inner === null || inner.func === '' || !sum.grouping.includes('le')) return null;
  return { ...inner, quantile: quantile.value, by: sum.grouping.filter((label) => label !== 'le') };
}

function readAggregation(expr: Expr, windowOf: WindowOf): BuiltQuery | null {
  if (expr.kind !== 'aggregate') return readFunction(expr, windowOf);
  if (expr.without || expr.param !== undefined || !AGGREGATIONS.some((name) => name === expr.op)) return null;
  const inner = readFunction(expr.expr, windowOf);
  return inner === null ? null : { ...inner, aggregation: expr.op, by: expr.grouping };
}

function readFunction(expr: Expr, windowOf: WindowOf): BuiltQuery | null {
  if (expr.kind === 'vectorSelector') return readSelector(expr);
  if (expr.kind !== 'call' || !RANGE_FUNCTIONS.some((name) => name === expr.func.name)) return null;
  const [range] = expr.args;
  if (range?.kind !== 'matrixSelector' || expr.args.length !== 1) return null;
  const inner = readSelector(range.selector);
  const window = windowOf(range);
  return inner === null || window === null ? null : { ...inner, func: expr.func.name, window };
}

function readSelector({ matchers, offsetMs, at }: VectorSelector): BuiltQuery | null {
  const names = matchers.filter(({ name }) => name === '__name__');
  if (names.length !== 1 || names[0]?.op !== '=' || offsetMs !== 0 || at !== undefined) return null;
  return {
    ...EMPTY_QUERY,
    metric: names[0].value,
    filters: matchers
      .filter(({ name }) => name !== '__name__')
      .map(({ name, op, value }) => ({ label: name, op, value })),
  };
}

/** What a metric of a type is shown at its best with: counters as rates, buckets as the 95th percentile. */
export function startWith(metric: string, type: string, filters: readonly BuilderFilter[]): BuiltQuery {
  const base = { ...EMPTY_QUERY, metric, filters };
  if (metric.endsWith('_bucket')) return { ...base, func: 'rate', quantile: 0.95 };
  const isCounter = type === 'counter' || /_(total|count|sum)$/.test(metric);
  return isCounter ? { ...base, func: 'rate', aggregation: 'sum' } : base;
}
