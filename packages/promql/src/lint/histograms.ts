/** Rules about histogram_quantile and its kin, and about quantiles that were computed elsewhere. */
import { type AggregateExpr, type CallExpr, type Expr, unwrapParens, type VectorSelector } from '../parser/ast.ts';
import { formatExpr } from '../parser/print.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { isRecorded, kindOf, metricOf, nameSpanOf, numberOf } from './metric-kind.ts';
import { rateFix, spanOf } from './rewrite.ts';
import type { LintRule } from './walk.ts';

/** Index of the buckets among the arguments. */
const BUCKETS_AT: ReadonlyMap<string, number> = new Map([
  ['histogram_quantile', 1],
  ['histogram_quantiles', 0],
  ['histogram_fraction', 2],
]);
const RATES: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
const SUMS: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max']);

interface Buckets {
  readonly selector: VectorSelector;
  readonly aggregates: readonly AggregateExpr[];
  /** True when no function of a range is in between. */
  readonly isRaw: boolean;
}

/** The selector below aggregations and a rate; undefined where other things are in between. */
function bucketsOf(expr: Expr): Buckets | undefined {
  const aggregates: AggregateExpr[] = [];
  let node = unwrapParens(expr);
  while (node.kind === 'aggregate' && SUMS.has(node.op)) {
    aggregates.push(node);
    node = unwrapParens(node.expr);
  }
  if (node.kind === 'vectorSelector') return { selector: node, aggregates, isRaw: true };
  if (node.kind !== 'call' || !RATES.has(node.func.name)) return undefined;
  const [arg] = node.args;
  const range = arg === undefined ? undefined : unwrapParens(arg);
  return range?.kind === 'matrixSelector' ? { selector: range.selector, aggregates, isRaw: false } : undefined;
}

export const histogramRule: LintRule = (node, _parents, facts, findings) => {
  if (node.kind !== 'call') return;
  const index = BUCKETS_AT.get(node.func.name);
  const arg = index === undefined ? undefined : node.args[index];
  if (arg === undefined) return;
  const buckets = bucketsOf(arg);
  if (buckets === undefined) return;
  for (const aggregate of buckets.aggregates) checkLe(node, aggregate, findings);
  checkBuckets(node, buckets, facts, findings);
};

function checkLe(call: CallExpr, aggregate: AggregateExpr, findings: LintFinding[]): void {
  const keepsLe = aggregate.grouping.includes('le') !== aggregate.without;
  if (keepsLe) return;
  const grouping = aggregate.without
    ? aggregate.grouping.filter((label) => label !== 'le')
    : ['le', ...aggregate.grouping];
  const replacement = formatExpr({ ...aggregate, grouping });
  findings.push({
    code: 'histogram-without-le',
    severity: 'error',
    message: `${aggregate.op}() drops the label le, without which ${call.func.name}() knows no buckets and gives nothing`,
    hint: aggregate.without ? 'take le out of without (...)' : 'add le to by (...)',
    span: spanOf(aggregate),
    fix: { title: 'Keep the label le', span: spanOf(aggregate), replacement },
  });
}

function checkBuckets(call: CallExpr, { selector, isRaw }: Buckets, facts: LintFacts, findings: LintFinding[]): void {
  const metric = metricOf(selector);
  if (metric === undefined || isRecorded(metric)) return;
  const { name } = call.func;
  if (!metric.endsWith('_bucket')) {
    const family = metric.replace(/_(?:count|sum|total)$/, '');
    const isKnown = facts.metricNames?.has(`${family}_bucket`) === true;
    const span = nameSpanOf(selector);
    const fix = { title: `Use ${family}_bucket`, span: spanOf(span), replacement: `${family}_bucket` };
    findings.push({
      code: 'histogram-without-buckets',
      severity: 'error',
      message: `${name}() needs the buckets of a histogram, and ${metric} is no series of buckets`,
      hint: `its buckets would be called ${family}_bucket`,
      span: spanOf(span),
      ...(isKnown && selector.name !== '' ? { fix } : {}),
    });
    return;
  }
  if (!isRaw || kindOf(metric, facts) !== 'counter') return;
  findings.push({
    code: 'histogram-without-rate',
    severity: 'warning',
    message: `${name}() of raw buckets covers everything since each process started`,
    hint: 'use rate() of the buckets for the recent past',
    span: spanOf(selector),
    fix: rateFix(selector, facts),
  });
}

/** Index of the quantile among the arguments of a call. */
const QUANTILE_AT: ReadonlyMap<string, number> = new Map([
  ['histogram_quantile', 0],
  ['quantile_over_time', 0],
]);

export const quantileRangeRule: LintRule = (node, _parents, _facts, findings) => {
  const args =
    node.kind === 'aggregate' && node.op === 'quantile'
      ? [node.param]
      : node.kind === 'call' && node.func.name === 'histogram_quantiles'
        ? node.args.slice(2)
        : node.kind === 'call'
          ? [node.args[QUANTILE_AT.get(node.func.name) ?? -1]]
          : [];
  for (const arg of args) {
    const value = arg === undefined ? undefined : numberOf(arg);
    if (arg === undefined || value === undefined || (value >= 0 && value <= 1)) continue;
    const isPercent = value > 1 && value <= 100;
    const fraction = String(Number((value / 100).toPrecision(12)));
    findings.push({
      code: 'quantile-out-of-range',
      severity: 'error',
      message: `a quantile lies between 0 and 1; ${value} gives ${value < 0 ? '-Inf' : value > 1 ? '+Inf' : 'NaN'}`,
      hint: isPercent ? `the ${value}th percentile is ${fraction}` : 'give a value between 0 and 1',
      span: spanOf(arg),
      ...(isPercent ? { fix: { title: `Use ${fraction}`, span: spanOf(arg), replacement: fraction } } : {}),
    });
  }
};

export const quantileAggregationRule: LintRule = (node, _parents, facts, findings) => {
  if (node.kind !== 'aggregate' || (node.op !== 'avg' && node.op !== 'sum')) return;
  const operand = unwrapParens(node.expr);
  const isComputed = operand.kind === 'call' && operand.func.name === 'histogram_quantile';
  if (!isComputed && !(operand.kind === 'vectorSelector' && holdsQuantiles(operand, node, facts))) return;
  findings.push({
    code: node.op === 'avg' ? 'averaged-quantiles' : 'aggregated-quantiles',
    severity: 'warning',
    message: `the ${node.op === 'avg' ? 'mean' : 'sum'} of quantiles is no quantile of anything`,
    hint: 'add up the buckets of a histogram first, then take histogram_quantile(); or show the max() of the quantiles',
    span: spanOf(node),
  });
};

/** Series of a summary, told by their label or by metadata, unless the quantiles stay apart. */
function holdsQuantiles(selector: VectorSelector, aggregate: AggregateExpr, facts: LintFacts): boolean {
  const isPicked = selector.matchers.some(
    ({ name, op, value }) => name === 'quantile' && value !== '' && (op === '=' || op === '=~'),
  );
  if (isPicked) return true;
  const metric = metricOf(selector);
  const isSummary = metric !== undefined && kindOf(metric, facts) === 'summary';
  return isSummary && aggregate.grouping.includes('quantile') === aggregate.without;
}
