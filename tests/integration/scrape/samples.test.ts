/** What is stored of one scrape: labels, clashes, limits, duplicates, explicit timestamps, exemplars, metadata. */

import { expect, test } from 'vitest';
import type { ScrapeConfig } from '../../../packages/server/src/config/prometheus/types.ts';
import { exposed } from '../../../packages/server/src/telemetry/testing/exposed.ts';
import { NO_LIMITS, prometheusConfig, relabelConfig, scrapeConfig, staticGroup } from './support/configs.ts';
import { OPEN_METRICS, startManager, startTarget, TEXT, until } from './support/harness.ts';

async function scrapeOnce(
  body: string,
  overrides: Partial<ScrapeConfig> = {},
  { headers = TEXT, labels = {} }: { headers?: Record<string, string>; labels?: Record<string, string> } = {},
) {
  const target = await startTarget();
  target.answer(body, headers);
  const harness = startManager({ hasExtraMetrics: true });
  const config = scrapeConfig({
    scrapeIntervalMs: 800,
    scrapeTimeoutMs: 800,
    staticConfigs: [staticGroup([target.address], { instance: 'i', ...labels })],
    ...overrides,
  });
  await harness.apply(prometheusConfig(config));
  await until(() => harness.writer.names().some((name) => name.startsWith('up{')));
  const active = harness.manager.targets().activeTargets[0];
  return { ...harness, target, config, lastError: active?.lastError, health: active?.health };
}

const OWN = 'instance="i", job="test"';

test('labels of the target win, and clashing exposed labels move to exported_ names', async () => {
  const { writer } = await scrapeOnce(
    'a{job="x",instance="y",exported_job="z",other="o"} 1\n',
    {},
    { labels: { other: 't' } },
  );
  expect(writer.names()).toContain(
    'a{exported_exported_job="x", exported_instance="y", exported_job="z", exported_other="o", instance="i", job="test", other="t"}',
  );
});

test('honor_labels keeps what the target says', async () => {
  const { writer } = await scrapeOnce('a{job="x"} 1\n', { honorLabels: true });
  expect(writer.names()).toContain('a{instance="i", job="x"}');
});

test('metric relabeling renames, drops and counts', async () => {
  const { writer } = await scrapeOnce('a{x="1"} 1\nb 2\nc{x="2"} 3\n', {
    metricRelabelConfigs: [
      relabelConfig({ source_labels: ['__name__'], regex: 'b', action: 'drop' }),
      relabelConfig({ source_labels: ['x'], target_label: 'y' }),
      relabelConfig({ regex: 'x', action: 'labeldrop' }),
    ],
  });
  expect(writer.names()).toEqual(expect.arrayContaining([`a{${OWN}, y="1"}`, `c{${OWN}, y="2"}`]));
  expect(writer.names().some((name) => name.startsWith('b{'))).toBe(false);
  expect(writer.values(`scrape_samples_scraped{${OWN}}`)[0]).toBe(3);
  expect(writer.values(`scrape_samples_post_metric_relabeling{${OWN}}`)[0]).toBe(2);
});

test('series dropped by relabeling are looked at once', async () => {
  const { writer } = await scrapeOnce('a 1\nb 2\n', {
    metricRelabelConfigs: [relabelConfig({ source_labels: ['__name__'], regex: 'b', action: 'drop' })],
  });
  const calls = writer.seriesCalls;
  await until(() => writer.values(`a{${OWN}}`).length >= 3);
  expect(writer.seriesCalls).toBe(calls);
});

const LIMITED: [string, Partial<typeof NO_LIMITS>, string, string, string][] = [
  ['sample_limit', { samples: 2 }, 'a 1\nb 2\nc 3\n', 'sample limit exceeded', 'sample'],
  ['body_size_limit', { bodySizeBytes: 4 }, 'a 1\nb 2\n', 'body size limit exceeded', 'body_size'],
  [
    'label_limit',
    { labels: 3 },
    'a{x="1"} 1\n',
    'label_limit exceeded (metric: a, number of labels: 4, limit: 3)',
    'label',
  ],
  [
    'label_name_length_limit',
    { labelNameLength: 9 },
    'a{much_longer="1"} 1\n',
    'label_name_length_limit exceeded (metric: a, label name: much_longer, length: 11, limit: 9)',
    'label',
  ],
  [
    'label_value_length_limit',
    { labelValueLength: 4 },
    'a{x="12345"} 1\n',
    'label_value_length_limit exceeded (metric: a, label name: x, value: "12345", length: 5, limit: 4)',
    'label',
  ],
];

