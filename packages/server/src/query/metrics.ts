/** Instruments of the query engine. */
import type { FinishedQuery, QueryCacheStatus, QueryKind, QueryOutcome } from '@sightline/api-types';
import type { Gate } from '../lib/gate.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { MemoryBudget } from './memory-budget.ts';

const KINDS: readonly QueryKind[] = ['instant', 'range', 'explain'];
const OUTCOMES: readonly QueryOutcome[] = ['success', 'error', 'timeout', 'canceled', 'killed'];

export interface QueryMetrics {
  finished(query: FinishedQuery): void;
}

export interface MeasuredParts {
  readonly gates: readonly Gate[];
  /** Of interactive queries. */
  readonly places: number;
  readonly memory: MemoryBudget;
  readonly cache: () => QueryCacheStatus;
}

export function createQueryMetrics(
  registry: MetricsRegistry,
  { gates, places, memory, cache }: MeasuredParts,
): QueryMetrics {
  const running = registry.gauge({ name: 'sightline_query_running', help: 'Queries being evaluated.' });
  const waiting = registry.gauge({ name: 'sightline_query_waiting', help: 'Queries waiting for a free place.' });
  registry
    .gauge({ name: 'sightline_query_concurrency_limit', help: 'Interactive queries evaluated at once at most.' })
    .set(places);
  const held = registry.gauge({ name: 'sightline_query_memory_bytes', help: 'Samples held by all queries together.' });
  registry.onCollect(() => {
    running.set(gates.reduce((sum, gate) => sum + gate.running, 0));
    waiting.set(gates.reduce((sum, gate) => sum + gate.waiting, 0));
    held.set(memory.used);
  });
  measureCache(registry, cache);
  const durations = registry.histogramFamily({
    name: 'sightline_query_duration_seconds',
    help: 'Time of queries by slice: waiting for a place, evaluation with its reads, sending the answer.',
    labelNames: ['slice'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60],
  });
  for (const slice of ['queue', 'evaluation', 'write']) durations.labels({ slice });
  const finished = registry.counterFamily({
    name: 'sightline_query_finished_total',
    help: 'Queries that ended, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
  });
  for (const kind of KINDS) for (const outcome of OUTCOMES) finished.labels({ kind, outcome });
  const samples = registry.counter({ name: 'sightline_query_samples_read_total', help: 'Samples read by queries.' });
  return {
    finished(query) {
      durations.labels({ slice: 'queue' }).observe(query.waitMs / 1e3);
      durations.labels({ slice: 'evaluation' }).observe((query.readMs + query.evalMs) / 1e3);
      durations.labels({ slice: 'write' }).observe(query.writeMs / 1e3);
      finished.labels({ kind: query.kind, outcome: query.outcome }).inc();
      samples.inc(query.samplesRead);
    },
  };
}

function measureCache(registry: MetricsRegistry, cache: () => QueryCacheStatus): void {
  const bytes = registry.gauge({ name: 'sightline_query_cache_bytes', help: 'Memory of cached range results.' });
  const entries = registry.gauge({ name: 'sightline_query_cache_entries', help: 'Range queries with cached results.' });
  const requests = registry.counterFamily({
    name: 'sightline_query_cache_requests_total',
    help: 'Range queries that may be cached, by whether steps were there.',
    labelNames: ['result'],
  });
  const hits = requests.labels({ result: 'hit' });
  const misses = requests.labels({ result: 'miss' });
  registry.onCollect(() => {
    const status = cache();
    bytes.set(status.bytes);
    entries.set(status.entries);
    hits.inc(status.hits - hits.value);
    misses.inc(status.misses - misses.value);
  });
}
