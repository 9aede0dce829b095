/** Instruments of scraping and service discovery. */
import { DISCOVERY_MECHANISMS } from '../discovery/plan-discovery.ts';
import type { Counter, Family, Gauge, Histogram, MetricsRegistry } from '../../telemetry/registry.ts';

export interface ScrapeMetrics {
  readonly scrapes: Family<Counter>;
  readonly samples: Counter;
  readonly duration: Histogram;
  readonly missed: Counter;
  readonly writeFailures: Counter;
  readonly rejected: Family<Counter>;
  readonly dropped: Family<Counter>;
  readonly limitsHit: Family<Counter>;
  readonly targets: Family<Gauge>;
  readonly syncFailures: Counter;
  readonly discoveryFailures: Family<Counter>;
}

export function createScrapeMetrics(registry: MetricsRegistry): ScrapeMetrics {
  const metrics: ScrapeMetrics = {
    scrapes: registry.counterFamily({
      name: 'sightline_scrape_scrapes_total',
      help: 'Scrapes by result.',
      labelNames: ['result'],
    }),
    samples: registry.counter({ name: 'sightline_scrape_samples_total', help: 'Samples handed to the store.' }),
    duration: registry.histogram({
      name: 'sightline_scrape_duration_seconds',
      help: 'Time from the request to the end of parsing.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    missed: registry.counter({
      name: 'sightline_scrape_missed_total',
      help: 'Scrapes left out because the one before, or the write of its samples, was still running.',
    }),
    writeFailures: registry.counter({
      name: 'sightline_scrape_write_failures_total',
      help: 'Scrapes whose samples the store did not take.',
    }),
    rejected: registry.counterFamily({
      name: 'sightline_scrape_rejected_samples_total',
      help: 'Scraped samples and series that the store refused, by reason.',
      labelNames: ['reason'],
    }),
    dropped: registry.counterFamily({
      name: 'sightline_scrape_dropped_samples_total',
      help: 'Samples left out of a scrape: given twice, or too far in the future.',
      labelNames: ['reason'],
    }),
    limitsHit: registry.counterFamily({
      name: 'sightline_scrape_limits_exceeded_total',
      help: 'Scrapes that failed because of a configured limit.',
      labelNames: ['limit'],
    }),
    targets: registry.gaugeFamily({
      name: 'sightline_scrape_targets',
      help: 'Targets by state; dropped ones were removed by relabeling.',
      labelNames: ['state'],
    }),
    syncFailures: registry.counter({
      name: 'sightline_scrape_invalid_targets_total',
      help: 'Discovered targets that cannot be scraped because of their labels.',
    }),
    discoveryFailures: registry.counterFamily({
      name: 'sightline_discovery_failures_total',
      help: 'Failed refreshes of service discovery; the targets found before are kept.',
      labelNames: ['mechanism'],
    }),
  };
  for (const result of ['success', 'failure']) metrics.scrapes.labels({ result });
  for (const reason of ['duplicate', 'out_of_bounds']) metrics.dropped.labels({ reason });
  for (const limit of ['body_size', 'sample', 'label', 'target']) metrics.limitsHit.labels({ limit });
  for (const state of ['active', 'dropped']) metrics.targets.labels({ state });
  for (const mechanism of DISCOVERY_MECHANISMS) metrics.discoveryFailures.labels({ mechanism });
  return metrics;
}
