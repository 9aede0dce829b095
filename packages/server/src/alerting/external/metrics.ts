/** Instruments of what is sent to Alertmanagers outside this process, after Prometheus's `prometheus_notifications_*`. */
import { DISCOVERY_MECHANISMS } from '../../metrics/discovery/plan-discovery.ts';
import type { Counter, Family, Gauge, Histogram, MetricsRegistry } from '../../telemetry/registry.ts';

export interface ExternalMetrics {
  readonly sent: Family<Counter>;
  readonly errors: Family<Counter>;
  readonly dropped: Family<Counter>;
  readonly queueLength: Family<Gauge>;
  readonly latency: Family<Histogram>;
  readonly capacity: Gauge;
  readonly discovered: Gauge;
  readonly discoveryFailures: Family<Counter>;
  /** Shows the Alertmanager at zero. */
  add(alertmanager: string): void;
  /** It is gone. */
  forget(alertmanager: string): void;
}

export function createExternalMetrics(registry: MetricsRegistry): ExternalMetrics {
  const labelNames = ['alertmanager'];
  const counter = (name: string, help: string) => registry.counterFamily({ name, help, labelNames });
  const families = {
    sent: counter('sightline_external_alertmanager_sent_total', 'Alerts that the Alertmanager took.'),
    errors: counter('sightline_external_alertmanager_errors_total', 'Alerts in requests that failed.'),
    dropped: counter(
      'sightline_external_alertmanager_dropped_total',
      'Alerts given up: their request failed, or the queue was full. Rules tell them again.',
    ),
    queueLength: registry.gaugeFamily({
      name: 'sightline_external_alertmanager_queue_length',
      help: 'Alerts that wait to be sent.',
      labelNames,
    }),
    latency: registry.histogramFamily({
      name: 'sightline_external_alertmanager_latency_seconds',
      help: 'Time of requests that succeeded.',
      labelNames,
      buckets: [0.01, 0.1, 1, 10],
    }),
  };
  const discoveryFailures = registry.counterFamily({
    name: 'sightline_external_alertmanager_discovery_failures_total',
    help: 'Failed refreshes of service discovery; the Alertmanagers found before are kept.',
    labelNames: ['mechanism'],
  });
  for (const mechanism of DISCOVERY_MECHANISMS) discoveryFailures.labels({ mechanism });
  return {
    ...families,
    discoveryFailures,
    capacity: registry.gauge({
      name: 'sightline_external_alertmanager_queue_capacity',
      help: 'Alerts that may wait for one Alertmanager.',
    }),
    discovered: registry.gauge({
      name: 'sightline_external_alertmanagers_discovered',
      help: 'Alertmanagers found that are sent alerts.',
    }),
    add(alertmanager) {
      for (const family of Object.values(families)) family.labels({ alertmanager });
    },
    forget(alertmanager) {
      for (const family of Object.values(families)) family.remove({ alertmanager });
    },
  };
}
