/** What Sightline collects without being told: this host's metrics and its own. */
import { hostname } from 'node:os';
import type { InternalTarget } from '../metrics/scrape/index.ts';
import type { HostCollector } from '../metrics/host/index.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';

export interface SelfMonitoringOptions {
  readonly registry: MetricsRegistry;
  /** Undefined when the interval is: the target is off. */
  readonly selfIntervalMs: number | undefined;
  readonly host: HostCollector | undefined;
  readonly hostIntervalMs: number;
  /** `host:port` of this server, the instance of its own metrics. */
  readonly address: string;
}

/** Jobs are named as people name them for node_exporter and for Prometheus itself. */
export function internalTargets(options: SelfMonitoringOptions): InternalTarget[] {
  const { registry, host, hostIntervalMs, selfIntervalMs, address } = options;
  const targets: InternalTarget[] = [];
  if (host !== undefined) {
    const collect = () => host.collect();
    targets.push({ job: 'node', instance: hostname(), labels: {}, intervalMs: hostIntervalMs, collect });
  }
  if (selfIntervalMs !== undefined) {
    const collect = async () => Buffer.from(registry.render('text'));
    targets.push({ job: 'sightline', instance: address, labels: {}, intervalMs: selfIntervalMs, collect });
  }
  return targets;
}
