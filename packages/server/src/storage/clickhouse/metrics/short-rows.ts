/**
 * Rows of few samples, as they are before merges have joined them: there may be a million, so they are not objects. Their samples lie one
 * row after the other, and each row knows the one before it of the same series.
 */
import { Chunk } from './cache/chunk.ts';
import { TimeColumn } from './cache/time-columns.ts';

const FIRST_SIZE = 4_096;

export interface ShortRow {
  readonly slot: number;
  readonly hour: number;
  readonly order: number;
  readonly arrival: number;
  readonly hasStale: boolean;
}

export class ShortRows {
  #times = new Uint32Array(FIRST_SIZE);
  #values = new Float64Array(FIRST_SIZE);
  #samples = 0;
  #hours = new Uint32Array(FIRST_SIZE);
  #orders = new Uint32Array(FIRST_SIZE);
  /** Where the samples of each row end. */
  #ends = new Uint32Array(FIRST_SIZE);
  #previous = new Int32Array(FIRST_SIZE);
  #arrivals = new Uint32Array(FIRST_SIZE);
  #stale = new Uint8Array(FIRST_SIZE);
  #rows = 0;
  /** The last row of each series. */
  readonly #last: Int32Array;

  constructor(slots: number) {
    this.#last = new Int32Array(slots).fill(-1);
  }

  /** Where the values of the next row go, once `reserve` has made room. */
  get values(): Float64Array {
    return this.#values;
  }

  get samples(): number {
    return this.#samples;
  }

  reserve(samples: number): void {
    if (this.#samples + samples > this.#values.length) {
      const size = Math.max(this.#values.length * 2, this.#samples + samples);
      this.#values = copied(this.#values, new Float64Array(size));
      this.#times = copied(this.#times, new Uint32Array(size));
    }
    if (this.#rows === this.#hours.length) {
      const size = this.#rows * 2;
      this.#hours = copied(this.#hours, new Uint32Array(size));
      this.#orders = copied(this.#orders, new Uint32Array(size));
      this.#ends = copied(this.#ends, new Uint32Array(size));
      this.#previous = copied(this.#previous, new Int32Array(size));
      this.#arrivals = copied(this.#arrivals, new Uint32Array(size));
      this.#stale = copied(this.#stale, new Uint8Array(size));
    }
  }

  /** Adds a row whose values were written behind the others. */
  add(row: ShortRow, times: Uint32Array, length: number): void {
    const { slot } = row;
    const at = this.#rows++;
    for (let i = 0; i < length; i++) this.#times[this.#samples + i] = times[i] as number;
    this.#samples += length;
    this.#hours[at] = row.hour;
    this.#orders[at] = row.order;
    this.#arrivals[at] = row.arrival;
    this.#ends[at] = this.#samples;
    this.#previous[at] = this.#last[slot] as number;
    this.#stale[at] = row.hasStale ? 1 : 0;
    this.#last[slot] = at;
  }

  has(slot: number): boolean {
    return this.#last[slot] !== -1;
  }

  /** The rows of a series, the last first, as chunks that are good until more rows come. */
  take(slot: number): Chunk[] {
    const chunks: Chunk[] = [];
    for (let row = this.#last[slot] as number; row !== -1; row = this.#previous[row] as number) {
      const from = row === 0 ? 0 : (this.#ends[row - 1] as number);
      const to = this.#ends[row] as number;
      const hour = this.#hours[row] as number;
      const column = new TimeColumn(hour, this.#times.subarray(from, to), to - from);
      const chunk = new Chunk(hour, column, this.#values, from, to - from);
      chunk.order = this.#orders[row] as number;
      chunk.arrival = this.#arrivals[row] as number;
      chunk.hasStale = this.#stale[row] === 1;
      chunks.push(chunk);
    }
    return chunks;
  }
}

function copied<T extends Uint32Array | Int32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
