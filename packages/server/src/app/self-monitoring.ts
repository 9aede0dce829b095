/** What Sightline collects without being told: this host's metrics and its own. */
import { hostname } from 'node:os';
import type { HostCollector } from '../metrics/host/index.ts';
import type { InternalTarget } from '../metrics/scrape/index.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { ServerOptions } from './server-options.ts';

export interface SelfMonitoringOptions {
  readonly registry: MetricsRegistry;
  readonly host: HostCollector | undefined;
  /** `host:port` of this server, the instance of its own metrics. */
  readonly address: string;
  readonly settings: Pick<ServerOptions, 'hostMetrics' | 'selfScrape'>;
}

/** Jobs are named as people name them for node_exporter and for Prometheus itself. */
export function internalTargets({ registry, host, address, settings }: SelfMonitoringOptions): InternalTarget[] {
  const { hostMetrics, selfScrape } = settings;
  const targets: InternalTarget[] = [];
  if (host !== undefined) {
    const collect = () => host.collect();
    targets.push({ job: 'node', instance: hostname(), labels: {}, intervalMs: hostMetrics.intervalMs, collect });
  }
  if (selfScrape.isEnabled) {
    const collect = async () => Buffer.from(registry.render('text'));
    targets.push({ job: 'sightline', instance: address, labels: {}, intervalMs: selfScrape.intervalMs, collect });
  }
  return targets;
}
