/** Option values by name to the nested SightlineConfig. */
import type { ListenAddress } from './option-types.ts';
import type { SightlineConfig } from './types.ts';

/** `get` gives a value of the type that the OPTIONS table says. */
export function assembleConfig(get: (name: string) => unknown): SightlineConfig {
  const text = (name: string) => get(name) as string;
  const number = (name: string) => get(name) as number;
  const flag = (name: string) => get(name) as boolean;
  const texts = (name: string) => get(name) as readonly string[];
  return {
    listen: get('listen') as ListenAddress,
    listeners: get('listeners') as readonly ListenAddress[],
    dataDir: text('data_dir'),
    security: { insecureNoAuth: flag('security.insecure_no_auth') },
    log: {
      level: get('log.level') as SightlineConfig['log']['level'],
      format: get('log.format') as SightlineConfig['log']['format'],
    },
    prometheus: { configFile: text('prometheus.config_file') },
    alertmanager: { configFile: text('alertmanager.config_file') },
    externalUrl: text('external_url').replace(/\/+$/, ''),
    alerting: {
      defaultRules: get('alerting.default_rules') as SightlineConfig['alerting']['defaultRules'],
      maxAlerts: number('alerting.max_alerts'),
    },
    hostMetrics: {
      enabled: flag('host_metrics.enabled'),
      intervalMs: number('host_metrics.interval'),
      job: text('host_metrics.job'),
      instance: text('host_metrics.instance'),
      procPath: text('host_metrics.proc_path'),
      sysPath: text('host_metrics.sys_path'),
      rootfs: text('host_metrics.rootfs'),
      disabledCollectors: texts('host_metrics.disabled_collectors'),
      enabledCollectors: texts('host_metrics.enabled_collectors'),
      textfileDirectory: text('host_metrics.textfile_directory'),
    },
    selfScrape: { enabled: flag('self_scrape.enabled'), intervalMs: number('self_scrape.interval') },
    storage: {
      backend: get('storage.backend') as SightlineConfig['storage']['backend'],
      maxMemoryBytes: number('storage.max_memory'),
      clickhouse: {
        url: text('storage.clickhouse.url'),
        username: text('storage.clickhouse.username'),
        passwordFile: text('storage.clickhouse.password_file'),
        database: text('storage.clickhouse.database'),
        soleWriter: flag('storage.clickhouse.sole_writer'),
      },
      cacheBytes: number('storage.cache_memory'),
      retention: {
        metricsMs: number('storage.retention.metrics'),
        alertEventsMs: number('storage.retention.alerts'),
      },
      maxActiveSeries: number('storage.max_active_series'),
      maxQueuedSamples: number('storage.max_queued_samples'),
    },
    query: {
      timeoutMs: number('query.timeout'),
      maxSamples: number('query.max_samples'),
      maxSeries: number('query.max_series'),
      maxPoints: number('query.max_points'),
      maxMemoryBytes: number('query.max_memory'),
      maxTotalMemoryBytes: number('query.max_total_memory'),
      cacheBytes: number('query.cache_memory'),
      maxConcurrency: number('query.max_concurrency'),
      maxQueued: number('query.max_queued'),
      lookbackMs: number('query.lookback'),
      experimentalFunctions: flag('query.experimental_functions'),
    },
    limits: {
      requestBodyBytes: number('limits.request_body'),
      decompressedBodyBytes: number('limits.decompressed_body'),
      labelsPerSeries: number('limits.labels_per_series'),
      labelNameLength: number('limits.label_name_length'),
      labelValueLength: number('limits.label_value_length'),
    },
  };
}
