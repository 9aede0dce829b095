/** Evaluation's public face: instant and range queries over a sample source. */
import { compareLabels, Labels } from '@sightline/model';
import { PromqlError } from '../errors.ts';
import { type Expr, typeOf, unwrapParens } from '../parser/ast.ts';
import { parseExpr } from '../parser/index.ts';
import type { SampleSource } from '../source.ts';
import { type EvaluateLimits, QueryContext, tooManySamples } from './context.ts';
import { atEdges, rangeReach } from './edge.ts';
import { Evaluator, type Value } from './evaluator.ts';
import { countPresent, type Frame } from './frame.ts';
import { type Grid, instantGrid, timeAt } from './grid.ts';
import { planQuery } from './plan.ts';
import type { Pacer } from './pacer.ts';
import { resolveExpr } from './resolve.ts';
import { readSelectors } from './select.ts';
import { sortPaced } from './sort-paced.ts';
import type { QueryTrace } from './trace.ts';
import { type RangeVector, WindowFinder } from './windows.ts';

export interface EvaluateOptions {
  readonly source: SampleSource;
  /** How old the newest sample of an instant selector may be; 5 minutes unless told. */
  readonly lookbackMs?: number;
  /** Step of `[1h:]`; the global evaluation interval, 1 minute unless told. */
  readonly defaultSubqueryStepMs?: number;
  readonly limits: EvaluateLimits;
  /** Stops the query; a reason named TimeoutError makes it a time-out. */
  readonly signal: AbortSignal;
  /** Allows functions that Prometheus hides behind a feature flag. */
  readonly enableExperimental?: boolean;
  /** Filled with what each part of the query took. */
  readonly trace?: QueryTrace;
}

export interface InstantSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

export interface RangeSeries {
  readonly labels: Labels;
  /** Unix ms. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

export type QueryValue =
  | { readonly type: 'scalar'; readonly timestampMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timestampMs: number; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly InstantSample[] }
  | { readonly type: 'matrix'; readonly series: readonly RangeSeries[] };

export interface QueryStats {
  readonly samplesRead: number;
  /** Most samples held at a time. */
  readonly peakSamples: number;
  readonly selectors: number;
  readonly parseMs: number;
  readonly readMs: number;
  readonly evalMs: number;
}

export interface QueryResult {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}

export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * The value of `query` at one time. Vector order is Prometheus's: by value after sort and topk, else as computed.
 * @throws PromqlError
 */
export async function evaluateInstant(
  query: string | Expr,
  timeMs: number,
  options: EvaluateOptions,
): Promise<QueryResult> {
  return run(query, instantGrid(timeMs), timeMs, options, async (expr, evaluator, grid) => {
    const type = typeOf(expr);
    if (type === 'matrix') {
      const range = await evaluator.range(expr, grid);
      const series = withEdges(expr, range, rangeSeries(range), evaluator.context.times.lookbackMs);
      return { type: 'matrix', series: await sortPaced(series, byLabels, evaluator.context.pacer) };
    }
    return instantValue(await evaluator.eval(expr, grid), timeMs);
  });
}

/**
 * The value of `query` at start, start + step ... up to end, series sorted by labels.
 * @throws PromqlError
 */
