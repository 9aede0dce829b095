/** Selectors: reads all of them at once before the evaluation, then turns their samples into frames and windows. */
import { EMPTY_BLOCK, isStaleMarker, type Matcher } from '@sightline/model';
import { PromqlError } from '../errors.ts';
import type { MatrixSelector, VectorSelector } from '../parser/ast.ts';
import { type SampleSource, SourceLimitError } from '../source.ts';
import { type QueryContext, type Selector, tooManySamples } from './context.ts';
import { rangeReach } from './edge.ts';
import type { KernelOutput } from '../functions/range-kernel.ts';
import type { Frame } from './frame.ts';
import { type Grid, timeAt } from './grid.ts';
import { abortError } from './pacer.ts';
import { type Plan, type PlannedSelect, referenceTime } from './plan.ts';
import { firstExamples } from './trace.ts';
import { withoutStaleMarkers } from './stale-samples.ts';
import { collectRows, type RowStream } from './rows.ts';
import { type RangeVector, WindowFinder } from './windows.ts';

/** Selectors read at the same time; a query with hundreds of selectors must not open hundreds of reads. */
const MAX_CONCURRENT_READS = 8;

/**
 * Fills `context.blocks`, one read per selector of the query; equal requests share one. When a read fails the others are
 * aborted and waited for, so that nothing runs on after the query.
 */
export async function readSelectors(
  plan: Plan,
  source: SampleSource,
  context: QueryContext,
  signal: AbortSignal,
): Promise<void> {
  const [only] = plan.selects;
  if (only === undefined) return;
  // A read that has no other beside it has nothing to stop: rules evaluate thousands of such queries.
  if (plan.selects.length === 1) {
    try {
      return await readOne([only], source, context, signal);
    } catch (error) {
      throw sourceError(error, signal, context.limits.maxSamples);
    }
  }
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const queue = [...groupEqual(plan.selects).values()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await readOne(next, source, context, either);
      } catch (error) {
        failure.abort(error);
        throw sourceError(error, signal, context.limits.maxSamples);
      }
    }
  };
  const workers = Array.from({ length: Math.min(MAX_CONCURRENT_READS, queue.length) }, worker);
  const settled = await Promise.allSettled(workers);
  if (failure.signal.aborted) throw sourceError(failure.signal.reason, signal, context.limits.maxSamples);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Selectors by what they read. */
function groupEqual(selects: readonly PlannedSelect[]): Map<string, PlannedSelect[]> {
  const groups = new Map<string, PlannedSelect[]>();
  for (const select of selects) {
    const key = JSON.stringify([matchersOf(select.selector).map(String), select.startMs, select.endMs, select.hint]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [select]);
    else group.push(select);
  }
  return groups;
}

function matchersOf(selector: Selector): readonly Matcher[] {
  return selector.kind === 'matrixSelector' ? selector.selector.matchers : selector.matchers;
}

async function readOne(
  equal: readonly PlannedSelect[],
  source: SampleSource,
  context: QueryContext,
  signal: AbortSignal,
): Promise<void> {
  const { selector, startMs, endMs, hint } = equal[0] as PlannedSelect;
  context.pacer.check();
  const began = performance.now();
  let block = EMPTY_BLOCK;
  if (endMs > startMs) {
    block = await source.select({ matchers: matchersOf(selector), startMs, endMs, hint }, context.limits, signal);
  }
  if (block.series.length > context.limits.maxSeries) {
    const message = `selector matches ${block.series.length} series, more than the limit of ${context.limits.maxSeries}`;
    throw new PromqlError('too_many_series', message, { hint: 'add label matchers' });
  }
  context.samplesRead += block.size;
  context.hold(block.size);
  for (const planned of equal) context.blocks.set(planned.selector, block);
  if (context.trace === undefined) return;
  const figures = { startMs, endMs, series: block.series.length, samples: block.size };
  const readMs = performance.now() - began;
  const examples = firstExamples(block.series);
  for (const planned of equal) {
    context.trace.selects.set(planned.selector, { selector: planned.selector, ...figures, readMs, examples });
  }
}

function sourceError(error: unknown, signal: AbortSignal, maxSamples: number): unknown {
  if (error instanceof PromqlError) return error;
  if (error instanceof SourceLimitError) {
    return error.code === 'too_many_samples'
      ? tooManySamples(maxSamples)
      : new PromqlError('too_many_series', error.message, { cause: error });
  }
  return signal.aborted ? abortError(signal.reason) : error;
}

/** The newest sample within the look-back of every step. With `asTimestamps` its time in seconds instead of its value. */
export function evalVectorSelector(
  expr: VectorSelector,
  grid: Grid,
  context: QueryContext,
  asTimestamps = false,
): Promise<Frame> {
  return collectRows(vectorSelectorRows(expr, grid, context, asTimestamps), context);
}

export function vectorSelectorRows(
  expr: VectorSelector,
  grid: Grid,
  context: QueryContext,
  asTimestamps = false,
): RowStream {
  const block = context.blocks.get(expr) ?? EMPTY_BLOCK;
  context.tracer?.takes(block.series.length, block.size);
  const finder = new WindowFinder({
    samples: block.cursor(),
    rangeMs: context.times.lookbackMs,
    ends: referenceTimes(expr, grid, context),
    times: stepTimes(grid),
  });
  const fill = (index: number, { values: out, has, at }: KernelOutput) => {
    const { timestamps, values, lo, hi, mayHaveStale } = finder.at(index);
    for (let k = 0; k < lo.length; k++) {
      const next = hi[k] as number;
      if (next === lo[k]) continue;
      const value = values[next - 1] as number;
      // Only a NaN can be a marker.
      if (Number.isNaN(value) && mayHaveStale && isStaleMarker(values, next - 1)) continue;
      out[at + k] = asTimestamps ? (timestamps[next - 1] as number) / 1000 : value;
      has[at + k] = 1;
    }
    return undefined;
  };
  return { labels: block.series, isUnique: true, dropsName: false, width: grid.count, fill };
}

export function evalMatrixSelector(expr: MatrixSelector, grid: Grid, context: QueryContext): RangeVector {
  const block = context.blocks.get(expr) ?? EMPTY_BLOCK;
  context.tracer?.takes(block.series.length, block.size);
  const { backMs, aheadMs } = rangeReach(expr.selector.edge, context.times.lookbackMs);
  const ends = referenceTimes(expr.selector, grid, context);
  return {
    series: block.series,
    isUnique: true,
    samples: withoutStaleMarkers(block),
    size: block.size,
    rangeMs: expr.rangeMs + backMs + aheadMs,
    ends: aheadMs === 0 ? ends : ends.map((end) => end + aheadMs),
    times: stepTimes(grid),
  };
}

export function referenceTimes(
  node: Pick<VectorSelector, 'at' | 'offsetMs'>,
  grid: Grid,
  context: QueryContext,
): Float64Array {
  const times = stepTimes(grid);
  if (node.at === undefined && node.offsetMs === 0) return times;
  for (let k = 0; k < times.length; k++) times[k] = referenceTime(node, times[k] as number, context.times);
  return times;
}

export function stepTimes(grid: Grid): Float64Array {
  const times = new Float64Array(grid.count);
  for (let k = 0; k < times.length; k++) times[k] = timeAt(grid, k);
  return times;
}
