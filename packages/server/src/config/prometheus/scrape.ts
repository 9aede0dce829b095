/** One entry of `scrape_configs`: a job. Defaults and rules: Prometheus config.ScrapeConfig. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { UINT64 } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { type NameScheme, requireKey, warnNotRun } from './decode-kit.ts';
import { readDiscovery } from './discovery.ts';
import { type GlobalSection, readLimits, reportTimeout, warnHistograms } from './global.ts';
import { readHttpClient } from './http-client.ts';
import { readRelabelConfigs } from './relabel.ts';
import {
  DEFAULT_PROTOCOLS,
  PROTO_FIRST,
  readEscapingScheme,
  readFallbackProtocol,
  readNameScheme,
  readScrapeProtocols,
} from './scrape-protocols.ts';
import type { ScrapeConfig } from './types.ts';

const HINTS = {
  targets: '`targets` belongs under `static_configs`: `static_configs: [{targets: [host:port]}]`',
  static_config: 'did you mean `static_configs`? It is a list: `static_configs: [{targets: [host:port]}]`',
  labels: '`labels` belongs beside `targets` in `static_configs`',
  interval: 'did you mean `scrape_interval`?',
  timeout: 'did you mean `scrape_timeout`?',
  path: 'did you mean `metrics_path`?',
  job: 'did you mean `job_name`?',
  name: 'did you mean `job_name`?',
};

/** Reported and undefined when the entry is not a job. */
export function readScrapeConfig(cursor: Cursor, global: GlobalSection): ScrapeConfig | undefined {
  if (cursor.isNull) {
    return cursor.error({
      code: 'config/empty-section',
      message: 'an entry of `scrape_configs` is empty',
      hint: 'remove the `-`, or write a job behind it',
    });
  }
  const reader = ObjectReader.open(cursor, 'a scrape job');
  if (reader === undefined) return undefined;
  requireKey(reader, 'job_name', 'every job needs a name: `job_name: my-service`');
  const { scheme, interval, timeout } = readBasics(reader, global);
  const relabelConfigs = readRelabelConfigs(reader, 'relabel_configs', scheme);
  const metricRelabelConfigs = readRelabelConfigs(reader, 'metric_relabel_configs', scheme);
  const fallback = readFallbackProtocol(reader);
  const isNative = reader.at('scrape_native_histograms')?.boolean() ?? global.scrapeNativeHistograms;
  const config: ScrapeConfig = {
    jobName: reader.string('job_name'),
    honorLabels: reader.boolean('honor_labels'),
    honorTimestamps: reader.boolean('honor_timestamps', true),
    trackTimestampsStaleness: reader.boolean('track_timestamps_staleness'),
    params: readParams(reader),
    scrapeIntervalMs: interval,
    scrapeTimeoutMs: timeout,
    scrapeProtocols:
      readScrapeProtocols(reader) ?? global.scrapeProtocols ?? (isNative ? PROTO_FIRST : DEFAULT_PROTOCOLS),
    ...(fallback === undefined ? {} : { fallbackScrapeProtocol: fallback }),
    metricsPath: reader.string('metrics_path', '/metrics'),
    scheme: readScheme(reader),
    enableCompression: reader.boolean('enable_compression', true),
    metricNameValidationScheme: scheme,
    http: readHttpClient(reader, { missingFile: 'error' }),
    relabelConfigs,
    metricRelabelConfigs,
    limits: readLimits(reader, global.limits),
    ...readDiscovery(reader, { scheme, hasRelabeling: relabelConfigs.length > 0 }),
  };
  readHistogramKeys(reader);
  reader.finish({ hints: HINTS });
  return config;
}

function readBasics(
  reader: ObjectReader,
  global: GlobalSection,
): { scheme: NameScheme; interval: number; timeout: number } {
  const own = readNameScheme(reader);
  const scheme = own ?? global.nameScheme;
  const ownEscaping = readEscapingScheme(reader);
  const inherited =
    own === undefined
      ? (global.escapingScheme ?? (global.nameScheme === 'legacy' ? 'underscores' : 'allow-utf-8'))
      : undefined;
  const escaping = ownEscaping ?? inherited ?? (scheme === 'legacy' ? 'underscores' : 'allow-utf-8');
  if (escaping === 'allow-utf-8' && scheme === 'legacy') {
    (reader.at('metric_name_escaping_scheme') ?? reader.cursor).error({
      code: 'config/name-scheme',
      message: 'UTF-8 names are asked for, but `metric_name_validation_scheme` is `legacy`',
      hint: 'set the escaping scheme to `underscores`, or the validation scheme to `utf8`',
    });
  }
  const interval = reader.duration('scrape_interval') || global.scrapeIntervalMs;
  const timeout = reader.duration('scrape_timeout');
  if (timeout > interval) reportTimeout(reader);
  return { scheme, interval, timeout: timeout || Math.min(global.scrapeTimeoutMs, interval) };
}

function readParams(reader: ObjectReader): Record<string, readonly string[]> {
  const params: Record<string, readonly string[]> = {};
  for (const entry of reader.at('params')?.entries('a mapping of names to lists of values') ?? []) {
    params[entry.key?.text ?? ''] = entry.strings() ?? [];
  }
  return params;
}

/** Prometheus takes any scheme here; one that is not http or https fails at every scrape unless relabeling replaces it. */
function readScheme(reader: ObjectReader): string {
  const scheme = reader.string('scheme', 'http');
  if (scheme !== 'http' && scheme !== 'https') {
    reader.at('scheme')?.warn({
      code: 'config/scheme',
      message: `\`${scheme}\` is not a scheme that can be scraped`,
      hint: 'write `http` or `https`',
    });
  }
  return scheme;
}

function readHistogramKeys(reader: ObjectReader): void {
  warnHistograms(reader);
  reader.integer('native_histogram_bucket_limit', 0, UINT64);
  reader.float('native_histogram_min_bucket_factor');
  for (const key of [
    'native_histogram_bucket_limit',
    'native_histogram_min_bucket_factor',
    'scrape_failure_log_file',
  ]) {
    warnNotRun(reader.given(key), `\`${key}\` is`);
  }
  reader.string('scrape_failure_log_file');
}
