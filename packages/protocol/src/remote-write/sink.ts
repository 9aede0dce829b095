/** What the decoders of remote write tell their caller: series by series, sample by sample, no object for a sample. */
import type { Exemplar, MetricMetadata, MetricType } from '@sightline/model';

export interface RemoteWriteSink {
  /**
   * Asked first where the format gives a series the same bytes in every request (remote write 1.0): `key` holds the bytes
   * of its labels. True when the caller knows the series by it; then `series` is not called and no label is decoded.
   */
  known?(key: string): boolean;
  /**
   * A series begins; names and values in turn, in the order of the wire and unchecked. `key` is '' where there is none.
   * `invalid` says why the labels could not be decoded (then `labels` is empty); the rest of the request is read on.
   */
  series(labels: readonly string[], key: string, invalid: string | undefined): void;
  /** Of the series announced last, as all that follow. */
  sample(timestampMs: number, value: number): void;
  stale(timestampMs: number): void;
  exemplar(exemplar: Exemplar): void;
  /** A native histogram stood here; its content is not decoded. */
  histogram(): void;
  metadata(metadata: MetricMetadata): void;
}

/** MetricMetadata.MetricType of both versions, by number. */
export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** More labels than this make a series invalid before they are decoded: a flood must not become memory. */
export const MAX_LABELS = 10_000;

/** More symbols than this make a request of version 2.0 invalid. */
export const MAX_SYMBOLS = 2_000_000;
