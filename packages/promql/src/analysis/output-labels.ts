/** Which labels the series of a result can have, as far as the expression tells. */
import { METRIC_NAME } from '@sightline/model';
import { type BinaryExpr, type CallExpr, type Expr, isComparison, isSetOp, typeOf } from '../parser/ast.ts';

export type LabelsOf = (metric: string) => ReadonlySet<string> | undefined;

const NONE: ReadonlySet<string> = new Set();
/** Aggregations that pick series and leave them as they are. */
const PICKS: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/**
 * Names of labels, without the metric's name; undefined where any label is possible.
 * @param labelsOf labels of one metric, when the data is known
 */
export function outputLabelsOf(expr: Expr, labelsOf: LabelsOf = () => undefined): ReadonlySet<string> | undefined {
  const inner = (child: Expr) => outputLabelsOf(child, labelsOf);
  switch (expr.kind) {
    case 'number':
    case 'string':
      return NONE;
    case 'vectorSelector': {
      const metric = expr.matchers.find(({ name, op }) => name === METRIC_NAME && op === '=')?.value;
      const known = metric === undefined ? undefined : labelsOf(metric);
      return known && without(known, [METRIC_NAME]);
    }
    case 'matrixSelector':
      return inner(expr.selector);
    case 'subquery':
    case 'paren':
    case 'unary':
      return inner(expr.expr);
    case 'aggregate': {
      if (PICKS.has(expr.op)) return inner(expr.expr);
      const kept = expr.without ? without(inner(expr.expr), expr.grouping) : new Set(expr.grouping);
      if (expr.op !== 'count_values') return kept;
      return expr.param?.kind === 'string' ? union(kept, [expr.param.value]) : undefined;
    }
    case 'call':
      return labelsOfCall(expr, inner);
    case 'binary':
      return labelsOfBinary(expr, inner);
  }
}

type Inner = (expr: Expr) => ReadonlySet<string> | undefined;

function labelsOfCall({ func, args }: CallExpr, inner: Inner): ReadonlySet<string> | undefined {
  const { name } = func;
  const data = args.find((arg) => ['vector', 'matrix'].includes(typeOf(arg)));
  if (name.startsWith('absent')) return data === undefined ? NONE : equalLabels(data);
  if (name === 'info' || name === 'histogram_quantiles') return undefined;
  const labels = data === undefined ? NONE : inner(data);
  if (name === 'histogram_quantile' || name === 'histogram_fraction') return without(labels, ['le']);
  if (name !== 'label_replace' && name !== 'label_join') return labels;
  const target = args[1];
  return target?.kind === 'string' ? union(labels, [target.value]) : undefined;
}

/** absent() takes labels from the equality matchers of a plain selector. */
function equalLabels(expr: Expr): ReadonlySet<string> {
  if (expr.kind === 'paren') return equalLabels(expr.expr);
  const selector = expr.kind === 'matrixSelector' ? expr.selector : expr;
  if (selector.kind !== 'vectorSelector') return NONE;
  const names = selector.matchers.filter(({ op }) => op === '=').map(({ name }) => name);
  return new Set(names.filter((name) => name !== METRIC_NAME));
}

function labelsOfBinary(expr: BinaryExpr, inner: Inner): ReadonlySet<string> | undefined {
  const { op, lhs, rhs, matching, returnBool } = expr;
  if (typeOf(lhs) !== 'vector') return inner(rhs);
  if (typeOf(rhs) !== 'vector') return inner(lhs);
  if (isSetOp(op)) return op === 'or' ? union(inner(lhs), inner(rhs)) : inner(lhs);
  if (matching?.card === 'many-to-one') return union(inner(lhs), matching.include);
  if (matching?.card === 'one-to-many') return union(inner(rhs), matching.include);
  if (matching?.on === true) return new Set(matching.labels);
  const kept = without(inner(lhs), matching?.labels ?? []);
  return isComparison(op) && !returnBool ? kept : (kept ?? without(inner(rhs), matching?.labels ?? []));
}

function without(labels: ReadonlySet<string> | undefined, names: readonly string[]): ReadonlySet<string> | undefined {
  return labels && new Set([...labels].filter((label) => !names.includes(label)));
}

function union(
  labels: ReadonlySet<string> | undefined,
  more: Iterable<string> | undefined,
): ReadonlySet<string> | undefined {
  return labels && more && new Set([...labels, ...more]);
}
