/**
 * Range vectors: columns of samples plus, for every step, the rows that lie in the window (end - range, end]. The
 * bounds of all steps are found in one pass per series, and a range function works on them in one call.
 */
import type { Labels, SampleCursor } from '@sightline/model';

/** A range vector over a whole grid. */
export interface RangeVector {
  readonly series: readonly Labels[];
  /** The samples, without staleness markers. */
  readonly samples: SampleCursor;
  /** How many samples there are, markers included. */
  readonly size: number;
  readonly rangeMs: number;
  /** End of the window of every step, ms, not falling. */
  readonly ends: Float64Array;
  /** Evaluation time of every step, ms; differs from `ends` by offset and @. */
  readonly times: Float64Array;
}

/** One series of a range vector: rows `lo[k]` to `hi[k]` of the columns are the window of step `k`. */
export interface SeriesWindows {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
  /** First and one past the last row of the series. */
  readonly from: number;
  readonly to: number;
  readonly rangeMs: number;
  readonly ends: Float64Array;
  readonly times: Float64Array;
  /** Samples in all windows together: what a function that looks at each window has to do. */
  readonly work: number;
}

/** The windows of series `index`, in the given lo and hi; good until the next call for the same range. */
export function windowsOf(range: RangeVector, index: number, lo: Uint32Array, hi: Uint32Array): SeriesWindows {
  const { samples, ends, rangeMs, times } = range;
  samples.seek(index);
  const { from, to, timestamps: ts, values } = samples;
  let low = from;
  let high = from;
  let work = 0;
  for (let k = 0; k < ends.length; k++) {
    const end = ends[k] as number;
    const start = end - rangeMs;
    while (low < to && (ts[low] as number) <= start) low++;
    if (high < low) high = low;
    while (high < to && (ts[high] as number) <= end) high++;
    lo[k] = low;
    hi[k] = high;
    work += high - low;
  }
  const labels = range.series[index] as Labels;
  return { labels, timestamps: ts, values, lo, hi, from, to, rangeMs, ends, times, work };
}

/** Samples in the windows of one chunk of steps: a few ms of work for the slowest function. */
const SAMPLES_PER_CHUNK = 400_000;

/** Ranges of steps whose windows together hold a bounded number of samples, so that no series blocks for long. */
export function* stepChunks({ lo, hi, work }: SeriesWindows): Generator<readonly [from: number, to: number]> {
  if (work < SAMPLES_PER_CHUNK) {
    yield [0, lo.length];
    return;
  }
  let from = 0;
  let samples = 0;
  for (let k = 0; k < lo.length; k++) {
    samples += (hi[k] as number) - (lo[k] as number);
    if (samples < SAMPLES_PER_CHUNK && k + 1 < lo.length) continue;
    yield [from, k + 1];
    from = k + 1;
    samples = 0;
  }
}

/** The windows of some of the steps, and only the rows they touch. */
export function partOf(windows: SeriesWindows, from: number, to: number): SeriesWindows {
  return {
    ...windows,
    lo: windows.lo.subarray(from, to),
    hi: windows.hi.subarray(from, to),
    ends: windows.ends.subarray(from, to),
    times: windows.times.subarray(from, to),
    from: windows.lo[from] as number,
    to: windows.hi[to - 1] as number,
  };
}