test.each(LIMITED)('%s fails the whole scrape', async (_, limits, body, message, kind) => {
  const { writer, lastError, health, registry } = await scrapeOnce(body, { limits: { ...NO_LIMITS, ...limits } });
  expect(lastError).toBe(message);
  expect(health).toBe('down');
  expect(writer.names().filter((name) => /^[abc]\{/.test(name))).toEqual([]);
  expect(writer.values(`up{${OWN}}`)[0]).toBe(0);
  expect(await exposed(registry)).toMatch(new RegExp(`sightline_scrape_limits_exceeded_total{limit="${kind}"} [1-9]`));
});

test('what was scraped is counted even when a limit fails it', async () => {
  const { writer } = await scrapeOnce('a 1\nb 2\nc 3\n', { limits: { ...NO_LIMITS, samples: 2 } });
  expect(writer.values(`scrape_samples_scraped{${OWN}}`)[0]).toBe(3);
  expect(writer.values(`scrape_samples_post_metric_relabeling{${OWN}}`)[0]).toBe(3);
  expect(writer.values(`scrape_series_added{${OWN}}`)[0]).toBe(2);
  expect(writer.values(`scrape_sample_limit{${OWN}}`)[0]).toBe(2);
});

test('a body over the limit is told apart in scrape_body_size_bytes', async () => {
  const over = await scrapeOnce('a 1\nb 2\n', { limits: { ...NO_LIMITS, bodySizeBytes: 8 } });
  expect(over.writer.values(`scrape_body_size_bytes{${OWN}}`)[0]).toBe(-1);
  const under = await scrapeOnce('a 1\nb 2\n', { limits: { ...NO_LIMITS, bodySizeBytes: 9 } });
  expect(under.writer.values(`scrape_body_size_bytes{${OWN}}`)[0]).toBe(8);
});

test('target_limit fails every target of the job without a request', async () => {
  const { manager, target } = await scrapeOnce('a 1\n', {
    limits: { ...NO_LIMITS, targets: 1 },
    staticConfigs: [staticGroup(['127.0.0.1:1', '127.0.0.1:2'], { instance: 'i' })],
  });
  await until(() => manager.targets().activeTargets.every(({ health }) => health === 'down'));
  expect(manager.targets().activeTargets.map(({ lastError }) => lastError)).toEqual([
    'target_limit exceeded (number of targets: 2, limit: 1)',
    'target_limit exceeded (number of targets: 2, limit: 1)',
  ]);
  expect(target.requests).toEqual([]);
});

test('a bad line anywhere drops the scrape and names the line', async () => {
  const { writer, lastError } = await scrapeOnce('a 1\nb{x="y} 2\n');
  expect(lastError).toContain('line 2');
  expect(writer.names().some((name) => name.startsWith('a{'))).toBe(false);
});

test('a series given twice keeps its first value and is counted', async () => {
  const { writer, registry } = await scrapeOnce('a 1\na 2\n');
  expect(writer.values(`a{${OWN}}`)[0]).toBe(1);
  expect(writer.values(`scrape_samples_post_metric_relabeling{${OWN}}`)[0]).toBe(2);
  expect(await exposed(registry)).toMatch(/sightline_scrape_dropped_samples_total{reason="duplicate"} [1-9]/);
});

test('explicit timestamps are kept, several of one series too, and get no staleness marker', async () => {
  const now = Date.now();
  const { writer, target } = await scrapeOnce(`a 1 ${now - 60_000}\na 2 ${now - 30_000}\nb 1\n`);
  expect(writer.samples(`a{${OWN}}`)).toEqual([
    { atMs: now - 60_000, value: 1 },
    { atMs: now - 30_000, value: 2 },
  ]);
  target.answer('c 1\n');
  await until(() => writer.values(`b{${OWN}}`).includes('stale'));
  expect(writer.values(`a{${OWN}}`)).toEqual([1, 2]);
});

test('track_timestamps_staleness marks series with explicit timestamps', async () => {
  const at = Date.now() - 1000;
  const { writer, target } = await scrapeOnce(`a 1 ${at}\n`, { trackTimestampsStaleness: true });
  target.answer('c 1\n');
  await until(() => writer.values(`a{${OWN}}`).includes('stale'));
});

test('honor_timestamps: false takes the time of the scrape', async () => {
  const { writer } = await scrapeOnce('a 1 1000\n', { honorTimestamps: false });
  expect(writer.samples(`a{${OWN}}`)[0]?.atMs).toBe(writer.samples(`up{${OWN}}`)[0]?.atMs);
});

test('a sample more than ten minutes ahead is left out', async () => {
  const { writer, health } = await scrapeOnce(`a 1 ${Date.now() + 11 * 60_000}\nb 1\n`);
  expect(health).toBe('up');
  expect(writer.names().some((name) => name.startsWith('a{'))).toBe(false);
});

test('bounds of histograms and summaries have one spelling', async () => {
  const body =
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\n# TYPE s summary\ns{quantile="1"} 2\n# TYPE g gauge\ng{le="1"} 3\n';
  const { writer } = await scrapeOnce(body);
  expect(writer.names()).toEqual(
    expect.arrayContaining([
      `h_bucket{${OWN}, le="1.0"}`,
      `h_bucket{${OWN}, le="+Inf"}`,
      `s{${OWN}, quantile="1.0"}`,
      `g{${OWN}, le="1"}`,
    ]),
  );
});

test('OpenMetrics brings exemplars and metadata', async () => {
  const body =
    '# TYPE c counter\n# HELP c Help of c.\n# UNIT c_seconds seconds\nc_total 1 # {trace_id="abc"} 0.5 1700000000.25\nc_total{x="y"} 2 # {trace_id="def"} 0.7\n# EOF\n';
  const { writer } = await scrapeOnce(body, {}, { headers: OPEN_METRICS });
  expect(writer.exemplars[0]).toMatchObject({ exemplar: { value: 0.5, timestamp: 1_700_000_000_250 } });
  expect(writer.exemplars[0]?.exemplar.labels.get('trace_id')).toBe('abc');
  expect(writer.exemplars[1]?.exemplar.timestamp).toBe(writer.samples(`up{${OWN}}`)[0]?.atMs);
  expect(writer.metadata.get('c')).toEqual({ name: 'c', type: 'counter', help: 'Help of c.', unit: '' });
  expect(writer.metadata.get('up')?.type).toBe('gauge');
});

test('series the store refuses do not fail the scrape and are offered again later, not each time', async () => {
  const { writer, apply, config, registry } = await scrapeOnce('');
  writer.refuse = (labels) => (labels.metricName === 'a' ? 'series_limit' : undefined);
  const target = await startTarget('a 1\nb 2\n');
  await apply(prometheusConfig({ ...config, staticConfigs: [staticGroup([target.address], { instance: 'other' })] }));
  await until(() => writer.values('b{instance="other", job="test"}').length >= 3);
  expect(await exposed(registry)).toContain('sightline_scrape_rejected_samples_total{reason="series_limit"} 1');
  expect(writer.values('up{instance="other", job="test"}')[0]).toBe(1);
  expect(writer.values('scrape_samples_post_metric_relabeling{instance="other", job="test"}')).toEqual(
    expect.arrayContaining([2]),
  );
});

test('legacy names refuse what UTF-8 names allow', async () => {
  const body = '{"a.b","c.d"="1"} 1\n';
  const utf8 = await scrapeOnce(body);
  expect(utf8.writer.names()).toContain(`{"a.b", "c.d"="1", ${OWN}}`);
  const legacy = await scrapeOnce(body, { metricNameValidationScheme: 'legacy' });
  expect(legacy.lastError).toMatch(/^invalid metric name or label names: /);
});
