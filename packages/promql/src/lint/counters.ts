/** Rules about counters: their value is only of use through rate() and its kin, and those are only of use on counters. */
import {
  type AggregateExpr,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  isComparison,
  isSetOp,
  typeOf,
  unwrapParens,
  type VectorSelector,
} from '../parser/ast.ts';
import { formatExpr } from '../parser/print.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { isRecorded, kindOf, metricOf, numberOf } from './metric-kind.ts';
import { callOf, rangeOf, rateFix, spanOf } from './rewrite.ts';
import type { LintRule, Parents } from './walk.ts';

/** Functions of one value that leave a counter what it is. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'abs',
  'ceil',
  'clamp',
  'clamp_max',
  'clamp_min',
  'floor',
  'label_join',
  'label_replace',
  'round',
  'sort',
  'sort_by_label',
  'sort_by_label_desc',
  'sort_desc',
]);
/** Aggregations that count or pick, for which the value does not matter. */
const VALUE_FREE: ReadonlySet<string> = new Set(['count', 'count_values', 'group', 'limitk', 'limit_ratio']);
const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
/** Range functions that take the running total of a counter for a value, with what to use instead. */
const OF_GAUGES: ReadonlyMap<string, string> = new Map([
  ['delta', 'increase'],
  ['idelta', 'irate'],
  ['deriv', 'rate'],
  ['avg_over_time', 'rate'],
  ['sum_over_time', 'increase'],
]);
/** Endings of names that no counter has. */
const GAUGE_NAME = /_(?:celsius|percent|ratio|timestamp_seconds|info)$/;

type Use =
  | { readonly kind: 'shown' }
  | { readonly kind: 'aggregated'; readonly by: AggregateExpr }
  | { readonly kind: 'compared'; readonly by: BinaryExpr }
  | { readonly kind: 'fine' };

const FINE: Use = { kind: 'fine' };

export const counterRule: LintRule = (node, parents, facts, findings) => {
  if (node.kind !== 'vectorSelector' || parents.at(-1)?.kind === 'matrixSelector') return;
  const metric = metricOf(node);
  if (metric === undefined || kindOf(metric, facts) !== 'counter') return;
  const use = purposeOf(node, parents);
  if (use.kind !== 'fine') findings.push(rawCounter(node, metric, use, facts));
};

/** What the query does with the value of `node`, going up until something uses it. */
function purposeOf(node: Expr, parents: Parents): Use {
  let child = node;
  let use: Use = { kind: 'shown' };
  for (let i = parents.length - 1; i >= 0; i--) {
    const parent = parents[i] as Expr;
    switch (parent.kind) {
      case 'paren':
      case 'unary':
        break;
      case 'aggregate':
        if (child === parent.param || VALUE_FREE.has(parent.op)) return FINE;
        use = { kind: 'aggregated', by: parent };
        break;
      case 'call':
        if (!TRANSPARENT.has(parent.func.name)) return FINE;
        break;
      case 'binary': {
        const next = afterOperator(parent, child, use);
        if (next !== undefined) return next;
        break;
      }
      default:
        return FINE;
    }
    child = parent;
  }
  return use;
}

/** Undefined when the operation leaves the question open. */
function afterOperator(parent: BinaryExpr, child: Expr, use: Use): Use | undefined {
  if (isSetOp(parent.op))
    return parent.op === 'unless' || (parent.op === 'and' && child === parent.rhs) ? FINE : undefined;
  const other = child === parent.lhs ? parent.rhs : parent.lhs;
  if (typeOf(other) !== 'scalar') return FINE;
  if (!isComparison(parent.op)) return numberOf(other) === undefined ? FINE : undefined;
  // `> 0` asks whether it ever happened, which a counter does tell.
  const threshold = numberOf(other);
  if (threshold === undefined || threshold === 0) return FINE;
  return use.kind === 'aggregated' ? use : { kind: 'compared', by: parent };
}

