/** What Sightline collects without being told: this host's metrics and its own. */
import { hostname } from 'node:os';
import type { SightlineConfig } from '../config/sightline/types.ts';
import type { HostCollector } from '../metrics/host/index.ts';
import type { InternalTarget } from '../metrics/scrape/index.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';

export interface SelfMonitoringOptions {
  readonly registry: MetricsRegistry;
  readonly host: HostCollector | undefined;
  /** `host:port` of this server, the instance of its own metrics. */
  readonly address: string;
  readonly config: Pick<SightlineConfig, 'hostMetrics' | 'selfScrape'>;
}

/** Names of the targets, shown as `internal://host`. */
export const HOST_TARGET = 'host';
const SELF_TARGET = 'self';

/** Jobs are named as people name them for node_exporter and for Prometheus itself. */
export function internalTargets({ registry, host, address, config }: SelfMonitoringOptions): InternalTarget[] {
  const { hostMetrics, selfScrape } = config;
  const targets: InternalTarget[] = [];
  if (host !== undefined) {
    const collect = () => host.collect();
    const { job, instance, intervalMs } = hostMetrics;
    targets.push({ name: HOST_TARGET, job, instance: instance || hostname(), labels: {}, intervalMs, collect });
  }
  if (selfScrape.enabled) {
    const collect = () => registry.render('text');
    targets.push({
      name: SELF_TARGET,
      job: 'sightline',
      instance: address,
      labels: {},
      intervalMs: selfScrape.intervalMs,
      collect,
    });
  }
  return targets;
}
