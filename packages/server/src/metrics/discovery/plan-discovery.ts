/** The discoverers that a section of the configuration asks for. Everything that can fail before they start, fails here. */
import type { DiscoveryConfig } from '../../config/prometheus/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter } from '../../telemetry/registry.ts';
import { fingerprint } from '../scrape/fingerprint.ts';
import { createHttpClient } from '../scrape/http/http-client.ts';
import { createStaticDiscoverer, type Discoverer, STATIC_KEY } from './discoverer.ts';
import { createDnsDiscoverer } from './dns.ts';
import { createFileDiscoverer } from './file.ts';
import { createHttpDiscoverer } from './http.ts';

export const DISCOVERY_MECHANISMS = ['file', 'http', 'dns'] as const;
type DiscoveryMechanism = (typeof DISCOVERY_MECHANISMS)[number];

export interface PlanDiscoveryOptions {
  readonly userAgent: string;
  readonly logger: Logger;
  readonly failures: (mechanism: DiscoveryMechanism) => Counter;
}

/**
 * By fingerprint of its configuration: equal ones are one discoverer.
 * @throws ScrapeError `scrape/tls-config` when a certificate file cannot be read
 */
export async function planDiscovery(
  config: DiscoveryConfig,
  { logger, userAgent, failures }: PlanDiscoveryOptions,
): Promise<Map<string, Discoverer>> {
  const discoverers = new Map<string, Discoverer>();
  if (config.staticConfigs.length > 0) {
    discoverers.set(STATIC_KEY + fingerprint(config.staticConfigs), createStaticDiscoverer(config.staticConfigs));
  }
  for (const sd of config.fileSdConfigs) {
    discoverers.set(`file:${fingerprint(sd)}`, createFileDiscoverer(sd, { logger, failures: failures('file') }));
  }
  for (const sd of config.httpSdConfigs) {
    const client = await createHttpClient(sd.http);
    const http = { logger, userAgent, client, failures: failures('http') };
    discoverers.set(`http:${fingerprint(sd)}`, createHttpDiscoverer(sd, http));
  }
  for (const sd of config.dnsSdConfigs) {
    discoverers.set(`dns:${fingerprint(sd)}`, createDnsDiscoverer(sd, { logger, failures: failures('dns') }));
  }
  return discoverers;
}
