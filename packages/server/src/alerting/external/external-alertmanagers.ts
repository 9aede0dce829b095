/**
 * Alertmanagers outside this process, as `alerting` in prometheus.yml names them: found by service discovery, each sent every
 * alert. Entries that a reload does not change go on undisturbed. Standard: Prometheus 3.x notifier.
 */
import type { AlertingSection, AlertmanagersConfig } from '../../config/prometheus/types.ts';
import { planDiscovery } from '../../metrics/discovery/plan-discovery.ts';
import { compileRelabel, type Relabeler } from '../../metrics/relabel/relabel.ts';
import { fingerprint } from '../../metrics/scrape/fingerprint.ts';
import { loadTls } from '../../metrics/scrape/http/tls.ts';
import type { AlertReport } from '../../rules/live/notify.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { createNotifyClient } from '../receivers/http/notify-client.ts';
import { AlertmanagerSet } from './alertmanager-set.ts';
import { createExternalMetrics, type ExternalMetrics } from './metrics.ts';
import { relabelAlerts } from './relabel-alerts.ts';

/** As --alertmanager.notification-queue-capacity. */
const QUEUE_CAPACITY = 10_000;
/** Alerts of one request. */
const BATCH_SIZE = 64;

export interface ExternalAlertmanagersOptions {
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  /** Of Sightline. */
  readonly version: string;
}

interface PreparedAlertmanagers {
  /** Swaps. Does not fail. */
  commit(): void;
}

export class ExternalAlertmanagers {
  readonly #options: ExternalAlertmanagersOptions;
  readonly #logger: Logger;
  readonly #metrics: ExternalMetrics;
  readonly #retiring = new Set<Promise<void>>();
  #sets = new Map<string, AlertmanagerSet>();
  #relabel: Relabeler | undefined;

  constructor(options: ExternalAlertmanagersOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ component: 'external alertmanagers' });
    this.#metrics = createExternalMetrics(options.registry);
    this.#metrics.capacity.set(QUEUE_CAPACITY);
    options.registry.onCollect(() => this.#metrics.discovered.set(this.active().length));
  }

  /**
   * Builds what is new in a configuration.
   * @throws ScrapeError `scrape/tls-config` when a certificate file cannot be read
   */
  async prepare(config: AlertingSection): Promise<PreparedAlertmanagers> {
    const next = new Map<string, AlertmanagerSet>();
    const fresh: AlertmanagerSet[] = [];
    for (const [index, alertmanagers] of config.alertmanagers.entries()) {
      const print = `${index} ${fingerprint([config.nameScheme, alertmanagers])}`;
      const running = this.#sets.get(print);
      const set = running ?? (await this.#create(alertmanagers, config.nameScheme));
      if (running === undefined) fresh.push(set);
      next.set(print, set);
    }
    const { alertRelabelConfigs: rules, nameScheme } = config;
    const relabel = rules.length === 0 ? undefined : compileRelabel(rules, { nameScheme });
    return {
      commit: () => {
        const gone = [...this.#sets].filter(([print]) => !next.has(print));
        this.#sets = next;
        this.#relabel = relabel;
        for (const [, set] of gone) this.#retire(set);
        for (const set of fresh) set.start();
      },
    };
  }

  /** What is left of these after `alert_relabel_configs`: what any Alertmanager is told. */
  relabel(reports: readonly AlertReport[]): readonly AlertReport[] {
    return this.#relabel === undefined ? reports : relabelAlerts(reports, this.#relabel);
  }

  /** Queues alerts, relabelled already, for every Alertmanager. */
  send(reports: readonly AlertReport[]): void {
    if (reports.length > 0) for (const set of this.#sets.values()) set.send(reports);
  }

  /** The URLs that alerts are posted to. */
  active(): string[] {
    return [...this.#sets.values()].flatMap(({ endpoints }) => endpoints.active);
  }

  /** Those that relabeling dropped. */
  dropped(): string[] {
    return [...this.#sets.values()].flatMap(({ endpoints }) => endpoints.dropped);
  }

  /** Sends what waits for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...[...this.#sets.values()].map((set) => set.close(graceMs)), ...this.#retiring]);
    this.#sets.clear();
  }

  async #create(config: AlertmanagersConfig, nameScheme: 'legacy' | 'utf8'): Promise<AlertmanagerSet> {
    const { version } = this.#options;
    await loadTls(config.http.tls);
    const discoverers = await planDiscovery(config, {
      userAgent: `Sightline/${version}`,
      logger: this.#logger,
      failures: (mechanism) => this.#metrics.discoveryFailures.labels({ mechanism }),
    });
    return new AlertmanagerSet({
      config,
      nameScheme,
      discoverers: [...discoverers.values()],
      client: createNotifyClient(config.http, version),
      metrics: this.#metrics,
      logger: this.#logger,
      capacity: QUEUE_CAPACITY,
      batchSize: BATCH_SIZE,
    });
  }

  #retire(set: AlertmanagerSet): void {
    const retiring = set
      .close(set.graceMs)
      .catch((error: unknown) => this.#logger.warn('connections to Alertmanagers were not closed', { error }))
      .finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }
}
