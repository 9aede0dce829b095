/** Samples of one series and hour become one row of `metric_samples`. Source of the form: sql/001-metric-samples.sql. */
import type { RowChunks } from './row-buffer.ts';
import { DAY_MS, decimalsOf, HOUR_MS, KIND_BITS, RAW, rawText, STALE, toWhole } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';

export const SAMPLE_COLUMNS = ['metric', 'hour', 'id', 't', 'v'] as const;

const TAB = 0x09;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Longest row, in samples, before a new one is begun for the same key. */
const MAX_RUN = 4_096;

export class SampleEncoder {
  readonly #chunks: RowChunks;
  #entry: SeriesEntry | undefined;
  #hour = -1;
  #count = 0;
  readonly #codes = new Uint32Array(MAX_RUN);
  readonly #values = new Float64Array(MAX_RUN);

  constructor(chunks: RowChunks) {
    this.#chunks = chunks;
  }

  add(entry: SeriesEntry, timestampMs: number, value: number, isStale: boolean): void {
    const hour = Math.floor(timestampMs / HOUR_MS);
    if (entry !== this.#entry || hour !== this.#hour || this.#count === MAX_RUN) {
      this.flush();
      this.#entry = entry;
      this.#hour = hour;
    }
    let kind = STALE;
    if (!isStale) {
      kind = decimalsOf(value, entry.decimals);
      if (kind !== RAW) entry.decimals = kind;
    }
    this.#codes[this.#count] = (timestampMs - hour * HOUR_MS) * (1 << KIND_BITS) + kind;
    this.#values[this.#count++] = value;
  }

  /** Writes the row that is being gathered. */
  flush(): void {
    const count = this.#count;
    const entry = this.#entry;
    if (count === 0 || entry === undefined) return;
    const row = this.#chunks.next(Math.floor((this.#hour * HOUR_MS) / DAY_MS));
    row.reserve(64 + count * 40);
    row.integer(entry.metric);
    row.char(TAB);
    row.seconds(this.#hour * 3_600);
    row.char(TAB);
    row.integer(entry.id);
    row.char(TAB);
    row.char(OPEN);
    for (let i = 0; i < count; i++) {
      if (i > 0) row.char(COMMA);
      row.integer(this.#codes[i] as number);
    }
    row.char(CLOSE);
    row.char(TAB);
    row.char(OPEN);
    for (let i = 0; i < count; i++) {
      if (i > 0) row.char(COMMA);
      const kind = (this.#codes[i] as number) & ((1 << KIND_BITS) - 1);
      if (kind === STALE) row.integer(0);
      else if (kind === RAW) row.ascii(rawText(this.#values[i] as number));
      else row.integer(toWhole(this.#values[i] as number, kind));
    }
    row.char(CLOSE);
    row.char(NEWLINE);
    this.#count = 0;
    this.#entry = undefined;
  }
}
