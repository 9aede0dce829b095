/** The other way round: our metrics inside a prom-client registry, for services that keep its exposition for now. */
import { OPENMETRICS_TYPE } from './negotiation.ts';
import type { Registry } from './registry.ts';

/** What is used of a prom-client registry. */
interface PromClientRegistry {
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
  getSingleMetric(name: string): unknown;
  readonly contentType?: string;
}

/**
 * Registers the metrics that `registry` has now in a prom-client registry: its `metrics()` shows them with its own.
 * Throws what prom-client throws when it has a metric of the same name. Call it after the metrics are defined.
 *
 * @returns Takes them out again.
 */
export function exposeToPromClient(registry: Registry, target: PromClientRegistry): () => void {
  const names = registry.toJSON().map((metric) => metric.name);
  for (const name of names) {
    const get = async () => {
      await registry.collect();
      const found = registry.metricJson(name) ?? { name, help: '', type: 'gauge', values: [], aggregator: 'sum' };
      // prom-client adds `_total` to the samples of a counter itself when it writes OpenMetrics.
      const isOpen = target.contentType === OPENMETRICS_TYPE && found.type === 'counter';
      return isOpen ? { ...found, name: found.name.replace(/_total$/, '') } : found;
    };
    target.registerMetric({ name, get, reset: () => registry.get(name)?.reset() } as never);
  }
  return () => {
    for (const name of names) target.removeSingleMetric(name);
  };
}
