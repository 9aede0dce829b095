/**
 * Walks the tree once and computes every node for all steps at once. One method per node kind; families of functions
 * and operators live in their own modules.
 */
import { ColumnBlock } from '@sightline/model';
import { executionError } from '../errors.ts';
import {
  type AggregateExpr,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  isSetOp,
  isTrim,
  type SubqueryExpr,
  typeOf,
  unwrapParens,
  type VectorSelector,
} from '../parser/ast.ts';
import { foldFrame, foldStream, isFoldOp } from './aggregate-fold.ts';
import { countValues, groupQuantiles, limitK, pickBest } from './aggregate-pick.ts';
import { scalarWithScalar, vectorWithScalar } from './binary-scalar.ts';
import { setOperation } from './binary-set.ts';
import { trimFloats } from './binary-trim.ts';
import { vectorWithVector } from './binary-vector.ts';
import { CallEvaluator } from './call.ts';
import { isRangeFunction, rangeFrame, rangeFunctionRows } from './call-range.ts';
import type { QueryContext } from './context.ts';
import {
  countPresent,
  dropEmptyRows,
  type Frame,
  haveOneName,
  mapValues,
  mergeRows,
  newFrame,
  withoutNames,
} from './frame.ts';
import { type Grid, instantGrid, timeAt } from './grid.ts';
import { groupRows } from './grouping.ts';
import { limitRatio } from './limit-ratio.ts';
import type { Pacer } from './pacer.ts';
import { type Plan, subqueryGrid } from './plan.ts';
import { evalMatrixSelector, evalVectorSelector, referenceTimes, stepTimes, vectorSelectorRows } from './select.ts';
import { type RowStream, tracedRows } from './rows.ts';
import type { TracedSize } from './trace.ts';
import { evalSmoothedSelector } from './smoothed.ts';
import type { RangeVector } from './windows.ts';

/** Scalars have one value per step. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly frame: Frame };

/** Levels of the tree evaluated in one run of the stack. */
const MAX_STACK = 64;

export class Evaluator {
  readonly context: QueryContext;
  readonly #plan: Plan;
  readonly #calls: CallEvaluator;
  #depth = 0;

  constructor(plan: Plan, context: QueryContext) {
    this.#plan = plan;
    this.context = context;
    this.#calls = new CallEvaluator(this);
  }

  async eval(expr: Expr, grid: Grid): Promise<Value> {
    // A chain of a thousand operators is as deep as it is long; waiting gives the stack back.
    if (++this.#depth % MAX_STACK === 0) await Promise.resolve();
    const before = this.context.held;
    const { tracer } = this.context;
    tracer?.enter(expr, before);
    const value = await this.#evalOnceOrPerStep(expr, grid);
    tracer?.leave(sizeOf(value));
    this.#depth--;
    // The frames of the operands are garbage by now; only the result is still held.
    this.context.settle(before + (value.kind === 'vector' ? value.frame.values.length : 0));
    return value;
  }

  async #evalOnceOrPerStep(expr: Expr, grid: Grid): Promise<Value> {
    const isOnce = grid.count > 1 && this.#plan.invariant.has(expr) && expr.kind !== 'number' && expr.kind !== 'string';
    if (!isOnce) return this.#node(expr, grid);
    this.context.tracer?.isOnce();
    const once = await this.#node(expr, instantGrid(grid.startMs));
    if (once.kind === 'vector') this.context.hold(once.frame.labels.length * grid.count);
    return spread(once, grid.count);
  }

  async vector(expr: Expr, grid: Grid): Promise<Frame> {
    const value = await this.eval(expr, grid);
    if (value.kind !== 'vector') throw executionError(`expected an instant vector, got a ${value.kind}`);
    return value.frame;
  }

  async scalar(expr: Expr, grid: Grid): Promise<Float64Array> {
    const value = await this.eval(expr, grid);
    if (value.kind !== 'scalar') throw executionError(`expected a scalar, got a ${value.kind}`);
    return value.values;
  }

  /** The range vector of a range selector or subquery. */
  async range(expr: Expr, grid: Grid): Promise<RangeVector> {
    const inner = unwrapParens(expr);
    const { tracer } = this.context;
    tracer?.enter(inner, this.context.held);
    const range = await this.#rangeNode(inner, grid);
    tracer?.leave({ series: range.series.length, samples: range.size, bytes: 0 });
    return range;
  }

