/** Function calls: finds the family of a function and hands it its arguments, evaluated for all steps. */
import { Labels } from '@sightline/model';
import { executionError } from '../errors.ts';
import { absentFrame } from '../functions/absent.ts';
import { histogramFraction, histogramQuantile } from '../functions/histogram.ts';
import { histogramQuantiles } from '../functions/histogram-quantiles.ts';
import { labelJoin, labelReplace, sortByLabels, sortByValue } from '../functions/labels.ts';
import { DATE_FUNCTIONS, MATH_FUNCTIONS, maximum, minimum } from '../functions/math.ts';
import { edgeKernel } from '../functions/range-edge.ts';
import { type CallExpr, type Expr, unwrapParens } from '../parser/ast.ts';
import { edgeOf, isRangeFunction, rangeFunction } from './call-range.ts';
import type { Evaluator, Value } from './evaluator.ts';
import {
  dropEmptyRows,
  emptyFrame,
  filterValues,
  type Frame,
  mapValues,
  mergeRows,
  newFrame,
  withoutNames,
} from './frame.ts';
import { type Grid, timeAt } from './grid.ts';
import { addInfoLabels } from './info.ts';
import type { Pacer } from './pacer.ts';
import { evalVectorSelector, stepTimes } from './select.ts';
import { WindowFinder } from './windows.ts';

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
    if (isRangeFunction(name)) return rangeFunction(expr, grid, this.#evaluator);
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
        this.#warnOfSort(expr, grid);
        return sortByValue(await this.#vectorArg(expr, 0, grid), name === 'sort_desc', this.#pacer);
      case 'sort_by_label':
      case 'sort_by_label_desc':
        this.#warnOfSort(expr, grid);
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

  get #pacer(): Pacer {
    return this.#evaluator.context.pacer;
  }

  /** A function of each value; the metric name goes. */
  async #mapped(frame: Frame, compute: (value: number, step: number) => number): Promise<Frame> {
    const mapped = await mapValues(frame, compute, this.#pacer);
    return mergeRows(await withoutNames(mapped, this.#pacer), this.#pacer);
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
    const finder = new WindowFinder(range);
    for (let row = 0; row < range.series.length; row++) {
      const { lo, hi } = finder.at(row);
      for (let k = 0; k < grid.count; k++) if ((hi[k] as number) > (lo[k] as number)) present[k] = 1;
      if (this.#pacer.spends(grid.count)) await this.#pacer.pause();
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
    const pick = expr.func.name === 'min_of' ? minimum : maximum;
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

  #warnOfSort(expr: CallExpr, grid: Grid): void {
    if (grid.count < 2) return;
    const message = 'sort is ineffective for range queries since results are always ordered by labels';
    this.#evaluator.context.warn(message, expr);
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

const LIMITS: Readonly<Record<string, (value: number, a: number, b: number) => number>> = {
  round: (value, nearest) => {
    const inverse = 1 / nearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  },
  clamp: (value, low, high) => maximum(low, minimum(high, value)),
  clamp_min: (value, low) => maximum(low, value),
  clamp_max: (value, high) => minimum(high, value),
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
