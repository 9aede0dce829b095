/** Calls of range functions: the windows of every series, and what a kernel makes of them. */
import { formatFloatG, type Labels, quote } from '@sightline/model';
import { executionError } from '../errors.ts';
import { edgeKernel } from '../functions/range-edge.ts';
import type { KernelOutput, RangeKernel } from '../functions/range-kernel.ts';
import { ORDER_KERNELS } from '../functions/range-order.ts';
import { RATE_KERNELS } from '../functions/range-rate.ts';
import { STATISTIC_KERNELS } from '../functions/range-statistics.ts';
import { TREND_KERNELS } from '../functions/range-trend.ts';
import { type CallExpr, type Expr, unwrapParens, type VectorSelector } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import type { Evaluator } from './evaluator.ts';
import { type Frame, refuseTwins, withoutNames } from './frame.ts';
import type { Grid } from './grid.ts';
import { collectRows, type RowStream } from './rows.ts';
import { isLongWork, partOf, type RangeVector, stepChunks, WindowFinder } from './windows.ts';

const KERNELS: ReadonlyMap<string, RangeKernel> = new Map(
  Object.entries({ ...RATE_KERNELS, ...STATISTIC_KERNELS, ...ORDER_KERNELS, ...TREND_KERNELS }),
);
/** Range functions whose result is still a sample of the metric, and so keeps its name. */
const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
const FOR_COUNTERS: ReadonlySet<string> = new Set(['rate', 'increase']);

export function isRangeFunction(name: string): boolean {
  return KERNELS.has(name);
}

export async function rangeFunction(expr: CallExpr, grid: Grid, evaluator: Evaluator): Promise<Frame> {
  return rangeFrame(await rangeFunctionRows(expr, grid, evaluator), evaluator.context);
}

/** @throws PromqlError execution when rows differ in their names only and those go */
export async function rangeFrame(rows: RowStream, context: QueryContext): Promise<Frame> {
  const frame = await collectRows(rows, context);
  return refuseTwins(rows.dropsName ? await withoutNames(frame, context.pacer) : frame, context.pacer);
}

/** The result row by row. Rows that differ in their names only are not refused here. */
export async function rangeFunctionRows(expr: CallExpr, grid: Grid, evaluator: Evaluator): Promise<RowStream> {
  const { context } = evaluator;
  const { name, argTypes } = expr.func;
  const rangeArg = argument(expr, argTypes.indexOf('matrix'));
  const range = await evaluator.range(rangeArg, grid);
  const params: Float64Array[] = [];
  for (const [index, type] of argTypes.entries()) {
    if (type === 'scalar') params.push(await evaluator.scalar(argument(expr, index), grid));
  }
  const edge = edgeOf(rangeArg);
  const kernel =
    edge === undefined ? (KERNELS.get(name) as RangeKernel) : edgeKernel(name, edge, context.times.lookbackMs);
  return {
    labels: range.series,
    isUnique: range.isUnique,
    dropsName: !KEEPS_NAME.has(name),
    width: grid.count,
    fill: fillWith(kernel, range, params, context),
    finish: (withSamples) => {
      if (FOR_COUNTERS.has(name)) informOfNames(withSamples, rangeArg, context);
      if (name === 'quantile_over_time' && !isEmpty(withSamples)) {
        warnOfQuantile(params[0] as Float64Array, argument(expr, 0), context);
      }
    },
  };
}

function argument(expr: CallExpr, index: number): Expr {
  const arg = expr.args[index];
  if (arg === undefined) throw executionError(`${expr.func.name} lacks argument ${index + 1}`);
  return arg;
}

export function edgeOf(rangeArg: Expr): VectorSelector['edge'] {
  const inner = unwrapParens(rangeArg);
  return inner.kind === 'matrixSelector' ? inner.selector.edge : undefined;
}

function fillWith(
  kernel: RangeKernel,
  range: RangeVector,
  params: readonly Float64Array[],
  context: QueryContext,
): RowStream['fill'] {
  const finder = new WindowFinder(range);
  return (index, out) => {
    const windows = finder.at(index);
    if (kernel.isLinear !== true) {
      if (isLongWork(windows)) return fillInParts(kernel, windows, out, params, context);
      context.pacer.charge(windows.bounds.work);
    }
    kernel(windows, out, params);
    return undefined;
  };
}

async function fillInParts(
  kernel: RangeKernel,
  windows: WindowFinder,
  out: KernelOutput,
  params: readonly Float64Array[],
  { pacer }: QueryContext,
): Promise<void> {
  const { values, has, at } = out;
  for (const [from, to] of stepChunks(windows)) {
    const partParams = params.map((column) => column.subarray(from, to));
    kernel(partOf(windows, from, to), { values, has, at: at + from }, partParams);
    if (pacer.isDue()) await pacer.pause();
  }
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}

function warnOfQuantile(quantiles: Float64Array, arg: Expr, context: QueryContext): void {
  for (const q of new Set(quantiles)) {
    if (q >= 0 && q <= 1) continue;
    context.warn(`quantile value should be between 0 and 1, got ${formatFloatG(q)}`, arg);
  }
}

function informOfNames(all: Iterable<Labels>, arg: Expr, context: QueryContext): void {
  const checked = new Set<string>(['']);
  let last = '';
  for (const labels of all) {
    const name = labels.metricName;
    if (name === last || checked.has(name)) continue;
    last = name;
    checked.add(name);
    if (/_(?:total|sum|count|bucket)$/.test(name)) continue;
    const message = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(name)}`;
    context.inform(message, arg);
  }
}
