/**
 * What a parser of exposition text tells its caller, sample by sample, without making an object for each. Offsets are byte
 * positions in the body, so that a scrape can look a series up by its bytes and parse labels only when it is new.
 */
import type { Exemplar, Labels, MetricType } from '@sightline/model';

export type ExpositionFormat = 'text' | 'openmetrics';

export interface ExpositionSink {
  /** `name{labels}` stands in body[start, end); the timestamp is Unix ms, or NaN when the line has none. */
  sample(start: number, end: number, value: number, timestampMs: number): void;
  /**
   * Where the series text that begins at `start` ends, when the sink told its bytes from a text that was accepted in the same
   * format before; otherwise -1. Spares the parser reading labels it has read before.
   */
  known?(start: number): number;
  /** The same for the metadata line whose `#` is at `start`: where its newline is, or -1. It is not announced again. */
  knownMetadata?(start: number): number;
  /**
   * Belongs to the sample announced last (OpenMetrics only). Its timestamp is NaN when the text has none. One with labels of
   * more than 128 characters is read and not told: Prometheus does not store it.
   */
  exemplar?(exemplar: Exemplar): void;
  type?(metric: string, type: MetricType): void;
  help?(metric: string, help: string): void;
  unit?(metric: string, unit: string): void;
}

/** Parses the series text that `sample` pointed at. */
export type ParseSeries = (body: Buffer, start: number, end: number) => Labels;
