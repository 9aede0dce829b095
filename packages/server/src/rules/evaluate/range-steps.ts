/** A range result, read step by step in rising time: what an instant query would have given at each. */
import type { InstantSample, RangeSeries } from '@sightline/promql';

export class RangeSteps {
  readonly #series: readonly RangeSeries[];
  readonly #next: Uint32Array;

  constructor(series: readonly RangeSeries[]) {
    this.#series = series;
    this.#next = new Uint32Array(series.length);
  }

  isEmptyAt(timeMs: number): boolean {
    return this.#series.every((_, row) => !this.#isAt(row, timeMs));
  }

  at(timestampMs: number): InstantSample[] {
    const vector: InstantSample[] = [];
    for (const [row, { labels, values }] of this.#series.entries()) {
      if (!this.#isAt(row, timestampMs)) continue;
      vector.push({ labels, timestampMs, value: values[this.#next[row] as number] as number });
    }
    return vector;
  }

  #isAt(row: number, timeMs: number): boolean {
    const { timestamps } = this.#series[row] as RangeSeries;
    let next = this.#next[row] as number;
    while (next < timestamps.length && (timestamps[next] as number) < timeMs) next++;
    this.#next[row] = next;
    return timestamps[next] === timeMs;
  }
}
