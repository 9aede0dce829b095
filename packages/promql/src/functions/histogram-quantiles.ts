/** histogram_quantiles: several quantiles at once, told apart by a label. */
import { formatFloatG, type Labels } from '@sightline/model';
import type { QueryContext } from '../eval/context.ts';
import { type Frame, mergeRows, newFrame } from '../eval/frame.ts';
import type { Grid } from '../eval/grid.ts';
import type { CallExpr, Expr } from '../parser/ast.ts';
import { histogramQuantile } from './histogram.ts';

/** `quantiles` has one column of values per quantile; `expr` is `histogram_quantiles(vector, label, q, q ...)`. */
export async function histogramQuantiles(
  expr: CallExpr,
  label: string,
  quantiles: readonly Float64Array[],
  input: Frame,
  grid: Grid,
  context: QueryContext,
): Promise<Frame> {
  const [vectorArg] = expr.args as [Expr];
  const labels: Labels[] = [];
  const parts: Frame[] = [];
  for (const [index, values] of quantiles.entries()) {
    const call = { ...expr, args: [expr.args[index + 2] as Expr, vectorArg] };
    const part = await histogramQuantile(call, values, input, grid, context);
    // A quantile is a scalar: nearly always one value for all steps, else one row for each.
    for (const value of new Set(values)) {
      const isOfValue = (step: number) => Object.is(values[step], value);
      labels.push(...part.labels.map((one) => one.with(label, openMetricsFloat(value))));
      parts.push(onlySteps(part, isOfValue));
    }
  }
  return mergeRows(joined(labels, parts, input.width), context.pacer);
}

function onlySteps(frame: Frame, isKept: (step: number) => boolean): Frame {
  return { ...frame, has: frame.has.map((has, at) => (isKept(at % frame.width) ? has : 0)) };
}

function joined(labels: readonly Labels[], parts: readonly Frame[], width: number): Frame {
  const out = newFrame(labels, width);
  let at = 0;
  for (const { values, has } of parts) {
    out.values.set(values, at);
    out.has.set(has, at);
    at += values.length;
  }
  return out;
}

/** As OpenMetrics writes the values of `le` and `quantile`: never without a point or an exponent. */
function openMetricsFloat(value: number): string {
  const text = formatFloatG(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}
