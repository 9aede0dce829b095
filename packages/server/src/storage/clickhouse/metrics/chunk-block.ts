/** A SampleBlock over chunks: the samples of one series are put together when it is sought, in memory that is used again. */
import { EMPTY_BLOCK, type Labels, type SampleBlock, type SampleCursor } from '@sightline/model';
import type { Chunk } from './cache/chunk.ts';
import { HOUR_MS } from './sample-code.ts';

export class ChunkBlockBuilder {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #series: Labels[] = [];
  /** Where the pieces of each series end. */
  readonly #ends: number[] = [];
  readonly #chunks: Chunk[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #size = 0;
  #longest = 0;

  /** Left-open, right-closed, Unix ms. */
  constructor(startMs: number, endMs: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  /** Samples so far. */
  get size(): number {
    return this.#size;
  }

  /** @param chunks in the order of hours; what is outside the window is left out */
  add(labels: Labels, chunks: readonly Chunk[]): void {
    let length = 0;
    for (const chunk of chunks) {
      const hourMs = chunk.hour * HOUR_MS;
      const low = this.#startMs - hourMs;
      const high = this.#endMs - hourMs;
      if (low >= HOUR_MS || high < 0) continue;
      const from = low < 0 ? 0 : countUpTo(chunk, low);
      const to = high >= HOUR_MS - 1 ? chunk.length : countUpTo(chunk, high);
      if (from >= to) continue;
      this.#chunks.push(chunk);
      this.#from.push(from);
      this.#to.push(to);
      length += to - from;
    }
    if (length === 0) return;
    this.#series.push(labels);
    this.#ends.push(this.#chunks.length);
    this.#size += length;
    if (length > this.#longest) this.#longest = length;
  }

  build(): SampleBlock {
    if (this.#series.length === 0) return EMPTY_BLOCK;
    return new ChunkBlock({
      series: this.#series,
      size: this.#size,
      longest: this.#longest,
      ends: this.#ends,
      chunks: this.#chunks,
      from: this.#from,
      to: this.#to,
    });
  }
}

/** Number of samples at or before the time. */
function countUpTo({ times, length }: Chunk, ms: number): number {
  const column = times.ms;
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Pieces {
  readonly series: readonly Labels[];
  readonly size: number;
  readonly longest: number;
  readonly ends: readonly number[];
  readonly chunks: readonly Chunk[];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

class ChunkBlock implements SampleBlock {
  readonly #pieces: Pieces;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
  }

  get series(): readonly Labels[] {
    return this.#pieces.series;
  }

  get size(): number {
    return this.#pieces.size;
  }

  cursor(): SampleCursor {
    return new ChunkCursor(this.#pieces);
  }
}

class ChunkCursor implements SampleCursor {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly from = 0;
  to = 0;
  mayHaveStale = false;
  timesId = 0;
  readonly #pieces: Pieces;
  /** The series whose times are in `timestamps`. */
  #timed = -1;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
    this.timestamps = new Float64Array(pieces.longest);
    this.values = new Float64Array(pieces.longest);
  }

  seek(index: number): void {
    const { ends, chunks, from, to } = this.#pieces;
    const begin = index === 0 ? 0 : (ends[index - 1] as number);
    const end = ends[index] as number;
    const { values } = this;
    let at = 0;
    let mayHaveStale = false;
    for (let i = begin; i < end; i++) {
      const chunk = chunks[i] as Chunk;
      if (chunk.hasStale) mayHaveStale = true;
      const source = chunk.values;
      const last = chunk.offset + (to[i] as number);
      const first = chunk.offset + (from[i] as number);
      if (chunk.hasStale) {
        // By the bits: a number on its way through the engine may lose which NaN it is.
        values.set(source.subarray(first, last), at);
        at += last - first;
      } else for (let k = first; k < last; k++) values[at++] = source[k] as number;
    }
    this.to = at;
    this.mayHaveStale = mayHaveStale;
    if (!this.#hasTimesOf(begin, end)) {
      this.timesId++;
      this.#copyTimes(begin, end);
    }
    this.#timed = index;
  }

  #hasTimesOf(begin: number, end: number): boolean {
    const timed = this.#timed;
    if (timed === -1) return false;
    const { ends, chunks, from, to } = this.#pieces;
    const other = timed === 0 ? 0 : (ends[timed - 1] as number);
    if ((ends[timed] as number) - other !== end - begin) return false;
    const shift = other - begin;
    for (let i = begin; i < end; i++) {
      const k = i + shift;
      if (to[k] !== to[i] || from[k] !== from[i]) return false;
      if ((chunks[k] as Chunk).times !== (chunks[i] as Chunk).times) return false;
    }
    return true;
  }

  #copyTimes(begin: number, end: number): void {
    const { chunks, from, to } = this.#pieces;
    const { timestamps } = this;
    let at = 0;
    for (let i = begin; i < end; i++) {
      const { times, hour } = chunks[i] as Chunk;
      const hourMs = hour * HOUR_MS;
      const { ms } = times;
      const last = to[i] as number;
      for (let k = from[i] as number; k < last; k++) timestamps[at++] = hourMs + (ms[k] as number);
    }
  }
}
