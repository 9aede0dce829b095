import { describe, expect, test } from 'vitest';
import { loadPrometheusConfig } from './load.ts';

function load(text: string, env: Record<string, string> = {}) {
  return loadPrometheusConfig({ file: '/etc/prometheus/prometheus.yml', text, env });
}

function loadGood(text: string, env?: Record<string, string>) {
  const { config, diagnostics } = load(text, env);
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  return config;
}

describe('defaults', () => {
  test('an empty file collects nothing every minute', () => {
    const config = loadGood('');
    expect(config.global).toMatchObject({
      scrapeIntervalMs: 60_000,
      scrapeTimeoutMs: 10_000,
      evaluationIntervalMs: 60_000,
      ruleQueryOffsetMs: 0,
    });
    expect(config).toMatchObject({
      scrapeConfigs: [],
      ruleFiles: [],
      maxExemplars: 100_000,
      outOfOrderTimeWindowMs: 0,
    });
  });

  test('of a job', () => {
    const [job] = loadGood('scrape_configs:\n  - job_name: a\n').scrapeConfigs;
    expect(job).toMatchObject({
      scrapeIntervalMs: 60_000,
      scrapeTimeoutMs: 10_000,
      metricsPath: '/metrics',
      scheme: 'http',
      honorTimestamps: true,
      honorLabels: false,
      enableCompression: true,
      metricNameValidationScheme: 'utf8',
      scrapeProtocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'],
      http: {
        followRedirects: true,
        enableHttp2: true,
        tls: { insecureSkipVerify: false },
        noProxy: [],
        httpHeaders: {},
      },
      limits: { samples: 0, bodySizeBytes: 0 },
    });
  });

  test('of a relabeling rule', () => {
    const [job] = loadGood(
      'scrape_configs:\n  - job_name: a\n    relabel_configs:\n      - target_label: x\n',
    ).scrapeConfigs;
    const rule = job?.relabelConfigs[0];
    expect(rule).toMatchObject({ action: 'replace', separator: ';', replacement: '$1', modulus: 0n, sourceLabels: [] });
    expect(rule?.regex.test('anything\nat all')).toBe(true);
  });

  test('a key without a value is the zero value, not the default', () => {
    const [job] = loadGood(
      'scrape_configs:\n  - job_name: a\n    honor_timestamps:\n    metrics_path:\n',
    ).scrapeConfigs;
    expect(job).toMatchObject({ honorTimestamps: false, metricsPath: '' });
  });
});

describe('what a job takes from global', () => {
  const text = `
global:
  scrape_interval: 5s
  sample_limit: 10
  body_size_limit: 1KB
  scrape_protocols: [PrometheusText0.0.4]
scrape_configs:
  - job_name: a
  - job_name: b
    scrape_interval: 30s
    sample_limit: 20
    scrape_native_histograms: true
`;
  const [a, b] = loadGood(text).scrapeConfigs;

  test('interval, and a timeout that fits into it', () => {
    expect(a).toMatchObject({ scrapeIntervalMs: 5_000, scrapeTimeoutMs: 5_000 });
    expect(b).toMatchObject({ scrapeIntervalMs: 30_000, scrapeTimeoutMs: 5_000 });
  });

  test('limits and protocols', () => {
    expect(a?.limits).toMatchObject({ samples: 10, bodySizeBytes: 1024 });
    expect(b?.limits).toMatchObject({ samples: 20, bodySizeBytes: 1024 });
    expect(b?.scrapeProtocols).toEqual(['PrometheusText0.0.4']);
  });
});

describe('environment variables in external labels', () => {
  const label = (value: string, env: Record<string, string>) =>
    loadGood(`global:\n  external_labels:\n    a: '${value}'\n`, env).global.externalLabels.get('a');

  test.each([
    ['${REGION}', 'eu'],
    ['$REGION-1', 'eu-1'],
    ['x${REGION}y', 'xeuy'],
    ['$$5', '$5'],
    ['${UNSET}', ''],
    ['${REGION:-us}', ''],
    ['100%', '100%'],
  ])('%s', (value, expected) => {
    expect(label(value, { REGION: 'eu' })).toBe(expected);
  });
});

describe('files', () => {
  test('names start at the folder of the configuration file', () => {
    const { config } = load(
      'scrape_configs:\n  - job_name: a\n    file_sd_configs:\n      - files: [t.yml, /abs/t.yml]\n',
    );
    expect(config?.scrapeConfigs[0]?.fileSdConfigs[0]?.files).toEqual(['/etc/prometheus/t.yml', '/abs/t.yml']);
  });
});

describe('secrets', () => {
  const text = `scrape_configs:
  - job_name: a
    basic_auth:
      username: me
      password: hunter2 # keep
  - job_name: b
    bearer_token: "hunter2"
    proxy_url: http://me:hunter2@proxy:3128
  - job_name: c
    authorization:
      credentials: |
        hunter2
    oauth2:
`;

  test('are masked in the text that is shown, which stays YAML', () => {
    const { maskedYaml } = loadGood(text);
    expect(maskedYaml).not.toContain('hunter2');
    expect(maskedYaml).toContain('password: <secret> # keep');
    expect(maskedYaml).toContain('proxy_url: http://xxxxx@proxy:3128');
    expect(loadGood(maskedYaml).scrapeConfigs).toHaveLength(3);
  });

  test('can be read by those who use them, and are in no JSON', async () => {
    const { scrapeConfigs } = loadGood(text);
    expect(await scrapeConfigs[0]?.http.basicAuth?.password?.read()).toBe('hunter2');
    expect(await scrapeConfigs[1]?.http.authorization?.credentials.read()).toBe('hunter2');
    expect(JSON.stringify(scrapeConfigs[0]?.http.basicAuth)).not.toContain('hunter2');
  });
});

test('the configuration cannot be changed', () => {
  const config = loadGood('scrape_configs:\n  - job_name: a\n    params: {x: [y]}\n');
  expect(Object.isFrozen(config.scrapeConfigs[0]?.params['x'])).toBe(true);
});
