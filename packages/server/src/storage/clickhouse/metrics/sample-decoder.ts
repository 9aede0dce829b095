/** Rows of `metric_samples` become a SampleBlock: gathered by series, in the order of time, each time once (the first stored). */
import { ColumnBlock, writeStaleMarker } from '@sightline/model';
import { SourceLimitError } from '@sightline/promql';
import { unexpectedColumns } from '../migrations.ts';
import { readNative, toNumbers } from '../native.ts';
import { HOUR_MS, KIND_BITS, POWERS_OF_TEN, RAW, STALE } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';

const KIND_MASK = (1 << KIND_BITS) - 1;

/** Longest turn of the event loop. */
const YIELD_MS = 20;
/** Rows between two looks at the clock while they are collected. */
const ROWS_A_LOOK = 1_024;

/** Lets other work run between pieces of a large answer. */
class Pace {
  readonly #signal: AbortSignal;
  #sinceMs = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  isDue(): boolean {
    return performance.now() - this.#sinceMs > YIELD_MS;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal.throwIfAborted();
    this.#sinceMs = performance.now();
  }
}

interface Row {
  readonly slot: number;
  readonly hour: number;
  readonly order: number;
  readonly codes: Uint32Array;
  readonly words: Int32Array;
  readonly from: number;
  readonly to: number;
}

export interface DecodeOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly maxSamples: number;
  readonly signal: AbortSignal;
}

/** @throws SourceLimitError when more than maxSamples are within the window */
export async function decodeSamples(
  results: readonly Uint8Array[],
  entries: readonly SeriesEntry[],
  options: DecodeOptions,
): Promise<ColumnBlock> {
  const pace = new Pace(options.signal);
  const rows = groupBySlot(await collectRows(results, entries, pace), entries.length);
  const capacity = rows.reduce((sum, row) => sum + (row.to - row.from), 0);
  const sink = new Sink(capacity, options);
  const series: SeriesEntry['labels'][] = [];
  const offsets: number[] = [0];
  for (let at = 0; at < rows.length; ) {
    const slot = (rows[at] as Row).slot;
    const begin = sink.length;
    const group: Row[] = [];
    for (; at < rows.length && rows[at]?.slot === slot; at++) group.push(rows[at] as Row);
    for (const row of inOrder(group)) sink.append(row, begin);
    sink.finish(begin);
    if (sink.length > begin) {
      series.push((entries[slot] as SeriesEntry).labels);
      offsets.push(sink.length);
    }
    if (sink.length > options.maxSamples) throw tooManySamples(options.maxSamples);
    if (pace.isDue()) await pace.pause();
  }
  const { length } = sink;
  return new ColumnBlock(
    series,
    Uint32Array.from(offsets),
    sink.times.subarray(0, length),
    sink.values.subarray(0, length),
  );
}

export function tooManySamples(limit: number): SourceLimitError {
  return new SourceLimitError('too_many_samples', `query would read more than ${limit} samples into memory`, {
    hint: 'ask for a shorter time range or fewer series',
  });
}

async function collectRows(
  results: readonly Uint8Array[],
  entries: readonly SeriesEntry[],
  pace: Pace,
): Promise<Row[]> {
  const slots = new Map(entries.map((entry, slot) => [entry.id, slot]));
  const rows: Row[] = [];
  for (const bytes of results) {
    for (const block of readNative(bytes)) {
      const [ids, hours, orders, t, v] = block.columns;
      if (ids?.kind !== 'u64' || hours?.kind !== 'u32' || orders?.kind !== 'u32' || t?.kind !== 'array') {
        throw unexpectedColumns('metric_samples');
      }
      if (t.item.kind !== 'u32' || v?.kind !== 'array' || v.item.kind !== 'i64')
        throw unexpectedColumns('metric_samples');
      const codes = t.item.values;
      const words = v.item.words;
      const idNumbers = toNumbers(ids.words);
      let from = 0;
      for (let i = 0; i < block.rows; i++) {
        if (i % ROWS_A_LOOK === 0 && pace.isDue()) await pace.pause();
        const to = t.ends[i] as number;
        const slot = slots.get(idNumbers[i] as number);
        if (slot !== undefined && to > from) {
          rows.push({
            slot,
            hour: hours.values[i] as number,
            order: orders.values[i] as number,
            codes,
            words,
            from,
            to,
          });
        }
        from = to;
      }
    }
  }
  return rows;
}

