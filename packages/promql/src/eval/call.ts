/** Function calls: finds the family of a function and hands it its arguments, evaluated for all steps. */
import { formatFloatG, Labels, quote } from '@sightline/model';
import { executionError } from '../errors.ts';
import { absentFrame } from '../functions/absent.ts';
import { histogramFraction, histogramQuantile } from '../functions/histogram.ts';
import { histogramQuantiles } from '../functions/histogram-quantiles.ts';
import { labelJoin, labelReplace, sortByLabels, sortByValue } from '../functions/labels.ts';
import { DATE_FUNCTIONS, MATH_FUNCTIONS } from '../functions/math.ts';
import { edgeKernel } from '../functions/range-edge.ts';
import type { RangeKernel } from '../functions/range-kernel.ts';
import { RATE_KERNELS } from '../functions/range-rate.ts';
import { STATISTIC_KERNELS } from '../functions/range-statistics.ts';
import { TREND_KERNELS } from '../functions/range-trend.ts';
import { type CallExpr, type Expr, unwrapParens, type VectorSelector } from '../parser/ast.ts';
import type { Evaluator, Value } from './evaluator.ts';
import {
  dropEmptyRows,
  emptyFrame,
  filterValues,
  type Frame,
  mapValues,
  mergeRows,
  newFrame,
  refuseTwins,
  withoutNames,
} from './frame.ts';
import { type Grid, timeAt } from './grid.ts';
import { addInfoLabels } from './info.ts';
import type { Pacer } from './pacer.ts';
import { evalVectorSelector, stepTimes } from './select.ts';
import { partOf, type RangeVector, stepChunks, windowsOf } from './windows.ts';

const KERNELS: ReadonlyMap<string, RangeKernel> = new Map(
  Object.entries({ ...RATE_KERNELS, ...STATISTIC_KERNELS, ...TREND_KERNELS }),
);
/** Range functions whose result is still a sample of the metric, and so keeps its name. */
const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
const FOR_COUNTERS: ReadonlySet<string> = new Set(['rate', 'increase']);

