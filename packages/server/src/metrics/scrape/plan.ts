/** Builds what a job needs before a reload swaps: connections and discoverers. Everything that can fail, fails here. */
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { planDiscovery } from '../discovery/plan-discovery.ts';
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
  const { logger, userAgent, metrics } = options;
  const failures = (mechanism: string) => metrics.discoveryFailures.labels({ mechanism });
  return {
    config,
    discoverers: await planDiscovery(config, { logger, userAgent, failures }),
    sourceFor: (target) => httpSource(target, config, client, userAgent),
    close: () => client.close(),
  };
}
