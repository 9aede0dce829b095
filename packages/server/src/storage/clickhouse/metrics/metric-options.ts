/** Settings of the metrics store with their defaults. */
import type { Logger } from '../../../telemetry/logger.ts';
import type { StorageMetrics } from '../../metrics.ts';

export interface MetricLimits {
  /** Series in the index at once; a new one beyond is refused. */
  readonly seriesLimit: number;
  /** Samples accepted and not yet stored; a write beyond is refused with 503. */
  readonly queuedSamples: number;
  readonly labelsPerSeries: number;
  /** UTF-16 units. */
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  /** How far ahead of this machine's clock a sample may be. */
  readonly futureMs: number;
  /** How far behind its series' newest sample a sample may be. */
  readonly outOfOrderMs: number;
  /** How long samples that nobody waits for are gathered before they are written; four times that under load. */
  readonly gatherMs: number;
  /** For one query of the database. */
  readonly querySeconds: number;
  readonly queryMemoryBytes: number;
}

export const DEFAULT_LIMITS: MetricLimits = {
  seriesLimit: 2_000_000,
  queuedSamples: 2_000_000,
  labelsPerSeries: 128,
  labelNameLength: 1_024,
  labelValueLength: 8_192,
  futureMs: 3_600_000,
  outOfOrderMs: Number.POSITIVE_INFINITY,
  gatherMs: 1_000,
  querySeconds: 120,
  queryMemoryBytes: 1_000_000_000,
};

export interface MetricContext {
  /** Nobody else writes to the database, so what was read from it stays true until this process writes. */
  readonly isSoleWriter: boolean;
  /** Memory for decoded samples; 0: none are kept. */
  readonly cacheBytes: number;
  readonly limits: MetricLimits;
  /** 0: for ever. */
  readonly retentionMs: number;
  readonly logger: Logger;
  readonly metrics: StorageMetrics;
  /** Unix ms; tests hand in their own. */
  readonly now: () => number;
}