export class CallEvaluator {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  async eval(expr: CallExpr, grid: Grid): Promise<Value> {
    switch (expr.func.name) {
      case 'pi':
        return { kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) };
      case 'time':
        return { kind: 'scalar', values: stepTimes(grid).map((ms) => ms / 1000) };
      case 'min_of':
      case 'max_of':
        return { kind: 'scalar', values: await this.#scalarPick(expr, grid) };
      case 'scalar':
        return { kind: 'scalar', values: onlyValue(await this.#vectorArg(expr, 0, grid)) };
      default:
        return { kind: 'vector', frame: await this.#vectorResult(expr, grid) };
    }
  }

  async #vectorResult(expr: CallExpr, grid: Grid): Promise<Frame> {
    const { name } = expr.func;
    const kernel = KERNELS.get(name);
    if (kernel !== undefined) return this.#rangeFunction(expr, kernel, grid);
    const math = MATH_FUNCTIONS[name];
    if (math !== undefined) return this.#mapped(await this.#vectorArg(expr, 0, grid), math);
    const date = DATE_FUNCTIONS[name];
    if (date !== undefined) return this.#dateFunction(expr, date, grid);
    switch (name) {
      case 'vector':
        return single(await this.#scalarArg(expr, 0, grid));
      case 'timestamp':
        return this.#timestamp(expr, grid);
      case 'absent':
        return this.#absent(expr, grid);
      case 'absent_over_time':
        return this.#absentOverTime(expr, grid);
      case 'histogram_quantile':
        return histogramQuantile(
          expr,
          await this.#scalarArg(expr, 0, grid),
          await this.#vectorArg(expr, 1, grid),
          grid,
          this.#evaluator.context,
        );
      case 'histogram_quantiles':
        return this.#histogramQuantiles(expr, grid);
      case 'info':
        return this.#info(expr, grid);
      case 'histogram_fraction':
        return histogramFraction(
          expr,
          await this.#scalarArg(expr, 0, grid),
          await this.#scalarArg(expr, 1, grid),
          await this.#vectorArg(expr, 2, grid),
          this.#evaluator.context,
        );
      case 'round':
      case 'clamp':
      case 'clamp_min':
      case 'clamp_max':
        return this.#limited(expr, grid);
      case 'label_replace':
        return labelReplace(await this.#vectorArg(expr, 0, grid), await this.#textArgs(expr, grid), this.#pacer);
      case 'label_join':
        return labelJoin(await this.#vectorArg(expr, 0, grid), await this.#textArgs(expr, grid), this.#pacer);
      case 'sort':
      case 'sort_desc':
        this.#warnOfSort(expr);
        return sortByValue(await this.#vectorArg(expr, 0, grid), name === 'sort_desc', this.#pacer);
      case 'sort_by_label':
      case 'sort_by_label_desc':
        this.#warnOfSort(expr);
        return sortByLabels(
          await this.#vectorArg(expr, 0, grid),
          await this.#textArgs(expr, grid),
          name === 'sort_by_label_desc',
          this.#pacer,
        );
      default:
        return this.#nothingStored(expr, grid);
    }
  }

  #arg(expr: CallExpr, index: number): Expr {
    const arg = expr.args[index];
    if (arg === undefined) throw executionError(`${expr.func.name} lacks argument ${index + 1}`);
    return arg;
  }

  #vectorArg(expr: CallExpr, index: number, grid: Grid): Promise<Frame> {
    return this.#evaluator.vector(this.#arg(expr, index), grid);
  }

  #scalarArg(expr: CallExpr, index: number, grid: Grid): Promise<Float64Array> {
    return this.#evaluator.scalar(this.#arg(expr, index), grid);
  }

  /** All arguments after the first, as text. */
  async #textArgs(expr: CallExpr, grid: Grid): Promise<string[]> {
    const values = await Promise.all(expr.args.slice(1).map((arg) => this.#evaluator.eval(arg, grid)));
    return values.map((value) => (value.kind === 'string' ? value.value : ''));
  }

  async #rangeFunction(expr: CallExpr, kernel: RangeKernel, grid: Grid): Promise<Frame> {
    const { name, argTypes } = expr.func;
    const rangeArg = this.#arg(expr, argTypes.indexOf('matrix'));
    const range = await this.#evaluator.range(rangeArg, grid);
    const params: Float64Array[] = [];
    for (const [index, type] of argTypes.entries()) {
      if (type === 'scalar') params.push(await this.#scalarArg(expr, index, grid));
    }
    const edge = edgeOf(rangeArg);
    const { lookbackMs } = this.#evaluator.context.times;
    const slid = edge === undefined ? kernel : edgeKernel(name, edge, lookbackMs);
    const frame = dropEmptyRows(await this.#slide(range, slid, params, grid));
    if (FOR_COUNTERS.has(name)) this.#informOfName(frame, rangeArg);
    if (name === 'quantile_over_time' && frame.labels.length > 0) {
      this.#warnOfQuantile(params[0] as Float64Array, this.#arg(expr, 0));
    }
    return refuseTwins(KEEPS_NAME.has(name) ? frame : await withoutNames(frame, this.#pacer), this.#pacer);
  }

  async #slide(range: RangeVector, kernel: RangeKernel, params: readonly Float64Array[], grid: Grid): Promise<Frame> {
    const { context } = this.#evaluator;
    const frame = newFrame(range.series, grid.count);
    context.hold(frame.values.length);
    const lo = new Uint32Array(grid.count);
    const hi = new Uint32Array(grid.count);
    for (let row = 0; row < frame.labels.length; row++) {
      const windows = windowsOf(range, row, lo, hi);
      for (const [from, to] of stepChunks(windows)) {
        const isWhole = to - from === grid.count;
        const part = isWhole ? windows : partOf(windows, from, to);
        const partParams = isWhole ? params : params.map((values) => values.subarray(from, to));
        kernel(part, { values: frame.values, has: frame.has, at: row * grid.count + from }, partParams);
        if (context.pacer.isDue()) await context.pacer.pause();
      }
    }
    return frame;
  }

  get #pacer(): Pacer {
    return this.#evaluator.context.pacer;
  }

  /** A function of each value; the metric name goes. */
  async #mapped(frame: Frame, compute: (value: number, step: number) => number): Promise<Frame> {
    const mapped = await mapValues(frame, compute, this.#pacer);
    return mergeRows(await withoutNames(mapped, this.#pacer), this.#pacer);
  }

  #warnOfQuantile(quantiles: Float64Array, arg: Expr): void {
    for (const q of new Set(quantiles)) {
      if (q >= 0 && q <= 1) continue;
      this.#evaluator.context.warn(`quantile value should be between 0 and 1, got ${formatFloatG(q)}`, arg);
    }
  }

  #informOfName(frame: Frame, arg: Expr): void {
    const checked = new Set<string>();
    for (const labels of frame.labels) {
      const name = labels.metricName;
      if (name === '' || checked.has(name)) continue;
      checked.add(name);
      if (/_(?:total|sum|count|bucket)$/.test(name)) continue;
      const message = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(name)}`;
      this.#evaluator.context.inform(message, arg);
    }
  }

  async #dateFunction(expr: CallExpr, field: (seconds: number) => number, grid: Grid): Promise<Frame> {
    if (expr.args.length > 0) return this.#mapped(await this.#vectorArg(expr, 0, grid), field);
    return single(stepTimes(grid).map((ms) => field(ms / 1000)));
  }

  /** A plain selector gives the times of its samples, anything else the time of the evaluation. */
  async #timestamp(expr: CallExpr, grid: Grid): Promise<Frame> {
    const arg = unwrapParens(this.#arg(expr, 0));
    if (arg.kind === 'vectorSelector') {
      const frame = await evalVectorSelector(arg, grid, this.#evaluator.context, true);
      return mergeRows(await withoutNames(frame, this.#pacer), this.#pacer);
    }
    const frame = await this.#evaluator.vector(arg, grid);
    return this.#mapped(frame, (_value, step) => timeAt(grid, step) / 1000);
  }

  async #absent(expr: CallExpr, grid: Grid): Promise<Frame> {
    const { has } = await this.#vectorArg(expr, 0, grid);
    const present = new Uint8Array(grid.count);
    for (let at = 0; at < has.length; at++) if (has[at] === 1) present[at % grid.count] = 1;
    return absentFrame(this.#arg(expr, 0), present);
  }

  async #absentOverTime(expr: CallExpr, grid: Grid): Promise<Frame> {
    const edge = edgeOf(this.#arg(expr, 0));
    if (edge !== undefined) edgeKernel(expr.func.name, edge, 0);
    const range = await this.#evaluator.range(this.#arg(expr, 0), grid);
    const present = new Uint8Array(grid.count);
    const lo = new Uint32Array(grid.count);
    const hi = new Uint32Array(grid.count);
    for (let row = 0; row < range.series.length; row++) {
      windowsOf(range, row, lo, hi);
      for (let k = 0; k < grid.count; k++) if ((hi[k] as number) > (lo[k] as number)) present[k] = 1;
    }
    return absentFrame(this.#arg(expr, 0), present);
  }

  /** round and clamp*: the limits are scalars of their own at every step. */
  async #limited(expr: CallExpr, grid: Grid): Promise<Frame> {
    const input = await this.#vectorArg(expr, 0, grid);
    const first = expr.args.length > 1 ? await this.#scalarArg(expr, 1, grid) : new Float64Array(grid.count).fill(1);
    const second = expr.args.length > 2 ? await this.#scalarArg(expr, 2, grid) : first;
    const limit = LIMITS[expr.func.name] as (value: number, a: number, b: number) => number;
    const limited = await this.#mapped(input, (value, k) => limit(value, first[k] as number, second[k] as number));
    if (expr.func.name !== 'clamp') return limited;
    return filterValues(limited, (_value, k) => !((second[k] as number) < (first[k] as number)), this.#pacer);
  }

  async #scalarPick(expr: CallExpr, grid: Grid): Promise<Float64Array> {
    const first = await this.#scalarArg(expr, 0, grid);
    const second = await this.#scalarArg(expr, 1, grid);
    const pick = expr.func.name === 'min_of' ? Math.min : Math.max;
    return first.map((value, k) => pick(value, second[k] as number));
  }

  async #histogramQuantiles(expr: CallExpr, grid: Grid): Promise<Frame> {
    const input = await this.#vectorArg(expr, 0, grid);
    const label = await this.#evaluator.eval(this.#arg(expr, 1), grid);
    const quantiles: Float64Array[] = [];
    for (let i = 2; i < expr.args.length; i++) quantiles.push(await this.#scalarArg(expr, i, grid));
    const name = label.kind === 'string' ? label.value : '';
    return histogramQuantiles(expr, name, quantiles, input, grid, this.#evaluator.context);
  }

  async #info(expr: CallExpr, grid: Grid): Promise<Frame> {
    const pick = this.#arg(expr, 1);
    if (pick.kind !== 'vectorSelector') throw executionError('info needs a selector of labels');
    return addInfoLabels(dropEmptyRows(await this.#vectorArg(expr, 0, grid)), pick, grid, this.#evaluator.context);
  }

  #warnOfSort(expr: CallExpr): void {
    const { context } = this.#evaluator;
    if (context.times.startMs === context.times.endMs) return;
    context.warn('sort is ineffective for range queries since results are always ordered by labels', expr);
  }

  /** Functions of native histograms and of start timestamps: neither is stored, and for other samples the result is empty. */
  async #nothingStored(expr: CallExpr, grid: Grid): Promise<Frame> {
    const { name } = expr.func;
    if (!name.startsWith('histogram_') && name !== 'start_timestamp') {
      throw executionError(`function ${name} is not supported`);
    }
    await this.#vectorArg(expr, expr.args.length - 1, grid);
    return emptyFrame(grid.count);
  }
}

function edgeOf(rangeArg: Expr): VectorSelector['edge'] {
  const inner = unwrapParens(rangeArg);
  return inner.kind === 'matrixSelector' ? inner.selector.edge : undefined;
}

const LIMITS: Readonly<Record<string, (value: number, a: number, b: number) => number>> = {
  round: (value, nearest) => {
    const inverse = 1 / nearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  },
  clamp: (value, low, high) => Math.max(low, Math.min(high, value)),
  clamp_min: (value, low) => Math.max(low, value),
  clamp_max: (value, high) => Math.min(high, value),
};

function single(values: Float64Array): Frame {
  const frame = newFrame([Labels.EMPTY], values.length);
  frame.values.set(values);
  frame.has.fill(1);
  return frame;
}

/** The value at steps with exactly one element, else NaN. */
function onlyValue({ width, values, has }: Frame): Float64Array {
  const counts = new Uint32Array(width);
  const out = new Float64Array(width);
  for (let at = 0; at < has.length; at++) {
    if (has[at] === 0) continue;
    const k = at % width;
    counts[k] = (counts[k] as number) + 1;
    out[k] = values[at] as number;
  }
  return out.map((value, k) => (counts[k] === 1 ? value : Number.NaN));
}
