/** Finished queries in memory: the last ones, and the slowest of the last hour. Bounded in number and in text. */
import type { FinishedQuery } from '@sightline/api-types';

const KEPT_RECENT = 500;
const KEPT_SLOWEST = 100;
/** The slowest are kept per slice of time, so that they are exact for the window whatever was slow before. */
const SLICE_MS = 600_000;
const SLICES = 6;

export const SLOWEST_WINDOW_MS = SLICE_MS * SLICES;

interface Slice {
  readonly number: number;
  /** Slowest first. */
  readonly queries: FinishedQuery[];
}

export class QueryLog {
  readonly #now: () => number;
  readonly #recent: FinishedQuery[] = [];
  #slices: Slice[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  add(query: FinishedQuery): void {
    this.#recent.push(query);
    if (this.#recent.length > KEPT_RECENT) this.#recent.shift();
    const { queries } = this.#slice();
    const slowest = queries[KEPT_SLOWEST - 1];
    if (slowest !== undefined && slowest.durationMs >= query.durationMs) return;
    const at = queries.findIndex((other) => other.durationMs < query.durationMs);
    queries.splice(at === -1 ? queries.length : at, 0, query);
    if (queries.length > KEPT_SLOWEST) queries.pop();
  }

  /** Newest first. */
  recent(): FinishedQuery[] {
    return this.#recent.toReversed();
  }

  /** Slowest first. */
  slowest(): FinishedQuery[] {
    this.#slice();
    const all = this.#slices.flatMap((slice) => slice.queries);
    return all.sort((a, b) => b.durationMs - a.durationMs).slice(0, KEPT_SLOWEST);
  }

  #slice(): Slice {
    const number = Math.floor(this.#now() / SLICE_MS);
    this.#slices = this.#slices.filter((slice) => slice.number > number - SLICES);
    let slice = this.#slices.find((other) => other.number === number);
    if (slice === undefined) {
      slice = { number, queries: [] };
      this.#slices.push(slice);
    }
    return slice;
  }
}
