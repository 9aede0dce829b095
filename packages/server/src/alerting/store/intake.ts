/** Counts the reports of alerts, and says once when there is no room for new ones, and once when there is again. */
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter, MetricsRegistry } from '../../telemetry/registry.ts';

export interface IntakeOptions {
  readonly registry: MetricsRegistry;
  readonly logger: Logger;
  readonly maxAlerts: number;
  /** Alerts that are known now. */
  readonly size: () => number;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #firing: Counter;
  readonly #resolved: Counter;
  readonly #refused: Counter;
  #isFull = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { registry, size } = options;
    const received = registry.counterFamily({
      name: 'sightline_alerts_received_total',
      help: 'Reports of alerts that were taken, by what they say.',
      labelNames: ['status'],
    });
    this.#firing = received.labels({ status: 'firing' });
    this.#resolved = received.labels({ status: 'resolved' });
    this.#refused = registry.counter({
      name: 'sightline_alerts_refused_total',
      help: 'Reports of new alerts that were refused because alerting.max_alerts are known.',
    });
    const known = registry.gauge({
      name: 'sightline_alerts',
      help: 'Alerts that are known: firing, or over for a short while.',
    });
    registry.onCollect(() => known.set(size()));
  }

  taken(isResolved: boolean): void {
    (isResolved ? this.#resolved : this.#firing).inc();
    if (!this.#isFull || this.#options.size() >= this.#options.maxAlerts) return;
    this.#isFull = false;
    this.#options.logger.info('there is room for new alerts again', { refused: this.#refused.value });
  }

  refused(): void {
    this.#refused.inc();
    if (this.#isFull) return;
    this.#isFull = true;
    const { logger, maxAlerts } = this.#options;
    logger.error('a new alert was refused: too many are known already', {
      maxAlerts,
      hint: 'raise alerting.max_alerts, or look for a rule that gives an alert for every series',
    });
  }
}
