/**
 * Which samples a point of a range query depends on, and whether a range may be cut anywhere and its parts put together
 * again. A cache of range results asks here before it keeps a step's value.
 */
import { type AtModifier, childrenOf, type Expr } from '../parser/ast.ts';
import { isStepInvariant } from '../eval/plan.ts';
import { KEEPS_NAME, nameOf } from './metric-name.ts';

export interface TimeDependence {
  /**
   * True when the value at a step needs the step's own time and samples, nothing else of the query. Then a range query
   * gives at every step what an instant query at that time gives, and a range joined from parts is the whole.
   */
  readonly isSplittable: boolean;
  /** Why not, for a person; undefined when splittable. */
  readonly obstacle: string | undefined;
  /** A sample at time s changes no point at or after s + lookBackMs (unless it lies in `fixed`). */
  readonly lookBackMs: number;
  /** A sample at time s changes no point before s - lookAheadMs (unless it lies in `fixed`). 0 without negative offsets. */
  readonly lookAheadMs: number;
  /** Samples with fromMs < s <= untilMs are read whatever the step, by `@` with a time; they change any point. */
  readonly fixed: FixedWindow | undefined;
}

export interface FixedWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Samples read around a step: those with step - backMs < s <= step + aheadMs, and those of the fixed window. */
interface Reach {
  readonly relative: { readonly backMs: number; readonly aheadMs: number } | undefined;
  readonly fixed: FixedWindow | undefined;
}

const NOTHING: Reach = { relative: undefined, fixed: undefined };

/** `lookbackMs`: how old the newest sample of an instant selector may be, as given to the evaluation. */
export function timeDependenceOf(expr: Expr, lookbackMs = 300_000): TimeDependence {
  const obstacle = obstacleOf(expr);
  const { relative, fixed } = reachOf(expr, lookbackMs);
  return {
    isSplittable: obstacle === undefined,
    obstacle,
    lookBackMs: Math.max(0, relative?.backMs ?? 0),
    lookAheadMs: Math.max(0, relative?.aheadMs ?? 0),
    fixed,
  };
}

/** Whether a range of `expr` may be evaluated in parts. See TimeDependence for what a cache needs besides. */
export function isSplittable(expr: Expr): boolean {
  return obstacleOf(expr) === undefined;
}

function reachOf(expr: Expr, lookbackMs: number): Reach {
  switch (expr.kind) {
    case 'vectorSelector':
      return shifted({ relative: { backMs: lookbackMs, aheadMs: 0 }, fixed: undefined }, expr);
    case 'matrixSelector':
      return shifted({ relative: { backMs: expr.rangeMs, aheadMs: 0 }, fixed: undefined }, expr.selector);
    case 'subquery': {
      const { relative, fixed } = reachOf(expr.expr, lookbackMs);
      const widened = relative && { backMs: relative.backMs + expr.rangeMs, aheadMs: relative.aheadMs };
      return shifted({ relative: widened, fixed }, expr);
    }
    default:
      return childrenOf(expr)
        .map((child) => reachOf(child, lookbackMs))
        .reduce(union, NOTHING);
  }
}

/** What is read once the offset and `@` of a node have moved its evaluation time. */
function shifted(
  { relative, fixed }: Reach,
  node: { readonly at: AtModifier | undefined; readonly offsetMs: number },
): Reach {
  if (relative === undefined) return { relative, fixed };
  const backMs = relative.backMs + node.offsetMs;
  const aheadMs = relative.aheadMs - node.offsetMs;
  if (node.at?.kind !== 'time') return { relative: { backMs, aheadMs }, fixed };
  const window = { fromMs: node.at.ms - backMs, untilMs: node.at.ms + aheadMs };
  return { relative: undefined, fixed: hull(fixed, window) };
}

function union(a: Reach, b: Reach): Reach {
  const relative =
    a.relative === undefined || b.relative === undefined
      ? (a.relative ?? b.relative)
      : {
          backMs: Math.max(a.relative.backMs, b.relative.backMs),
          aheadMs: Math.max(a.relative.aheadMs, b.relative.aheadMs),
        };
  return { relative, fixed: hull(a.fixed, b.fixed) };
}

function hull(a: FixedWindow | undefined, b: FixedWindow | undefined): FixedWindow | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { fromMs: Math.min(a.fromMs, b.fromMs), untilMs: Math.max(a.untilMs, b.untilMs) };
}

function obstacleOf(expr: Expr): string | undefined {
  const at = atOf(expr);
  if (at?.kind === 'start') return 'start() is another time in every part';
  if (at?.kind === 'end') return 'end() is another time in every part';
  if (dependsOnBounds(expr)) return 'what is computed from the bounds of the query is another value in every part';
  if (edgeOf(expr) !== undefined) return 'windows with anchored or smoothed edges read samples outside of them';
  if (
    expr.kind === 'aggregate' &&
    expr.param !== undefined &&
    isStepInvariant(expr.expr) &&
    !isStepInvariant(expr.param)
  ) {
    return 'an aggregation over a fixed time takes its parameter from the first step of the query';
  }
  if (dropsNamesForGood(expr) && childrenOf(expr).some((child) => nameOf(child) === undefined)) {
    return 'two metrics that become one series without their names are an error even if they never meet in time';
  }
  for (const child of childrenOf(expr)) {
    const obstacle = obstacleOf(child);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

const OF_THE_QUERY: ReadonlySet<string> = new Set(['start', 'end', 'range', 'step', 'info']);

/** Durations that are written as expressions are not known here; info() also reads series that are not in the text. */
function dependsOnBounds(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return expr.offsetExpr !== undefined;
    case 'matrixSelector':
      return expr.rangeExpr !== undefined;
    case 'subquery':
      return (expr.rangeExpr ?? expr.stepExpr ?? expr.offsetExpr) !== undefined;
    case 'call':
      return OF_THE_QUERY.has(expr.func.name);
    default:
      return false;
  }
}

function edgeOf(expr: Expr): string | undefined {
  return expr.kind === 'vectorSelector' ? expr.edge : undefined;
}

function atOf(expr: Expr): AtModifier | undefined {
  return expr.kind === 'vectorSelector' || expr.kind === 'subquery' ? expr.at : undefined;
}

/** Range functions look for equal label sets over the whole range, other operations step by step. */
function dropsNamesForGood(expr: Expr): boolean {
  if (expr.kind !== 'call') return false;
  const { name, argTypes } = expr.func;
  return argTypes.includes('matrix') && !KEEPS_NAME.has(name) && name !== 'absent_over_time';
}
