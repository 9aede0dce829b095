/** Samples in columns: what a store hands to an evaluator and a decoder hands to a store. */
import type { Labels } from './labels.ts';

/**
 * Samples of many series, series after series. Series `i` owns the rows `offsets[i]` to `offsets[i + 1]`, sorted by time
 * and without two rows of the same time. The receiver must not change the arrays.
 */
export interface SampleBlock {
  readonly series: readonly Labels[];
  /** Length series.length + 1, rising, first 0. */
  readonly offsets: Uint32Array;
  /** Unix time in milliseconds, whole numbers. */
  readonly timestamps: Float64Array;
  /** Staleness markers are kept by their bits, see stale.ts. */
  readonly values: Float64Array;
}

export const EMPTY_BLOCK: SampleBlock = {
  series: [],
  offsets: new Uint32Array(1),
  timestamps: new Float64Array(0),
  values: new Float64Array(0),
};

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