export async function evaluateRange(
  query: string | Expr,
  range: QueryRange,
  options: EvaluateOptions,
): Promise<QueryResult> {
  const { startMs, endMs, stepMs } = range;
  if (!(stepMs > 0)) {
    const message = 'zero or negative query resolution step widths are not accepted. Try a positive integer';
    throw new PromqlError('parse_error', message);
  }
  if (endMs < startMs) throw new PromqlError('parse_error', 'end timestamp must not be before start time');
  const grid = { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
  return run(query, grid, endMs, options, async (expr, evaluator) => {
    const type = typeOf(expr);
    if (type === 'matrix' || type === 'string') {
      const word = type === 'matrix' ? 'range vector' : 'string';
      const message = `invalid expression type "${word}" for range query, must be Scalar or instant Vector`;
      throw new PromqlError('parse_error', message);
    }
    const series = await gridSeries(await evaluator.eval(expr, grid), grid, evaluator.context.pacer);
    return { type: 'matrix', series: await sortPaced(series, byLabels, evaluator.context.pacer) };
  });
}

function byLabels(a: RangeSeries, b: RangeSeries): number {
  return compareLabels(a.labels, b.labels);
}

async function run(
  query: string | Expr,
  grid: Grid,
  endMs: number,
  options: EvaluateOptions,
  finish: (expr: Expr, evaluator: Evaluator, grid: Grid) => Promise<QueryValue>,
): Promise<QueryResult> {
  const { limits, signal, source } = options;
  if (grid.count > limits.maxSamples) throw tooManySamples(limits.maxSamples);
  const began = performance.now();
  const experimental = options.enableExperimental === true ? { enableExperimental: true } : {};
  const written = typeof query === 'string' ? parseExpr(query, experimental) : query;
  const expr = resolveExpr(written, { startMs: grid.startMs, endMs, stepMs: grid.stepMs });
  const parsed = performance.now();
  const times = {
    startMs: grid.startMs,
    endMs,
    lookbackMs: options.lookbackMs ?? 300_000,
    defaultSubqueryStepMs: options.defaultSubqueryStepMs ?? 60_000,
  };
  const { trace } = options;
  if (trace !== undefined) trace.root = expr;
  const notes = { text: typeof query === 'string' ? query : undefined, trace };
  const context = new QueryContext(times, limits, signal, notes);
  const plan = planQuery(expr, grid, times);
  await readSelectors(plan, source, context, signal);
  const read = performance.now();
  const value = await finish(expr, new Evaluator(plan, context), grid);
  context.pacer.check();
  return {
    value,
    warnings: context.warnings,
    infos: context.infos,
    stats: {
      samplesRead: context.samplesRead,
      peakSamples: context.peakSamples,
      selectors: plan.selects.length,
      parseMs: parsed - began,
      readMs: read - parsed,
      evalMs: performance.now() - read,
    },
  };
}

function instantValue(value: Value, timestampMs: number): QueryValue {
  if (value.kind === 'string') return { type: 'string', timestampMs, value: value.value };
  if (value.kind === 'scalar') return { type: 'scalar', timestampMs, value: value.values[0] as number };
  const { labels, values, has } = value.frame;
  const samples: InstantSample[] = [];
  for (const [row, series] of labels.entries()) {
    if (has[row] === 1) samples.push({ labels: series, timestampMs, value: values[row] as number });
  }
  return { type: 'vector', samples };
}

async function gridSeries(value: Value, grid: Grid, pacer: Pacer): Promise<RangeSeries[]> {
  if (value.kind === 'string') return [];
  const frame: Frame =
    value.kind === 'vector'
      ? value.frame
      : { labels: [Labels.EMPTY], width: grid.count, values: value.values, has: new Uint8Array(grid.count).fill(1) };
  const allTimes = Float64Array.from({ length: grid.count }, (_, k) => timeAt(grid, k));
  const series: RangeSeries[] = [];
  for (const [row, labels] of frame.labels.entries()) {
    if (pacer.isDue()) await pacer.pause();
    const from = row * grid.count;
    const present = frame.has.subarray(from, from + grid.count);
    const size = countPresent(frame.has, from, from + grid.count);
    if (size === 0) continue;
    const values = frame.values.subarray(from, from + grid.count);
    const first = present.indexOf(1);
    const last = present.lastIndexOf(1) + 1;
    // Most series have no gap between their first and last point, and need no copy.
    if (last - first === size) {
      series.push({ labels, timestamps: allTimes.subarray(first, last), values: values.subarray(first, last) });
    } else series.push(compact(labels, allTimes, values, present, size));
  }
  return series;
}

function compact(
  labels: Labels,
  times: Float64Array,
  values: Float64Array,
  present: Uint8Array,
  size: number,
): RangeSeries {
  const outTimes = new Float64Array(size);
  const outValues = new Float64Array(size);
  let at = 0;
  for (let k = 0; k < present.length; k++) {
    if (present[k] === 0) continue;
    outTimes[at] = times[k] as number;
    outValues[at++] = values[k] as number;
  }
  return { labels, timestamps: outTimes, values: outValues };
}

/** The samples in the single window of an instant query, with their own times. */
function rangeSeries(range: RangeVector): RangeSeries[] {
  const series: RangeSeries[] = [];
  const finder = new WindowFinder(range);
  for (const [row, labels] of range.series.entries()) {
    const { timestamps, values, lo, hi } = finder.at(row);
    const from = lo[0] as number;
    const to = hi[0] as number;
    if (to > from) series.push({ labels, timestamps: timestamps.slice(from, to), values: values.slice(from, to) });
  }
  return series;
}

/** A range selector with `anchored` or `smoothed` gives values at the edges of its window. */
function withEdges(expr: Expr, range: RangeVector, series: RangeSeries[], lookbackMs: number): RangeSeries[] {
  const inner = unwrapParens(expr);
  const edge = inner.kind === 'matrixSelector' ? inner.selector.edge : undefined;
  if (edge === undefined) return series;
  const { backMs, aheadMs } = rangeReach(edge, lookbackMs);
  const end = (range.ends[0] as number) - aheadMs;
  return atEdges(series, edge, end - (range.rangeMs - backMs - aheadMs), end);
}