/** The rows of each series beside each other; a comparing sort of all of them would hold the event loop. */
function groupBySlot(rows: readonly Row[], slots: number): Row[] {
  const next = new Uint32Array(slots + 1);
  for (const { slot } of rows) next[slot + 1] = (next[slot + 1] as number) + 1;
  for (let slot = 1; slot <= slots; slot++) next[slot] = (next[slot] as number) + (next[slot - 1] as number);
  const grouped = new Array<Row>(rows.length);
  for (const row of rows) {
    const at = next[row.slot] as number;
    next[row.slot] = at + 1;
    grouped[at] = row;
  }
  return grouped;
}

/** By hour and, within one, in the order of insertion. */
function inOrder(group: Row[]): Row[] {
  return group.length === 1 ? group : group.sort((a, b) => a.hour - b.hour || a.order - b.order);
}

class Sink {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly #words: Int32Array;
  readonly #options: DecodeOptions;
  length = 0;
  #isSorted = true;

  constructor(capacity: number, options: DecodeOptions) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.#words = new Int32Array(this.values.buffer);
    this.#options = options;
  }

  /** Adds the samples of a row that are within the window; `begin` is where its series starts. */
  append(row: Row, begin: number): void {
    const { startMs, endMs } = this.#options;
    const { times, values } = this;
    const { codes, words } = row;
    const hourMs = row.hour * 1000;
    const isWhole = hourMs > startMs && hourMs + HOUR_MS - 1 <= endMs;
    let at = this.length;
    let previous = at > begin ? (times[at - 1] as number) : Number.NEGATIVE_INFINITY;
    for (let i = row.from; i < row.to; i++) {
      const code = codes[i] as number;
      const time = hourMs + (code >>> KIND_BITS);
      if (!isWhole && (time <= startMs || time > endMs)) continue;
      const kind = code & KIND_MASK;
      times[at] = time;
      const low = words[2 * i] as number;
      const high = words[2 * i + 1] as number;
      if (kind === 0) values[at] = high * 4_294_967_296 + (low >>> 0);
      else if (kind <= 9) values[at] = (high * 4_294_967_296 + (low >>> 0)) / (POWERS_OF_TEN[kind] as number);
      else this.#special(at, kind, low, high);
      if (time <= previous) this.#isSorted = false;
      previous = time;
      at++;
    }
    this.length = at;
  }

  #special(at: number, kind: number, low: number, high: number): void {
    if (kind === STALE) writeStaleMarker(this.values, at);
    else if (kind === RAW) {
      this.#words[2 * at] = low;
      this.#words[2 * at + 1] = high;
    }
  }

  /** Puts the series that begins at `begin` in order, once per time. */
  finish(begin: number): void {
    if (this.#isSorted) return;
    this.#isSorted = true;
    const count = this.length - begin;
    const times = this.times.slice(begin, this.length);
    const words = this.#words.slice(2 * begin, 2 * this.length);
    // Ties keep their order: the sample that was stored first is the one that counts.
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) => (times[a] as number) - (times[b] as number) || a - b,
    );
    let at = begin;
    for (const from of order) {
      const time = times[from] as number;
      if (at > begin && this.times[at - 1] === time) continue;
      this.times[at] = time;
      this.#words[2 * at] = words[2 * from] as number;
      this.#words[2 * at + 1] = words[2 * from + 1] as number;
      at++;
    }
    this.length = at;
  }
}
