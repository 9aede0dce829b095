/** Samples in columns: what a store hands to an evaluator and a decoder hands to a store. */
import type { Labels } from './labels.ts';

/**
 * Samples of many series, as a store answers a selection. A store is free to keep them packed and to unpack one series at a
 * time, so samples are reached through a cursor only. Every series has a sample.
 */
export interface SampleBlock {
  readonly series: readonly Labels[];
  /** Samples of all series together. */
  readonly size: number;
  /** A place of its own in the block: two readers do not disturb each other. */
  cursor(): SampleCursor;
}

/**
 * One series of a block at a time: the rows `from` up to `to` of the two columns, sorted by time and without two rows of the same
 * time. The columns are good until the next `seek` of the same cursor and must not be changed.
 */
export interface SampleCursor {
  /** Unix time in milliseconds, whole numbers. */
  readonly timestamps: Float64Array;
  /** Staleness markers are kept by their bits, see stale.ts. */
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  /** False when no row is a staleness marker; true when one may be. */
  readonly mayHaveStale: boolean;
  /** The same for two series when their rows and timestamps are the same, so that what was found for one holds for the other. */
  readonly timesId: number;
  /** @param index a series of the block */
  seek(index: number): void;
}

/** A block that lies in memory as it is read: series `i` owns the rows `offsets[i]` to `offsets[i + 1]`. */
export class ColumnBlock implements SampleBlock {
  readonly series: readonly Labels[];
  /** Length series.length + 1, rising, first 0. */
  readonly offsets: Uint32Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;

  constructor(series: readonly Labels[], offsets: Uint32Array, timestamps: Float64Array, values: Float64Array) {
    this.series = series;
    this.offsets = offsets;
    this.timestamps = timestamps;
    this.values = values;
  }

  get size(): number {
    return this.values.length;
  }

  cursor(): SampleCursor {
    return new ColumnCursor(this);
  }
}

class ColumnCursor implements SampleCursor {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly mayHaveStale = true;
  readonly #offsets: Uint32Array;
  from = 0;
  to = 0;
  timesId = -1;

  constructor({ timestamps, values, offsets }: ColumnBlock) {
    this.timestamps = timestamps;
    this.values = values;
    this.#offsets = offsets;
  }

  seek(index: number): void {
    this.from = this.#offsets[index] as number;
    this.to = this.#offsets[index + 1] as number;
    this.timesId = index;
  }
}

export const EMPTY_BLOCK: SampleBlock = new ColumnBlock(
  [],
  new Uint32Array(1),
  new Float64Array(0),
  new Float64Array(0),
);

/** What a metric family is. `unknown` is what untyped text gives. Source: OpenMetrics 1.0, Prometheus metadata API. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface MetricMetadata {
  /** Family name as Prometheus keys it (with `_total` in the text format, without in OpenMetrics). */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Unix time in milliseconds. */
  readonly timestamp: number;
}
