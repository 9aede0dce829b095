/** Targets inside this process (the host collector, own metrics): scraped by the same loop as any other, without HTTP. */
import { formatDuration, Labels } from '@sightline/model';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import type { Discoverer } from '../discovery/discoverer.ts';
import { fingerprint } from './fingerprint.ts';
import type { PoolPlan } from './pool.ts';
import { internalSource } from './source.ts';
import type { Target } from './target.ts';

export interface InternalTarget {
  readonly job: string;
  readonly instance: string;
  /** Added to `job` and `instance`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** Shown as `internal://name`. Default: the job. */
  readonly name?: string;
  /** Exposition text 0.0.4. A rejection fails the scrape with its message. */
  collect(): Promise<Buffer>;
}

const NO_LIMITS = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

/** All internal targets of one job. */
export function planInternalPool(job: string, targets: readonly InternalTarget[]): PoolPlan {
  const byUrl = new Map(targets.map((target) => [urlOf(target), target]));
  return {
    config: { ...INTERNAL_CONFIG, jobName: job },
    discoverers: new Map([[`static:${fingerprint(targets.map(discovered))}`, discovererOf(targets)]]),
    sourceFor: (target: Target) => internalSource(() => (byUrl.get(target.url) as InternalTarget).collect()),
    close: async () => undefined,
  };
}

function discovererOf(targets: readonly InternalTarget[]): Discoverer {
  return {
    start: (publish) => publish([{ source: 'internal', targets: targets.map(discovered), labels: Labels.EMPTY }]),
    stop: () => undefined,
  };
}

function discovered(target: InternalTarget): Labels {
  return Labels.fromObject({
    ...target.labels,
    job: target.job,
    instance: target.instance,
    __address__: target.name ?? target.job,
    __scrape_interval__: formatDuration(target.intervalMs),
    __scrape_timeout__: formatDuration(target.intervalMs),
  });
}

function urlOf(target: InternalTarget): string {
  return `internal://${target.name ?? target.job}`;
}

const INTERNAL_CONFIG: ScrapeConfig = {
  jobName: '',
  honorLabels: false,
  honorTimestamps: true,
  trackTimestampsStaleness: false,
  params: {},
  scrapeIntervalMs: 15_000,
  scrapeTimeoutMs: 15_000,
  scrapeProtocols: ['PrometheusText0.0.4'],
  metricsPath: '',
  scheme: 'internal' as ScrapeConfig['scheme'],
  enableCompression: false,
  metricNameValidationScheme: 'utf8',
  http: {
    tls: { insecureSkipVerify: false },
    noProxy: [],
    followRedirects: false,
    enableHttp2: false,
    httpHeaders: {},
  },
  relabelConfigs: [],
  metricRelabelConfigs: [],
  limits: NO_LIMITS,
  staticConfigs: [],
  fileSdConfigs: [],
  httpSdConfigs: [],
  dnsSdConfigs: [],
};
