/** http_sd: target groups as JSON from a URL. Any failure keeps the groups of the last good answer. */
import type { HttpSdConfig } from '../../config/prometheus/types.ts';
import { withDeadline } from '../../lib/abort.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter } from '../../telemetry/registry.ts';
import type { HttpClient } from '../scrape/http/http-client.ts';
import type { Discoverer } from './discoverer.ts';
import { DiscoveryError } from './errors.ts';
import { createRefreshDiscoverer } from './refresh.ts';
import { parseJsonGroups } from './target-groups.ts';

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const JSON_TYPE = /^application\/json\s*(?:;\s*charset=(?:"utf-8"|utf-8)\s*)?$/i;

export interface HttpDiscovererOptions {
  readonly failures: Counter;
  readonly logger: Logger;
  readonly userAgent: string;
  readonly client: HttpClient;
}

export function createHttpDiscoverer(config: HttpSdConfig, options: HttpDiscovererOptions): Discoverer {
  const { failures, logger, client } = options;
  const { url, refreshIntervalMs } = config;
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': options.userAgent,
    'x-prometheus-refresh-interval-seconds': String(refreshIntervalMs / 1000),
  };
  return createRefreshDiscoverer({
    intervalMs: refreshIntervalMs,
    failures,
    logger: logger.child({ mechanism: 'http', url }),
    close: () => void client.close().catch((error: unknown) => logger.warn('closing connections failed', { error })),
    async refresh(stopped) {
      const deadline = withDeadline(stopped, refreshIntervalMs, `${url}: no answer within the refresh interval`);
      const limits = { limitBytes: MAX_BODY_BYTES, sizeHint: 0 };
      const answer = await client
        .get({ url, headers, signal: deadline.signal, ...limits })
        .finally(() => deadline.release());
      if (!JSON_TYPE.test(answer.contentType)) {
        throw new DiscoveryError('discovery/http', `${url}: unsupported content type "${answer.contentType}"`, {
          hint: 'the endpoint must answer with Content-Type: application/json',
        });
      }
      return parseJsonGroups(answer.body.toString('utf8'), { origin: url, meta: { __meta_url: url } });
    },
  });
}
