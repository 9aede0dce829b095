/**
 * The store of one rule test: the input series, of which a query sees what lies before the present tick, and what the rules write.
 * Series are indexed by metric name; the samples of a selection are not copied.
 */
import {
  isStaleMarker,
  type Labels,
  type Matcher,
  METRIC_NAME,
  type SampleBlock,
  type SampleCursor,
  writeStaleMarker,
} from '@sightline/model';
import type { SampleSource, SelectRequest, SeriesValue } from '@sightline/promql';
import type { RuleBatch, RuleWriter, WriteResult } from '../evaluate/ports.ts';

interface StoredSeries {
  readonly labels: Labels;
  timestamps: Float64Array;
  values: Float64Array;
  size: number;
  hasStale: boolean;
}

type Refusal = 'duplicate sample for timestamp' | 'out of order sample';

const FIRST_CAPACITY = 16;

export class TestStore implements SampleSource, RuleWriter {
  readonly #byKey = new Map<string, StoredSeries>();
  readonly #byName = new Map<string, StoredSeries[]>();
  /** What a selector matches, until a series is added: the same selectors come again at every tick. */
  #matched = new Map<readonly Matcher[], readonly StoredSeries[]>();
  /** Nothing later is seen. */
  nowMs = Number.NEGATIVE_INFINITY;

  /** Adds an input series, in place of one with the same labels. Value `i` stands at `startMs + i * intervalMs`. */
  load(labels: Labels, values: readonly SeriesValue[], startMs: number, intervalMs: number): void {
    const series = this.#series(labels);
    series.timestamps = new Float64Array(values.length);
    series.values = new Float64Array(values.length);
    series.size = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined) continue;
      const at = series.size++;
      series.timestamps[at] = startMs + i * intervalMs;
      if (value === 'stale') {
        writeStaleMarker(series.values, at);
        series.hasStale = true;
      } else series.values[at] = value;
    }
  }

  /** All series with the number of their samples. */
  *series(): IterableIterator<Readonly<StoredSeries>> {
    yield* this.#byKey.values();
  }

  /** Whether any series matches, at whatever time. */
  hasSeries(matchers: readonly Matcher[]): boolean {
    return this.#matching(matchers).length > 0;
  }

  async select({ matchers, startMs, endMs }: SelectRequest): Promise<SampleBlock> {
    const block = new ViewBlock();
    const until = Math.min(endMs, this.nowMs);
    for (const series of this.#matching(matchers)) {
      const from = firstAfter(series, startMs);
      const to = firstAfter(series, until);
      if (to > from) block.add(series, from, to);
    }
    return block;
  }

  write({ timeMs, series, values, vanished }: RuleBatch): WriteResult | undefined {
    const refused: number[] = [];
    let reason = '';
    for (const [index, labels] of series.entries()) {
      const refusal = this.#append(labels, timeMs, values[index] as number);
      if (refusal === undefined) continue;
      refused.push(index);
      reason = refusal;
    }
    for (const labels of vanished) this.#append(labels, timeMs, 'stale');
    return refused.length === 0 ? undefined : { refused, reason };
  }

  /** Forgets samples up to a time, and series that have no others. */
  dropUntil(timeMs: number): void {
    for (const [key, series] of this.#byKey) {
      const gone = firstAfter(series, timeMs);
      if (gone === 0) continue;
      series.timestamps.copyWithin(0, gone, series.size);
      series.values.copyWithin(0, gone, series.size);
      series.size -= gone;
      if (series.size === 0) this.#byKey.delete(key);
    }
    for (const [name, list] of this.#byName) {
      this.#byName.set(
        name,
        list.filter(({ size }) => size > 0),
      );
    }
    this.#matched = new Map();
  }

  #append(labels: Labels, timeMs: number, value: number | 'stale'): Refusal | undefined {
    const series = this.#series(labels);
    const at = firstAfter(series, timeMs);
    if (at > 0 && series.timestamps[at - 1] === timeMs) {
      return isSame(series, at - 1, value) ? undefined : 'duplicate sample for timestamp';
    }
    if (at < series.size && (series.timestamps[at] as number) <= this.nowMs) return 'out of order sample';
    makeRoom(series, at);
    series.timestamps[at] = timeMs;
    if (value === 'stale') {
      writeStaleMarker(series.values, at);
      series.hasStale = true;
    } else series.values[at] = value;
    return undefined;
  }

  #series(labels: Labels): StoredSeries {
    const known = this.#byKey.get(labels.key);
    if (known !== undefined) return known;
    const series: StoredSeries = {
      labels,
      timestamps: new Float64Array(FIRST_CAPACITY),
      values: new Float64Array(FIRST_CAPACITY),
      size: 0,
      hasStale: false,
    };
    this.#byKey.set(labels.key, series);
    const name = labels.metricName;
    const sameName = this.#byName.get(name);
    if (sameName === undefined) this.#byName.set(name, [series]);
    else sameName.push(series);
    this.#matched = new Map();
    return series;
  }

  #matching(matchers: readonly Matcher[]): readonly StoredSeries[] {
    const known = this.#matched.get(matchers);
    if (known !== undefined) return known;
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')?.value;
    const candidates = name === undefined ? [...this.#byKey.values()] : (this.#byName.get(name) ?? []);
    const found = candidates.filter(({ labels }) =>
      matchers.every((matcher) => matcher.matches(labels.get(matcher.name))),
    );
    this.#matched.set(matchers, found);
    return found;
  }
}

interface View {
  readonly series: StoredSeries;
  readonly from: number;
  readonly to: number;
}

/** Samples of several series where they lie. */
class ViewBlock implements SampleBlock {
  readonly series: Labels[] = [];
  readonly #views: View[] = [];
  size = 0;

  add(series: StoredSeries, from: number, to: number): void {
    this.series.push(series.labels);
    this.#views.push({ series, from, to });
    this.size += to - from;
  }

  cursor(): SampleCursor {
    return new ViewCursor(this.#views);
  }
}

const NO_ROWS = new Float64Array(0);

class ViewCursor implements SampleCursor {
  readonly #views: readonly View[];
  timestamps: Float64Array = NO_ROWS;
  values: Float64Array = NO_ROWS;
  from = 0;
  to = 0;
  mayHaveStale = false;
  timesId = -1;

  constructor(views: readonly View[]) {
    this.#views = views;
  }

  seek(index: number): void {
    const { series, from, to } = this.#views[index] as View;
    this.timestamps = series.timestamps;
    this.values = series.values;
    this.from = from;
    this.to = to;
    this.mayHaveStale = series.hasStale;
    this.timesId = index;
  }
}

/** Place of the first sample later than `time`. */
function firstAfter({ timestamps, size }: StoredSeries, time: number): number {
  if (size === 0 || (timestamps[size - 1] as number) <= time) return size;
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamps[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSame({ values }: StoredSeries, at: number, value: number | 'stale'): boolean {
  const isMarker = isStaleMarker(values, at);
  return value === 'stale' ? isMarker : !isMarker && Object.is(values[at], value);
}

/** Moves what lies at and behind `at` one place on. */
function makeRoom(series: StoredSeries, at: number): void {
  if (series.size === series.timestamps.length) {
    series.timestamps = grown(series.timestamps);
    series.values = grown(series.values);
  }
  series.timestamps.copyWithin(at + 1, at, series.size);
  series.values.copyWithin(at + 1, at, series.size);
  series.size++;
}

/** Bytes, not numbers: a staleness marker is a NaN with a payload. */
function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(FIRST_CAPACITY, column.length * 2));
  new Uint8Array(larger.buffer).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return larger;
}
