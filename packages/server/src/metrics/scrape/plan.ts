/** Builds what a job needs before a reload swaps: connections and discoverers. Everything that can fail, fails here. */
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import { createStaticDiscoverer, type Discoverer, STATIC_KEY } from '../discovery/discoverer.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createDnsDiscoverer } from '../discovery/dns.ts';
import { createFileDiscoverer } from '../discovery/file.ts';
import { createHttpDiscoverer } from '../discovery/http.ts';
import { fingerprint } from './fingerprint.ts';
import { createHttpClient } from './http/http-client.ts';
import type { DiscoveryMechanism, ScrapeMetrics } from './metrics.ts';
import type { PoolPlan } from './pool.ts';
import { httpSource } from './source.ts';

export interface PlanOptions {
  readonly userAgent: string;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
}

/** @throws ScrapeError `scrape/tls-config` when a certificate file cannot be read */
export async function planPool(config: ScrapeConfig, options: PlanOptions): Promise<PoolPlan> {
  const client = await createHttpClient(config.http);
  return {
    config,
    discoverers: await planDiscovery(config, options),
    sourceFor: (target) => httpSource(target, config, client, options.userAgent),
    close: () => client.close(),
  };
}

/** Equal configurations within a job are one discoverer. */
async function planDiscovery(config: ScrapeConfig, options: PlanOptions): Promise<Map<string, Discoverer>> {
  const { logger, userAgent, metrics } = options;
  const discoverers = new Map<string, Discoverer>();
  const failuresOf = (mechanism: DiscoveryMechanism) => metrics.discoveryFailures.labels({ mechanism });
  if (config.staticConfigs.length > 0) {
    discoverers.set(STATIC_KEY + fingerprint(config.staticConfigs), createStaticDiscoverer(config.staticConfigs));
  }
  for (const sd of config.fileSdConfigs) {
    discoverers.set(`file:${fingerprint(sd)}`, createFileDiscoverer(sd, { logger, failures: failuresOf('file') }));
  }
  for (const sd of config.httpSdConfigs) {
    const client = await createHttpClient(sd.http);
    const http = { logger, userAgent, client, failures: failuresOf('http') };
    discoverers.set(`http:${fingerprint(sd)}`, createHttpDiscoverer(sd, http));
  }
  for (const sd of config.dnsSdConfigs) {
    discoverers.set(`dns:${fingerprint(sd)}`, createDnsDiscoverer(sd, { logger, failures: failuresOf('dns') }));
  }
  return discoverers;
}
