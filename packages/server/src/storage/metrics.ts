/** Storage's instruments. */
import type { Counter, Family, Gauge, Histogram, MetricsRegistry } from '../telemetry/registry.ts';
import type { RejectReason } from './metric-store.ts';

const REJECT_REASONS: readonly RejectReason[] = [
  'too_old',
  'too_far_in_future',
  'invalid_timestamp',
  'duplicate_timestamp',
  'series_limit',
  'label_limit',
  'hash_collision',
];

export interface CacheMetrics {
  readonly bytes: Gauge;
  readonly hits: Counter;
  readonly misses: Counter;
  readonly evictions: Counter;
}

export interface StorageMetrics {
  readonly cache: CacheMetrics;
  readonly samplesStored: Counter;
  readonly samplesRejected: Family<Counter>;
  readonly samplesRepeated: Counter;
  readonly writesRefused: Counter;
  readonly inserts: Counter;
  readonly insertFailures: Counter;
  readonly insertSeconds: Histogram;
  readonly queuedSamples: Gauge;
  readonly activeSeries: Gauge;
  readonly selects: Counter;
  readonly selectFailures: Counter;
  readonly selectSeconds: Histogram;
  readonly partitionsDropped: Counter;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createStorageMetrics(registry: MetricsRegistry): StorageMetrics {
  const samplesRejected = registry.counterFamily({
    name: 'sightline_storage_rejected_samples_total',
    help: 'Samples that were refused, by reason.',
    labelNames: ['reason'],
  });
  for (const reason of REJECT_REASONS) samplesRejected.labels({ reason });
  const counter = (name: string, help: string) => registry.counter({ name: `sightline_storage_${name}`, help });
  const seconds = (name: string, help: string) =>
    registry.histogram({ name: `sightline_storage_${name}`, help, buckets: SECONDS });
  return {
    cache: {
      bytes: registry.gauge({
        name: 'sightline_storage_cache_bytes',
        help: 'Memory of decoded samples that are kept.',
      }),
      hits: counter('cache_hits_total', 'Hours of series that a select found decoded in memory.'),
      misses: counter('cache_misses_total', 'Hours of series that a select had to read from the database.'),
      evictions: counter('cache_evictions_total', 'Hours of series that were let go of to make room.'),
    },
    samplesStored: counter('samples_total', 'Samples that were stored.'),
    samplesRejected,
    samplesRepeated: counter('repeated_samples_total', 'Samples left out because the same one was stored before.'),
    writesRefused: counter('refused_writes_total', 'Writes refused because the queue was full.'),
    inserts: counter('inserts_total', 'Group commits that were written.'),
    insertFailures: counter('insert_failures_total', 'Attempts to write a group commit that failed.'),
    insertSeconds: seconds('insert_duration_seconds', 'Time a group commit took.'),
    queuedSamples: registry.gauge({
      name: 'sightline_storage_queued_samples',
      help: 'Samples accepted and not yet stored.',
    }),
    activeSeries: registry.gauge({ name: 'sightline_storage_series', help: 'Series in the index in memory.' }),
    selects: counter('selects_total', 'Selects of samples.'),
    selectFailures: counter('select_failures_total', 'Selects of samples that failed or were abandoned.'),
    selectSeconds: seconds('select_duration_seconds', 'Time a select of samples took.'),
    partitionsDropped: counter('dropped_partitions_total', 'Partitions dropped because retention ended.'),
  };
}
