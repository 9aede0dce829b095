/** Series that recording rules of a backtest give: queries find them in place of stored series of the same names. */
import { METRIC_NAME } from '@sightline/model';
import type { SampleSource } from '@sightline/promql';
import type { RuleWriter } from '../evaluate/ports.ts';
import { TestStore } from '../unit-test/test-store.ts';

export class RecordedSeries {
  readonly #store = new TestStore();
  readonly #names: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
    this.#store.nowMs = Number.POSITIVE_INFINITY;
  }

  get writer(): RuleWriter {
    return this.#store;
  }

  /** Over a source: selectors that name a recorded metric read from here. */
  over(source: SampleSource): SampleSource {
    if (this.#names.size === 0) return source;
    return {
      select: (request, limits, signal) => {
        const name = request.matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')?.value;
        const isRecorded = name !== undefined && this.#names.has(name);
        return isRecorded ? this.#store.select(request) : source.select(request, limits, signal);
      },
    };
  }

  samples(): number {
    let sum = 0;
    for (const { size } of this.#store.series()) sum += size;
    return sum;
  }

  /** What lies further back is not read any more. */
  dropUntil(timeMs: number): void {
    this.#store.dropUntil(timeMs);
  }
}