  async #rangeNode(expr: Expr, grid: Grid): Promise<RangeVector> {
    if (expr.kind === 'matrixSelector') return evalMatrixSelector(expr, grid, this.context);
    if (expr.kind === 'subquery') return this.#subquery(expr, grid);
    throw executionError(`expected a range vector, got ${typeOf(expr)}`);
  }

  async #node(expr: Expr, grid: Grid): Promise<Value> {
    if (this.context.pacer.isDue()) await this.context.pacer.pause();
    switch (expr.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(grid.count).fill(expr.value) };
      case 'string':
        return { kind: 'string', value: expr.value };
      case 'paren':
        return this.eval(expr.expr, grid);
      case 'vectorSelector':
        return { kind: 'vector', frame: await this.#selector(expr, grid) };
      case 'unary':
        return negate(await this.eval(expr.expr, grid), expr.op, this.context.pacer);
      case 'binary':
        return this.#binary(expr, grid);
      case 'aggregate':
        return { kind: 'vector', frame: await this.#aggregate(expr, grid) };
      case 'call':
        return this.#calls.eval(expr, grid);
      case 'matrixSelector':
      case 'subquery':
        throw executionError('a range vector has no value of its own; use it in a function');
    }
  }

  #selector(expr: VectorSelector, grid: Grid): Promise<Frame> {
    return expr.edge === 'smoothed'
      ? evalSmoothedSelector(expr, grid, this.context)
      : evalVectorSelector(expr, grid, this.context);
  }

  async #binary(expr: BinaryExpr, grid: Grid): Promise<Value> {
    const left = await this.eval(expr.lhs, grid);
    const right = await this.eval(expr.rhs, grid);
    if (isTrim(expr.op)) return { kind: 'vector', frame: await trimFloats(expr, left, right, this.context) };
    if (left.kind === 'scalar' && right.kind === 'scalar') {
      return { kind: 'scalar', values: scalarWithScalar(expr.op, left.values, right.values) };
    }
    if (left.kind === 'vector' && right.kind === 'scalar') {
      const frame = await vectorWithScalar(expr, left.frame, right.values, false, this.context.pacer);
      return { kind: 'vector', frame };
    }
    if (left.kind === 'scalar' && right.kind === 'vector') {
      const frame = await vectorWithScalar(expr, right.frame, left.values, true, this.context.pacer);
      return { kind: 'vector', frame };
    }
    if (left.kind !== 'vector' || right.kind !== 'vector') throw executionError('binary operator on a string');
    if (isSetOp(expr.op) && expr.matching !== undefined) {
      return {
        kind: 'vector',
        frame: await setOperation(expr.op, left.frame, right.frame, expr.matching, this.context.pacer),
      };
    }
    return { kind: 'vector', frame: await vectorWithVector(expr, left.frame, right.frame, this.context) };
  }

  async #aggregate(expr: AggregateExpr, grid: Grid): Promise<Frame> {
    const folded = await this.#foldedOnTheWay(expr, grid);
    if (folded !== undefined) return folded;
    const input = dropEmptyRows(await this.vector(expr.expr, grid));
    const { context } = this;
    const groups = await groupRows(input.labels, expr.grouping, expr.without, context.pacer);
    switch (expr.op) {
      case 'topk':
      case 'bottomk':
        return pickBest(expr.op, await this.#parameter(expr, grid), input, groups, context);
      case 'limitk':
        return limitK(await this.#parameter(expr, grid), input, groups);
      case 'quantile':
        return groupQuantiles(expr, await this.#parameter(expr, grid), input, groups, context);
      case 'count_values': {
        const name = expr.param === undefined ? undefined : await this.eval(expr.param, grid);
        return countValues(name?.kind === 'string' ? name.value : '', input, groups, context);
      }
      case 'limit_ratio':
        return limitRatio(expr, await this.#parameter(expr, grid), input, context);
      default:
        return foldFrame(expr.op, input, groups, context);
    }
  }

  /** A fold over a selector or range function takes the rows as they are computed. */
  async #foldedOnTheWay(expr: AggregateExpr, grid: Grid): Promise<Frame | undefined> {
    const { context } = this;
    const { op } = expr;
    const source = unwrapParens(expr.expr);
    if (!isFoldOp(op) || !hasRows(source) || (grid.count > 1 && this.#plan.invariant.has(source))) return undefined;
    context.tracer?.enter(source, context.held);
    const untraced = await this.#rows(source, grid);
    const trace = context.tracer?.leaveStream();
    const rows = trace === undefined ? untraced : tracedRows(untraced, trace);
    const areSafe = rows.isUnique && (!rows.dropsName || haveOneName(rows.labels));
    const folded = areSafe ? await foldStream(op, expr, rows, context) : undefined;
    if (trace !== undefined) context.tracer?.closeStream(trace);
    if (folded !== undefined) return folded;
    const input = await rangeFrame(untraced, context);
    return foldFrame(op, input, await groupRows(input.labels, expr.grouping, expr.without, context.pacer), context);
  }

  #rows(expr: RowExpr, grid: Grid): Promise<RowStream> | RowStream {
    return expr.kind === 'call' ? rangeFunctionRows(expr, grid, this) : vectorSelectorRows(expr, grid, this.context);
  }

  async #parameter(expr: AggregateExpr, grid: Grid): Promise<Float64Array> {
    return expr.param === undefined ? new Float64Array(grid.count) : this.scalar(expr.param, grid);
  }

  async #subquery(expr: SubqueryExpr, grid: Grid): Promise<RangeVector> {
    const inner = subqueryGrid(expr, grid, this.context.times);
    this.context.hold(inner.count);
    const frame = dropEmptyRows(await this.vector(expr.expr, inner));
    const size = countPresent(frame.has, 0, frame.has.length);
    this.context.hold(size);
    const timestamps = new Float64Array(size);
    const values = new Float64Array(size);
    const offsets = new Uint32Array(frame.labels.length + 1);
    let at = 0;
    for (let row = 0; row < frame.labels.length; row++) {
      for (let k = 0; k < inner.count; k++) {
        if (frame.has[row * inner.count + k] === 0) continue;
        timestamps[at] = timeAt(inner, k);
        values[at++] = frame.values[row * inner.count + k] as number;
      }
      offsets[row + 1] = at;
    }
    const samples = new ColumnBlock(frame.labels, offsets, timestamps, values).cursor();
    const ends = referenceTimes(expr, grid, this.context);
    const isUnique = frame.isUnique === true;
    return { series: frame.labels, isUnique, samples, size, rangeMs: expr.rangeMs, ends, times: stepTimes(grid) };
  }
}

