/** Where the text of a scrape comes from: a target over HTTP, or a collector inside this process. */
import type { ScrapeConfig, ScrapeProtocol } from '../../config/prometheus/types.ts';
import { abortable } from './abortable.ts';
import { messageOf, ScrapeError } from './errors.ts';
import type { HttpClient } from './http/http-client.ts';

interface ScrapedText {
  readonly body: Buffer;
  readonly contentType: string;
}

export interface ScrapeSource {
  /**
   * The body belongs to the caller. Rejects with the signal's reason when it aborts.
   * @param sizeHint size of the last body
   */
  fetch(signal: AbortSignal, sizeHint: number): Promise<ScrapedText>;
}

const ESCAPING: Readonly<Record<ScrapeConfig['metricNameValidationScheme'], string>> = {
  legacy: 'underscores',
  utf8: 'allow-utf-8',
};

const MEDIA_TYPES: Readonly<Partial<Record<ScrapeProtocol, string>>> = {
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
};

/** Protocols in the order of preference; the protobuf format is never asked for, since it cannot be read. */
function acceptHeader({
  scrapeProtocols,
  metricNameValidationScheme,
}: Pick<ScrapeConfig, 'scrapeProtocols' | 'metricNameValidationScheme'>): string {
  const parts: string[] = [];
  let weight = 6;
  for (const protocol of scrapeProtocols) {
    const media = MEDIA_TYPES[protocol];
    if (media === undefined) continue;
    const escaping = protocol.endsWith('1.0.0') ? `;escaping=${ESCAPING[metricNameValidationScheme]}` : '';
    parts.push(`${media}${escaping};q=0.${weight--}`);
  }
  parts.push(`*/*;q=0.${weight}`);
  return parts.join(',');
}

export function httpSource(
  target: { readonly url: string; readonly timeoutMs: number },
  config: ScrapeConfig,
  client: HttpClient,
  userAgent: string,
): ScrapeSource {
  const headers = {
    accept: acceptHeader(config),
    'accept-encoding': config.enableCompression ? 'gzip' : 'identity',
    'user-agent': userAgent,
    'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
  };
  const limitBytes = config.limits.bodySizeBytes;
  return {
    fetch: (signal, sizeHint) => client.get({ url: target.url, headers, signal, limitBytes, sizeHint }),
  };
}

/** A collector's failure is the failure of a scrape, in its own words. */
export function internalSource(collect: () => Promise<Buffer>): ScrapeSource {
  return {
    async fetch(signal) {
      try {
        const body = await abortable(collect(), signal);
        return { body, contentType: 'text/plain; version=0.0.4' };
      } catch (error) {
        if (signal.aborted || error instanceof ScrapeError) throw error;
        throw new ScrapeError('scrape/collect', messageOf(error), { cause: error });
      }
    },
  };
}
