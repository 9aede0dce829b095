/**
 * Before anything is read: which time range each selector needs, which hint the store gets, and which sub-expressions
 * do not depend on the step (everything below them has a fixed @ time) and so are evaluated once.
 */
import type { SelectHint } from '../source.ts';
import { type AtModifier, childrenOf, type Expr, type SubqueryExpr, type VectorSelector } from '../parser/ast.ts';
import type { QueryTimes, Selector } from './context.ts';
import { type EdgeReach, instantReach, rangeReach } from './edge.ts';
import { type Grid, gridEnd } from './grid.ts';

export interface PlannedSelect {
  readonly selector: Selector;
  readonly startMs: number;
  readonly endMs: number;
  readonly hint: SelectHint;
}

export interface Plan {
  readonly selects: readonly PlannedSelect[];
  readonly invariant: ReadonlySet<Expr>;
}

type Grouping = NonNullable<SelectHint['grouping']>;

/** Functions whose value depends on the evaluation time even when their arguments do not. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);

export function planQuery(expr: Expr, grid: Grid, times: QueryTimes): Plan {
  const invariant = new Set<Expr>();
  markInvariant(expr, invariant);
  const selects: PlannedSelect[] = [];
  collect(expr, grid, '', undefined);
  return { selects, invariant };

  function collect(node: Expr, on: Grid, func: string, grouping: Grouping | undefined): void {
    switch (node.kind) {
      case 'vectorSelector':
        select(node, node, on, times.lookbackMs, 0, func, grouping);
        widen(node, instantReach(node.edge, times.lookbackMs));
        return;
      case 'matrixSelector':
        select(node, node.selector, on, node.rangeMs, node.rangeMs, func, grouping);
        widen(node.selector, rangeReach(node.selector.edge, times.lookbackMs));
        return;
      case 'subquery':
        collect(node.expr, subqueryGrid(node, on, times), func, undefined);
        return;
      case 'aggregate': {
        const keeps: Grouping = { mode: node.without ? 'without' : 'by', labels: node.grouping };
        if (node.param !== undefined) collect(node.param, on, '', undefined);
        collect(node.expr, on, node.op, keeps);
        return;
      }
      case 'call':
        for (const arg of node.args) collect(arg, on, node.func.name, undefined);
        return;
      case 'paren':
        collect(node.expr, on, func, grouping);
        return;
      default:
        for (const child of childrenOf(node)) collect(child, on, '', undefined);
    }
  }

  function widen({ edge }: VectorSelector, reach: EdgeReach): void {
    const planned = selects.pop() as PlannedSelect;
    selects.push(edge === undefined ? planned : widened(planned, reach));
  }

  function select(
    selector: Selector,
    inner: VectorSelector,
    on: Grid,
    reachMs: number,
    rangeMs: number,
    func: string,
    grouping: Grouping | undefined,
  ): void {
    const first = referenceTime(inner, on.startMs, times);
    const last = referenceTime(inner, gridEnd(on), times);
    const hint = { func, rangeMs, stepMs: on.stepMs, ...(grouping === undefined ? {} : { grouping }) };
    selects.push({ selector, startMs: first - reachMs, endMs: last, hint });
  }
}

/** What a window with other edges reads besides; a store is told of one large window. */
function widened(plan: PlannedSelect, { backMs, aheadMs }: EdgeReach): PlannedSelect {
  const startMs = plan.startMs - backMs;
  const endMs = plan.endMs + aheadMs;
  return { ...plan, startMs, endMs, hint: { func: '', rangeMs: endMs - startMs, stepMs: 0 } };
}

/** The end of the window of a selector or subquery evaluated at `timeMs`: @ first, then the offset. */
export function referenceTime(
  node: { readonly at: AtModifier | undefined; readonly offsetMs: number },
  timeMs: number,
  times: QueryTimes,
): number {
  const base =
    node.at === undefined
      ? timeMs
      : node.at.kind === 'time'
        ? node.at.ms
        : node.at.kind === 'start'
          ? times.startMs
          : times.endMs;
  return base - node.offsetMs;
}

/** The absolute multiples of the step inside the subquery's windows, of all steps of the outer grid together. */
export function subqueryGrid(node: SubqueryExpr, outer: Grid, times: QueryTimes): Grid {
  const stepMs = node.stepMs === 0 ? times.defaultSubqueryStepMs : node.stepMs;
  const from = referenceTime(node, outer.startMs, times) - node.rangeMs;
  const endMs = referenceTime(node, gridEnd(outer), times);
  let startMs = Math.trunc(from / stepMs) * stepMs;
  if (startMs <= from) startMs += stepMs;
  return { startMs, stepMs, count: Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1) };
}

/** Whether the value is the same at every step of a query, because everything in it has a fixed time. */
export function isStepInvariant(expr: Expr): boolean {
  return markInvariant(expr, new Set());
}

function markInvariant(expr: Expr, invariant: Set<Expr>): boolean {
  let isInvariant: boolean;
  const children = childrenOf(expr).map((child) => markInvariant(child, invariant));
  const areChildren = children.every(Boolean);
  switch (expr.kind) {
    case 'vectorSelector':
      isInvariant = expr.at !== undefined;
      break;
    case 'subquery':
      isInvariant = expr.at !== undefined;
      break;
    case 'aggregate':
      // As in Prometheus the parameter does not count: over a fixed time the one of the first step holds for all.
      isInvariant = children.at(-1) === true;
      break;
    case 'call':
      isInvariant = areChildren && !TIME_DEPENDENT.has(expr.func.name);
      break;
    default:
      isInvariant = areChildren;
  }
  if (isInvariant) invariant.add(expr);
  return isInvariant;
}
