/**
 * The decoded samples of one series and hour. Samples are only added behind the others, so whoever remembers `length` can read on while
 * the chunk grows; where there is no room, a larger chunk takes its place and this one stays as it was.
 */
import { HOUR_MS } from '../sample-code.ts';
import type { SeriesEntry } from '../series-entry.ts';
import type { Segment } from './segments.ts';
import { NO_TIMES, type TimeColumn } from './time-columns.ts';

const NO_VALUES = new Float64Array(0);

export class Chunk {
  readonly hour: number;
  times: TimeColumn;
  /** Values lie at `offset` in memory that chunks share. */
  readonly values: Float64Array;
  readonly offset: number;
  readonly capacity: number;
  length: number;
  hasStale: boolean;
  /** What it covers, in ms within the hour: left-open, right-closed. All of the hour unless only a window was read. */
  fromMs = -1;
  toMs = HOUR_MS;
  /** Rows of one hour that were not merged yet: which was inserted first. */
  order = 0;
  /** And which was read first, for rows of one insert. */
  arrival = 0;
  segment: Segment | undefined;
  series: CachedSeries | undefined;

  constructor(
    hour: number,
    times: TimeColumn,
    values: Float64Array,
    offset: number,
    length: number,
    capacity = length,
  ) {
    this.hour = hour;
    this.times = times;
    this.values = values;
    this.offset = offset;
    this.length = length;
    this.capacity = capacity;
    this.hasStale = false;
  }

  static empty(hour: number): Chunk {
    return new Chunk(hour, NO_TIMES, NO_VALUES, 0, 0);
  }

  covers(fromMs: number, toMs: number): boolean {
    return this.fromMs <= fromMs && toMs <= this.toMs;
  }
}

/** What the cache holds of one series. */
export class CachedSeries {
  readonly entry: SeriesEntry;
  /** In the order of hours. */
  readonly chunks: Chunk[] = [];
  /** From this hour on everything that is stored is in a chunk: no chunk means no sample. */
  knownFrom = Number.POSITIVE_INFINITY;

  constructor(entry: SeriesEntry) {
    this.entry = entry;
  }

  /** Place of the hour's chunk, or -1. */
  indexOf(hour: number): number {
    const { chunks } = this;
    const first = chunks[0];
    if (first === undefined) return -1;
    const guess = hour - first.hour;
    if (chunks[guess]?.hour === hour) return guess;
    const at = this.#lowerBound(hour);
    return chunks[at]?.hour === hour ? at : -1;
  }

  /** Puts a chunk in its place and returns the one that was there. */
  put(chunk: Chunk): Chunk | undefined {
    chunk.series = this;
    const last = this.chunks[this.chunks.length - 1];
    if (last === undefined || last.hour < chunk.hour) {
      this.chunks.push(chunk);
      return undefined;
    }
    const at = this.#lowerBound(chunk.hour);
    const there = this.chunks[at] as Chunk;
    if (there.hour !== chunk.hour) {
      this.chunks.splice(at, 0, chunk);
      return undefined;
    }
    there.series = undefined;
    this.chunks[at] = chunk;
    return there;
  }

  removeAt(at: number): void {
    const chunk = this.chunks[at] as Chunk;
    chunk.series = undefined;
    this.chunks.splice(at, 1);
    this.forgetHour(chunk.hour);
  }

  forgetHour(hour: number): void {
    if (hour >= this.knownFrom) this.knownFrom = hour + 1;
  }

  #lowerBound(hour: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle] as Chunk).hour < hour) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
