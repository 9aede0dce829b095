/** Instruments of query evaluation. */
import type { Gate } from '../../lib/gate.ts';
import type { Family, Histogram, MetricsRegistry } from '../../telemetry/registry.ts';

export interface QueryMetrics {
  readonly durations: Family<Histogram>;
}

export function createQueryMetrics(registry: MetricsRegistry, gate: Gate, places: number): QueryMetrics {
  const running = registry.gauge({ name: 'sightline_query_running', help: 'Queries being evaluated.' });
  const waiting = registry.gauge({ name: 'sightline_query_waiting', help: 'Queries waiting for a free place.' });
  registry.gauge({ name: 'sightline_query_concurrency_limit', help: 'Queries evaluated at once at most.' }).set(places);
  registry.onCollect(() => {
    running.set(gate.running);
    waiting.set(gate.waiting);
  });
  const durations = registry.histogramFamily({
    name: 'sightline_query_duration_seconds',
    help: 'Time of queries by slice: waiting for a place, and evaluation with its reads.',
    labelNames: ['slice'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60],
  });
  durations.labels({ slice: 'queue' });
  durations.labels({ slice: 'evaluation' });
  return { durations };
}
