/**
 * Samples as the columns of `metric_samples`, one row for each run of samples of one series and hour, in typed arrays that are
 * handed to the engine as they are. Source of the form: sql/001-metric-samples.sql.
 */
import type { ColumnBytes } from '../native-writer.ts';
import { decimalsOf, KIND_BITS, RAW, STALE, toWhole } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';

const FIRST_ROWS = 1_024;
const FIRST_SAMPLES = 1_024;
/** Longest row, in samples, before a new one is begun for the same key. */
const MAX_RUN = 4_096;
const TWO_32 = 4_294_967_296;

/** The bits of a float, low word first. */
const scratch = new Float64Array(1);
const bits = new Uint32Array(scratch.buffer);

export class SampleRows {
  rows = 0;
  samples = 0;
  /** The series of each row. */
  readonly entries: SeriesEntry[] = [];
  #metrics = new Uint32Array(FIRST_ROWS);
  /** Seconds. */
  #hours = new Uint32Array(FIRST_ROWS);
  /** Two words a row, low first. */
  #ids = new Uint32Array(FIRST_ROWS * 2);
  #ends = new Uint32Array(FIRST_ROWS * 2);
  #codes = new Uint32Array(FIRST_SAMPLES);
  /** Two words a sample, low first. */
  #words = new Uint32Array(FIRST_SAMPLES * 2);
  #entry: SeriesEntry | undefined;
  #hour = -1;
  #runStart = 0;

  /** @param hour since 1970; this and `inHourMs` are small integers, which a call does not box as it would a time in ms */
  add(entry: SeriesEntry, hour: number, inHourMs: number, value: number, isStale: boolean): void {
    if (entry !== this.#entry || hour !== this.#hour || this.samples - this.#runStart === MAX_RUN) {
      this.#begin(entry, hour);
    }
    const at = this.samples++;
    if (at === this.#codes.length) this.#growSamples();
    let kind = STALE;
    const words = this.#words;
    if (isStale) {
      words[2 * at] = 0;
      words[2 * at + 1] = 0;
    } else {
      kind = decimalsOf(value, entry.decimals);
      if (kind === RAW) {
        scratch[0] = Number.isNaN(value) ? Number.NaN : value;
        words[2 * at] = bits[0] as number;
        words[2 * at + 1] = bits[1] as number;
      } else {
        if (kind !== entry.decimals) entry.decimals = kind;
        const whole = toWhole(value, kind);
        const high = Math.floor(whole / TWO_32);
        words[2 * at] = whole - high * TWO_32;
        words[2 * at + 1] = high;
      }
    }
    this.#codes[at] = (inHourMs << KIND_BITS) | kind;
    this.#ends[2 * this.rows - 2] = at + 1;
  }

  /** Seconds, by row. */
  get hours(): Uint32Array {
    return this.#hours;
  }

  /** Where each row's samples end: every second word, the others are 0. */
  get ends(): Uint32Array {
    return this.#ends;
  }

  get codes(): Uint32Array {
    return this.#codes;
  }

  /** Two a sample, low first. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** The columns, which share memory with this. */
  get columns(): ColumnBytes[] {
    const { rows, samples } = this;
    const ends = this.#ends.subarray(0, 2 * rows);
    return [
      { name: 'metric', type: 'UInt32', parts: [this.#metrics.subarray(0, rows)] },
      { name: 'hour', type: "DateTime('UTC')", parts: [this.#hours.subarray(0, rows)] },
      { name: 'id', type: 'UInt64', parts: [this.#ids.subarray(0, 2 * rows)] },
      { name: 't', type: 'Array(UInt32)', parts: [ends, this.#codes.subarray(0, samples)] },
      { name: 'v', type: 'Array(Int64)', parts: [ends, this.#words.subarray(0, 2 * samples)] },
    ];
  }

  /** Makes room for new rows in the same memory. */
  clear(): void {
    this.rows = 0;
    this.samples = 0;
    this.entries.length = 0;
    this.#runStart = 0;
    this.#entry = undefined;
    this.#hour = -1;
  }

  #begin(entry: SeriesEntry, hour: number): void {
    const at = this.rows++;
    if (at === this.#metrics.length) this.#growRows();
    this.entries.push(entry);
    this.#entry = entry;
    this.#hour = hour;
    this.#runStart = this.samples;
    this.#metrics[at] = entry.metric;
    this.#hours[at] = hour * 3_600;
    const high = Math.floor(entry.id / TWO_32);
    this.#ids[2 * at] = entry.id - high * TWO_32;
    this.#ids[2 * at + 1] = high;
  }

  #growRows(): void {
    const size = this.#metrics.length * 2;
    this.#metrics = widen(this.#metrics, size);
    this.#hours = widen(this.#hours, size);
    this.#ids = widen(this.#ids, 2 * size);
    this.#ends = widen(this.#ends, 2 * size);
  }

  #growSamples(): void {
    const size = this.#codes.length * 2;
    this.#codes = widen(this.#codes, size);
    this.#words = widen(this.#words, 2 * size);
  }
}

/** The samples of one commit, cut so that one insert stays small and within the engine's limit of 100 partitions (days). */
export class SampleChunks {
  readonly chunks: SampleRows[] = [];
  readonly #spare: SampleRows[];
  readonly #maxRows: number;
  readonly #maxSamples: number;
  #current: SampleRows | undefined;
  #days = new Set<number>();
  #day = -1;

  /** @param spare emptied rows of earlier commits, whose memory is used again */
  constructor(spare: SampleRows[] = [], maxRows = 200_000, maxSamples = 1_000_000) {
    this.#spare = spare;
    this.#maxRows = maxRows;
    this.#maxSamples = maxSamples;
  }

  /** As SampleRows.add. */
  add(entry: SeriesEntry, hour: number, inHourMs: number, value: number, isStale: boolean): void {
    const day = (hour / 24) | 0;
    let current = this.#current;
    if (
      current === undefined ||
      current.rows >= this.#maxRows ||
      current.samples >= this.#maxSamples ||
      (day !== this.#day && this.#days.size >= MAX_PARTITIONS && !this.#days.has(day))
    ) {
      current = this.#open();
    }
    if (day !== this.#day) {
      this.#day = day;
      this.#days.add(day);
    }
    current.add(entry, hour, inHourMs, value, isStale);
  }

  /** Gives the memory back, except what a rare large commit needed. */
  release(): void {
    for (const rows of this.chunks.splice(0)) {
      if (this.#spare.length >= MAX_SPARE || rows.samples > MAX_SPARE_SAMPLES) continue;
      rows.clear();
      this.#spare.push(rows);
    }
    this.#current = undefined;
  }

  #open(): SampleRows {
    const rows = this.#spare.pop() ?? new SampleRows();
    this.chunks.push(rows);
    this.#current = rows;
    this.#days = new Set();
    this.#day = -1;
    return rows;
  }
}

/** ClickHouse refuses blocks with more than max_partitions_per_insert_block, 100 unless set. */
const MAX_PARTITIONS = 100;
/** One gathers while the other is being inserted. */
const MAX_SPARE = 2;
const MAX_SPARE_SAMPLES = 200_000;

function widen(from: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(size);
  to.set(from);
  return to;
}
