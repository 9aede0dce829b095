/** Scrape configurations with every default filled in, as the loader would. */
import { compileAnchored, Labels } from '@sightline/model';
import type {
  HttpClientConfig,
  PrometheusConfig,
  RelabelConfig,
  ScrapeConfig,
  Secret,
  TargetGroup,
} from '../../../../packages/server/src/config/prometheus/types.ts';

export const HTTP_DEFAULTS: HttpClientConfig = {
  tls: { insecureSkipVerify: false },
  noProxy: [],
  followRedirects: true,
  enableHttp2: true,
  httpHeaders: {},
};

export const NO_LIMITS = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

export function scrapeConfig(overrides: Partial<ScrapeConfig> = {}): ScrapeConfig {
  return {
    jobName: 'test',
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    params: {},
    scrapeIntervalMs: 1000,
    scrapeTimeoutMs: 1000,
    scrapeProtocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'],
    metricsPath: '/metrics',
    scheme: 'http',
    enableCompression: true,
    metricNameValidationScheme: 'utf8',
    http: HTTP_DEFAULTS,
    relabelConfigs: [],
    metricRelabelConfigs: [],
    limits: NO_LIMITS,
    staticConfigs: [],
    fileSdConfigs: [],
    httpSdConfigs: [],
    dnsSdConfigs: [],
    ...overrides,
  };
}

export function prometheusConfig(...scrapeConfigs: ScrapeConfig[]): PrometheusConfig {
  return {
    global: {
      scrapeIntervalMs: 1000,
      scrapeTimeoutMs: 1000,
      evaluationIntervalMs: 60_000,
      ruleQueryOffsetMs: 0,
      externalLabels: Labels.EMPTY,
      queryLogFile: '',
    },
    scrapeConfigs,
    alerting: { alertmanagers: [], alertRelabelConfigs: [], nameScheme: 'utf8' },
    ruleFiles: [],
    outOfOrderTimeWindowMs: 0,
    maxExemplars: 0,
    maskedYaml: '',
  };
}

export function staticGroup(targets: readonly string[], labels: Record<string, string> = {}): TargetGroup {
  return { source: '0', targets, labels: Labels.fromObject(labels) };
}

export interface RelabelYaml {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: RelabelConfig['action'];
}

export function relabelConfig(yaml: RelabelYaml): RelabelConfig {
  return {
    sourceLabels: yaml.source_labels ?? [],
    separator: yaml.separator ?? ';',
    regex: compileAnchored(yaml.regex ?? '(.*)'),
    modulus: BigInt(yaml.modulus ?? 0),
    targetLabel: yaml.target_label ?? '',
    replacement: yaml.replacement ?? '$1',
    action: yaml.action ?? 'replace',
  };
}

export function secret(value: string): Secret {
  return { read: async () => value, toJSON: () => '<secret>' } as Secret;
}