function rawCounter(
  selector: VectorSelector,
  metric: string,
  use: Exclude<Use, { kind: 'fine' }>,
  facts: LintFacts,
): LintFinding {
  const fix = rateFix(selector, facts);
  if (use.kind === 'compared') {
    return {
      code: 'counter-compared',
      severity: 'warning',
      message: `the counter ${metric} is compared with a fixed value, which it passes sooner or later and then stays above`,
      hint: 'compare its rate() or increase()',
      span: spanOf(use.by),
      fix,
    };
  }
  const isAggregated = use.kind === 'aggregated';
  const what = isAggregated ? `${use.by.op} of` : 'the value of';
  return {
    code: 'counter-without-rate',
    severity: isAggregated ? 'warning' : 'info',
    message: `${what} the counter ${metric} is a running total that falls back at every restart`,
    hint: 'use rate() or increase()',
    span: spanOf(selector),
    fix,
  };
}

export const rangeFunctionRule: LintRule = (node, _parents, facts, findings) => {
  if (node.kind !== 'call') return;
  const arg = node.args[node.func.argTypes.indexOf('matrix')];
  if (arg === undefined) return;
  const range = unwrapParens(arg);
  if (range.kind === 'subquery') checkRateOfSum(node, range.expr, range.rangeMs, findings);
  if (range.kind !== 'matrixSelector') return;
  const metric = metricOf(range.selector);
  if (metric === undefined) return;
  if (OF_COUNTERS.has(node.func.name)) checkRateOfGauge(node, metric, facts, findings);
  const better = OF_GAUGES.get(node.func.name);
  if (better === undefined || kindOf(metric, facts) !== 'counter') return;
  findings.push({
    code: 'counter-without-rate',
    severity: 'warning',
    message: `${node.func.name}() takes no notice of the resets of the counter ${metric}`,
    hint: `use ${better}()`,
    span: spanOf(node),
    fix: {
      title: `Use ${better}()`,
      span: { start: node.start, end: node.start + node.func.name.length },
      replacement: better,
    },
  });
};

function checkRateOfGauge(call: CallExpr, metric: string, facts: LintFacts, findings: LintFinding[]): void {
  const { name } = call.func;
  const kind = kindOf(metric, facts);
  const isUnknown = kind === undefined && facts.metricTypes?.get(metric) === undefined && !isRecorded(metric);
  if (kind !== 'gauge' && !(isUnknown && GAUGE_NAME.test(metric))) return;
  const better = name === 'rate' ? 'deriv' : name === 'increase' ? 'delta' : 'idelta';
  findings.push({
    code: 'rate-of-gauge',
    severity: 'warning',
    message: `${name}() takes every fall of the gauge ${metric} for a restart`,
    hint: `use ${better}() for a gauge`,
    span: spanOf(call),
    fix: { title: `Use ${better}()`, span: { start: call.start, end: call.start + name.length }, replacement: better },
  });
}

/** `rate(sum(x)[5m:])`: a restart of one series is a fall of the sum, and a fall of the sum is taken for a restart of all. */
function checkRateOfSum(call: CallExpr, inner: Expr, rangeMs: number, findings: LintFinding[]): void {
  if (!OF_COUNTERS.has(call.func.name)) return;
  const aggregate = unwrapParens(inner);
  if (aggregate.kind !== 'aggregate' || VALUE_FREE.has(aggregate.op)) return;
  const operand = unwrapParens(aggregate.expr);
  if (operand.kind !== 'vectorSelector') return;
  const { name } = call.func;
  const replacement = formatExpr({ ...aggregate, expr: callOf(name, [rangeOf(operand, rangeMs)]) });
  const fix = { title: `Use ${replacement}`, span: spanOf(call), replacement };
  findings.push({
    code: 'rate-of-sum',
    severity: 'warning',
    message: `${name}() of ${aggregate.op}() takes the restart of one series for a restart of all of them`,
    hint: `take ${name}() first, then ${aggregate.op}()`,
    span: spanOf(call),
    ...(rangeMs > 0 ? { fix } : {}),
  });
}
