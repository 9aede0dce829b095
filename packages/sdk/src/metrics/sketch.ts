/**
 * Quantiles of a stream in bounded memory, to a hundredth of their value: counts in buckets whose bounds grow by a fixed
 * factor (the idea of DDSketch, Masson et al., VLDB 2019). Two of them add up exactly, so a sliding window is a few of them
 * in a row, and the workers of a service become one.
 */

const ACCURACY = 0.01;
const GROWTH = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GROWTH = Math.log(GROWTH);
/** 2,048 buckets span 17 decimal powers; what is smaller than that shares the lowest. */
const MAX_BINS = 2048;
const FIRST_BINS = 32;
/** Nearer to zero is zero. */
const TINY = 1e-12;

/** Bins of one sign as plain data: the key of the first and the counts from there on. */
interface Bins {
  readonly first: number;
  readonly counts: ArrayLike<number>;
}

/** A sketch as plain data, to send to another thread or process. */
export interface SketchData {
  readonly zeros: number;
  readonly positive: Bins;
  readonly negative: Bins;
}

class Store {
  #counts = new Uint32Array(FIRST_BINS);
  /** Key of the first bin. */
  #first = 0;
  /** Keys in use. */
  #low = 0;
  #high = -1;
  total = 0;

  add(key: number, count: number): void {
    if (this.total === 0) {
      this.#first = key - (this.#counts.length >> 1);
      this.#low = key;
      this.#high = key;
    } else this.#cover(key);
    const at = Math.max(key, this.#low) - this.#first;
    this.#counts[at] = (this.#counts[at] as number) + count;
    this.total += count;
  }

  merge(other: Bins): void {
    for (let at = 0; at < other.counts.length; at++) {
      const count = other.counts[at] as number;
      if (count > 0) this.add(other.first + at, count);
    }
  }

  clear(): void {
    this.#counts.fill(0);
    this.total = 0;
  }

  /** Key of the bin that holds the item of this rank (from 0) in ascending order. */
  keyAt(rank: number): number {
    let seen = 0;
    for (let key = this.#low; key < this.#high; key++) {
      seen += this.#counts[key - this.#first] as number;
      if (seen > rank) return key;
    }
    return this.#high;
  }

  data(): Bins {
    if (this.total === 0) return { first: 0, counts: [] };
    const from = this.#low - this.#first;
    return { first: this.#low, counts: this.#counts.subarray(from, this.#high - this.#first + 1) };
  }

  /** Makes room for a key: moves the bins, makes more of them, and at the limit lets the lowest share one. */
  #cover(key: number): void {
    this.#high = Math.max(this.#high, key);
    this.#low = Math.max(Math.min(this.#low, key), this.#high - MAX_BINS + 1);
    const last = this.#first + this.#counts.length - 1;
    if (this.#low >= this.#first && this.#high <= last) return;
    const span = this.#high - this.#low + 1;
    const length = span <= this.#counts.length ? this.#counts.length : Math.min(MAX_BINS, span * 2);
    const first = this.#low - ((length - span) >> 1);
    const counts = new Uint32Array(length);
    for (let at = 0; at < this.#counts.length; at++) {
      const count = this.#counts[at] as number;
      if (count === 0) continue;
      const target = Math.max(this.#low, this.#first + at) - first;
      counts[target] = (counts[target] as number) + count;
    }
    this.#counts = counts;
    this.#first = first;
  }
}

export class Sketch {
  #zeros = 0;
  readonly #positive = new Store();
  readonly #negative = new Store();

  get count(): number {
    return this.#zeros + this.#positive.total + this.#negative.total;
  }

  add(value: number): void {
    const size = Math.abs(value);
    if (size < TINY) this.#zeros++;
    else (value > 0 ? this.#positive : this.#negative).add(Math.ceil(Math.log(size) / LOG_GROWTH), 1);
  }

  merge(other: SketchData): void {
    this.#zeros += other.zeros;
    this.#positive.merge(other.positive);
    this.#negative.merge(other.negative);
  }

  clear(): void {
    this.#zeros = 0;
    this.#positive.clear();
    this.#negative.clear();
  }

  /** @param quantile 0 to 1. @returns NaN of an empty sketch. */
  quantile(quantile: number): number {
    const { count } = this;
    if (count === 0) return Number.NaN;
    const rank = Math.min(count - 1, Math.floor(quantile * (count - 1) + 1e-9));
    const negatives = this.#negative.total;
    if (rank < negatives) return -middle(this.#negative.keyAt(negatives - 1 - rank));
    if (rank < negatives + this.#zeros) return 0;
    return middle(this.#positive.keyAt(rank - negatives - this.#zeros));
  }

  data(): SketchData {
    return { zeros: this.#zeros, positive: this.#positive.data(), negative: this.#negative.data() };
  }
}

/** The value of a bin that is nearest to all values in it, by ratio. */
function middle(key: number): number {
  return (2 * GROWTH ** key) / (GROWTH + 1);
}

/** Where a summary's quantiles come from. */
export interface SketchSource {
  add(value: number, nowMs: number): void;
  /** All of the window in `into`, which is cleared before. */
  readInto(into: Sketch, nowMs: number): void;
}

/** The sketch of the last `steps * stepMs`. */
export class SlidingSketch implements SketchSource {
  readonly #steps: Sketch[];
  readonly #stepMs: number;
  #current: number;

  constructor(steps: number, stepMs: number, nowMs: number) {
    this.#steps = Array.from({ length: steps }, () => new Sketch());
    this.#stepMs = stepMs;
    this.#current = Math.floor(nowMs / stepMs);
  }

  add(value: number, nowMs: number): void {
    this.#slide(nowMs);
    (this.#steps[this.#current % this.#steps.length] as Sketch).add(value);
  }

  readInto(into: Sketch, nowMs: number): void {
    this.#slide(nowMs);
    into.clear();
    for (const step of this.#steps) if (step.count > 0) into.merge(step.data());
  }

  #slide(nowMs: number): void {
    const now = Math.floor(nowMs / this.#stepMs);
    // A clock that was set back must not empty the window.
    if (now <= this.#current) return;
    const { length } = this.#steps;
    for (let step = Math.max(this.#current + 1, now - length + 1); step <= now; step++) {
      (this.#steps[step % length] as Sketch).clear();
    }
    this.#current = now;
  }
}
