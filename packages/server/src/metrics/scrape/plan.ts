/** Builds what a job needs before a reload swaps: connections and discoverers. Everything that can fail, fails here. */
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import { createStaticDiscoverer, type Discoverer, STATIC_KEY } from '../discovery/discoverer.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { fingerprint } from './fingerprint.ts';
import { createHttpClient } from './http/http-client.ts';
import type { ScrapeMetrics } from './metrics.ts';
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
  const discoverers = new Map<string, Discoverer>();
  if (config.staticConfigs.length > 0) {
    discoverers.set(STATIC_KEY + fingerprint(config.staticConfigs), createStaticDiscoverer(config.staticConfigs));
  }
  return {
    config,
    discoverers,
    sourceFor: (target) => httpSource(target, config, client, options.userAgent),
    close: () => client.close(),
  };
}