function sizeOf(value: Value): TracedSize {
  if (value.kind === 'string') return { series: 0, samples: 0, bytes: 0 };
  if (value.kind === 'scalar') return { series: 0, samples: value.values.length, bytes: value.values.byteLength };
  const { labels, values, has } = value.frame;
  return {
    series: labels.length,
    samples: countPresent(has, 0, has.length),
    bytes: values.byteLength + has.byteLength,
  };
}

type RowExpr = CallExpr | VectorSelector;

/** Whether the node's rows can be computed one by one. */
function hasRows(expr: Expr): expr is RowExpr {
  return expr.kind === 'vectorSelector'
    ? expr.edge !== 'smoothed'
    : expr.kind === 'call' && isRangeFunction(expr.func.name);
}

async function negate(value: Value, op: '+' | '-', pacer: Pacer): Promise<Value> {
  if (op === '+' || value.kind === 'string') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((number) => -number) };
  const frame = await mapValues(dropEmptyRows(value.frame), (number) => -number, pacer);
  return { kind: 'vector', frame: await mergeRows(await withoutNames(frame, pacer), pacer) };
}

/** The value of one step, repeated. */
function spread(value: Value, count: number): Value {
  if (value.kind === 'string') return value;
  if (value.kind === 'scalar') {
    return { kind: 'scalar', values: new Float64Array(count).fill(value.values[0] as number) };
  }
  const { labels, values, has } = value.frame;
  const frame = newFrame(labels, count);
  for (let row = 0; row < labels.length; row++) {
    if (has[row] === 0) continue;
    frame.values.fill(values[row] as number, row * count, (row + 1) * count);
    frame.has.fill(1, row * count, (row + 1) * count);
  }
  return { kind: 'vector', frame };
}
