/**
 * Range vectors: columns of samples plus, for every step, the rows that lie in the window (end - range, end]. The bounds
 * of all steps are found in one pass per set of sample times, and a range function works on them in one call.
 */
import type { Labels, SampleCursor } from '@sightline/model';

/** A range vector over a whole grid. */
export interface RangeVector {
  readonly series: readonly Labels[];
  /** The series are known to be all different. */
  readonly isUnique: boolean;
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

/**
 * The window bounds of all steps for one set of sample times. Series of equal times share one object, so what a range
 * function derives from times alone it may keep by (object, version).
 */
export class WindowBounds {
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
  /** Rows that the bounds were found in. */
  from = 0;
  to = 0;
  /** Samples in the smallest window. */
  least = 0;
  /** Samples in all windows together: what a function that looks at each window has to do. */
  work = 0;
  timesId = -1;
  /** Another number whenever the object is used for other times. */
  version = 0;

  constructor(lo: Uint32Array, hi: Uint32Array) {
    this.lo = lo;
    this.hi = hi;
  }

  find(timestamps: Float64Array, from: number, to: number, ends: Float64Array, rangeMs: number): void {
    const { lo, hi } = this;
    let low = from;
    let high = from;
    // Samples mostly come at a steady pace, so the bounds move by as much as they did in the step before.
    let lowPace = 0;
    let highPace = 0;
    let least = Number.POSITIVE_INFINITY;
    let work = 0;
    for (let k = 0; k < ends.length; k++) {
      const end = ends[k] as number;
      const nextLow = firstAfter(timestamps, low, low + lowPace, to, end - rangeMs);
      lowPace = nextLow - low;
      low = nextLow;
      const floor = Math.max(high, low);
      const nextHigh = firstAfter(timestamps, floor, high + highPace, to, end);
      highPace = nextHigh - high;
      high = nextHigh;
      lo[k] = low;
      hi[k] = high;
      const size = high - low;
      if (size < least) least = size;
      work += size;
    }
    this.least = least;
    this.work = work;
    this.from = from;
    this.to = to;
    this.version++;
  }
}

/** The first row from `least` on whose time is after `bound`, looked for around `guess`. */
function firstAfter(timestamps: Float64Array, least: number, guess: number, to: number, bound: number): number {
  let at = Math.min(guess, to);
  if (at < least) at = least;
  if (at < to && (timestamps[at] as number) <= bound) {
    let stride = 1;
    let next = at + 1;
    while (next < to && (timestamps[next] as number) <= bound) {
      at = next;
      stride *= 2;
      next += stride;
    }
    return bisect(timestamps, at + 1, Math.min(next, to), bound);
  }
  if (at > least && (timestamps[at - 1] as number) > bound) return bisect(timestamps, least, at - 1, bound);
  return at;
}

function bisect(timestamps: Float64Array, from: number, to: number, bound: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamps[middle] as number) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One series of a range vector: rows `lo[k]` to `hi[k]` of the columns are the window of step `k`. */
export interface SeriesWindows {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly bounds: WindowBounds;
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
  /** First and one past the last row of the series. */
  readonly from: number;
  readonly to: number;
  readonly rangeMs: number;
  readonly ends: Float64Array;
  readonly times: Float64Array;
}

/** Bounds kept for series to come, in steps. */
const MAX_KEPT_STEPS = 500_000;
/** After so many sets of times of which none came twice, sharing is not expected any more. */
const PATIENCE = 128;

/** Finds the windows of one series after another. What `at` returns is good until the next call. */
export class WindowFinder implements SeriesWindows {
  readonly #samples: SampleCursor;
  readonly #known = new Map<number, WindowBounds>();
  readonly #maxKept: number;
  #hits = 0;
  readonly rangeMs: number;
  readonly ends: Float64Array;
  readonly times: Float64Array;
  timestamps: Float64Array;
  values: Float64Array;
  bounds: WindowBounds;
  lo: Uint32Array;
  hi: Uint32Array;
  from = 0;
  to = 0;

  constructor({ samples, rangeMs, ends, times }: Pick<RangeVector, 'samples' | 'rangeMs' | 'ends' | 'times'>) {
    this.#samples = samples;
    this.rangeMs = rangeMs;
    this.ends = ends;
    this.times = times;
    this.#maxKept = Math.max(1, Math.min(1_000, Math.floor(MAX_KEPT_STEPS / Math.max(1, ends.length))));
    this.timestamps = samples.timestamps;
    this.values = samples.values;
    this.bounds = new WindowBounds(new Uint32Array(ends.length), new Uint32Array(ends.length));
    this.lo = this.bounds.lo;
    this.hi = this.bounds.hi;
  }

  get mayHaveStale(): boolean {
    return this.#samples.mayHaveStale;
  }

  at(index: number): this {
    const samples = this.#samples;
    samples.seek(index);
    this.timestamps = samples.timestamps;
    this.values = samples.values;
    const { from, to, timesId } = samples;
    this.from = from;
    this.to = to;
    const { bounds } = this;
    const isKnown = bounds.timesId === timesId && bounds.from === from && bounds.to === to && bounds.version > 0;
    if (!isKnown) this.#use(this.#boundsOf(timesId, from, to));
    return this;
  }

  #use(bounds: WindowBounds): void {
    this.bounds = bounds;
    this.lo = bounds.lo;
    this.hi = bounds.hi;
  }

  #boundsOf(timesId: number, from: number, to: number): WindowBounds {
    const known = this.#known.get(timesId);
    if (known !== undefined && known.from === from && known.to === to) {
      this.#hits++;
      return known;
    }
    const bounds = known ?? this.#spare();
    bounds.timesId = timesId;
    bounds.find(this.timestamps, from, to, this.ends, this.rangeMs);
    this.#known.set(timesId, bounds);
    return bounds;
  }

  /** An object for other times: a new one, or that of the times that were met first. */
  #spare(): WindowBounds {
    if (this.bounds.version === 0) return this.bounds;
    const isFull = this.#known.size >= this.#maxKept || (this.#hits === 0 && this.#known.size >= PATIENCE);
    if (!isFull) return new WindowBounds(new Uint32Array(this.ends.length), new Uint32Array(this.ends.length));
    const [oldest] = this.#known as Iterable<[number, WindowBounds]>;
    const [timesId, bounds] = oldest as [number, WindowBounds];
    this.#known.delete(timesId);
    return bounds;
  }
}

/** Samples in the windows of one chunk of steps: a few ms of work for the slowest function. */
const SAMPLES_PER_CHUNK = 400_000;

/** True when a function that looks at every window would take long for this one series. */
export function isLongWork({ bounds }: SeriesWindows): boolean {
  return bounds.work >= SAMPLES_PER_CHUNK;
}

/** Ranges of steps whose windows together hold a bounded number of samples, so that no series blocks for long. */
export function* stepChunks({ lo, hi }: SeriesWindows): Generator<readonly [from: number, to: number]> {
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
  const { timestamps, values, rangeMs, ends, times } = windows;
  const lo = windows.lo.subarray(from, to);
  const hi = windows.hi.subarray(from, to);
  const bounds = new WindowBounds(lo, hi);
  bounds.from = lo[0] as number;
  bounds.to = hi[hi.length - 1] as number;
  for (let k = 0; k < lo.length; k++) bounds.work += (hi[k] as number) - (lo[k] as number);
  return {
    timestamps,
    values,
    bounds,
    lo,
    hi,
    from: bounds.from,
    to: bounds.to,
    rangeMs,
    ends: ends.subarray(from, to),
    times: times.subarray(from, to),
  };
}
