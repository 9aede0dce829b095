import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseExpr } from '../parser/index.ts';
import type { LintCode, LintFacts, LintFinding } from './finding.ts';
import { lintExpr } from './index.ts';

const METRICS = [
  'http_requests_total',
  'http_request_duration_seconds_bucket',
  'http_request_duration_seconds_count',
  'http_request_duration_seconds_sum',
  'node_memory_MemAvailable_bytes',
  'node_cpu_seconds_total',
  'rpc_latency_seconds',
  'rpc_latency_seconds_count',
  'rpc_latency_seconds_sum',
  'site_open',
  'up',
];
const SITE_VALUES: Readonly<Record<string, readonly string[]>> = { job: ['frontend', 'backend'], zone: ['eu'] };
const FACTS: LintFacts = {
  metricNames: new Set(METRICS),
  metricTypes: new Map([
    ['http_requests_total', 'counter'],
    ['http_request_duration_seconds', 'histogram'],
    ['node_memory_MemAvailable_bytes', 'gauge'],
    ['node_cpu_seconds', 'counter'],
    ['rpc_latency_seconds', 'summary'],
    ['up', 'gauge'],
  ]),
  labelNames: new Set(['job', 'instance', 'code', 'le', 'mode', 'quantile']),
  labelsOf: (metric) => {
    if (metric === 'site_open') return new Set(Object.keys(SITE_VALUES));
    return metric === 'up' ? new Set(['job', 'instance']) : undefined;
  },
  valuesOf: (metric, label) => (metric === 'site_open' ? new Set(SITE_VALUES[label]) : undefined),
  hasSeries: (matchers) => !matchers.some(({ name, value }) => name === 'job' && value === 'backend'),
  scrapeIntervalMs: 15_000,
};

function lint(text: string, facts: LintFacts = FACTS): LintFinding[] {
  return lintExpr(parseExpr(text, { enableExperimental: true }), facts);
}

function applied(text: string, { fix }: LintFinding): string {
  if (fix === undefined) throw new Error('no fix');
  return text.slice(0, fix.span.start) + fix.replacement + text.slice(fix.span.end);
}

const FOUND: readonly [query: string, code: LintCode, at: string, fixed: string | undefined][] = [
  ['http_requests_total', 'counter-without-rate', 'http_requests_total', 'rate(http_requests_total[5m])'],
  [
    'sum by (job) (http_requests_total{code="500"} offset 1h)',
    'counter-without-rate',
    'http_requests_total{code="500"} offset 1h',
    'sum by (job) (rate(http_requests_total{code="500"}[5m] offset 1h))',
  ],
  ['topk(3, (node_cpu_seconds_total))', 'counter-without-rate', 'node_cpu_seconds_total', undefined],
  ['8 * http_requests_total', 'counter-without-rate', 'http_requests_total', undefined],
  [
    'avg(http_request_duration_seconds_count)',
    'counter-without-rate',
    'http_request_duration_seconds_count',
    'avg(rate(http_request_duration_seconds_count[5m]))',
  ],
  ['delta(http_requests_total[5m])', 'counter-without-rate', 'delta(http_requests_total[5m])', undefined],
  ['sum(http_requests_total) > 1000', 'counter-without-rate', 'http_requests_total', undefined],
  [
    'http_requests_total > 1000',
    'counter-compared',
    'http_requests_total > 1000',
    'rate(http_requests_total[5m]) > 1000',
  ],
  [
    'rate(node_memory_MemAvailable_bytes[5m])',
    'rate-of-gauge',
    'rate(node_memory_MemAvailable_bytes[5m])',
    'deriv(node_memory_MemAvailable_bytes[5m])',
  ],
  ['increase(up[5m])', 'rate-of-gauge', 'increase(up[5m])', 'delta(up[5m])'],
  [
    'rate(sum by (job) (http_requests_total)[5m:1m])',
    'rate-of-sum',
    'rate(sum by (job) (http_requests_total)[5m:1m])',
    'sum by (job) (rate(http_requests_total[5m]))',
  ],
  ['rate(http_requests_total[15s])', 'range-too-short', 'http_requests_total[15s]', 'rate(http_requests_total[5m])'],
  ['irate(http_requests_total[20s])', 'range-too-short', 'http_requests_total[20s]', undefined],
  ['max_over_time(up[10s])', 'range-too-short', 'up[10s]', 'max_over_time(up[5m])'],
  [
    'irate(http_requests_total[1h])',
    'irate-over-long-range',
    'irate(http_requests_total[1h])',
    'rate(http_requests_total[1h])',
  ],
  [
    'histogram_quantile(0.9, sum by (job) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram-without-le',
    'sum by (job) (rate(http_request_duration_seconds_bucket[5m]))',
    'histogram_quantile(0.9, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m])))',
  ],
  [
    'histogram_quantile(0.9, sum without (le, job) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram-without-le',
    'sum without (le, job) (rate(http_request_duration_seconds_bucket[5m]))',
    'histogram_quantile(0.9, sum without (job) (rate(http_request_duration_seconds_bucket[5m])))',
  ],
  [
    'histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket[5m])))',
    'histogram-without-le',
    'sum(rate(http_request_duration_seconds_bucket[5m]))',
    'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  ],
  [
    'histogram_quantile(0.9, rate(http_request_duration_seconds_count[5m]))',
    'histogram-without-buckets',
    'http_request_duration_seconds_count',
    'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))',
  ],
  [
    'histogram_quantile(0.9, http_request_duration_seconds_bucket)',
    'histogram-without-rate',
    'http_request_duration_seconds_bucket',
    'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))',
  ],
  ['quantile(95, up)', 'quantile-out-of-range', '95', 'quantile(0.95, up)'],
  ['quantile_over_time(-1, up[5m])', 'quantile-out-of-range', '-1', undefined],
  [
    'avg(rpc_latency_seconds{quantile="0.9"})',
    'averaged-quantiles',
    'avg(rpc_latency_seconds{quantile="0.9"})',
    undefined,
  ],
  ['sum(rpc_latency_seconds)', 'aggregated-quantiles', 'sum(rpc_latency_seconds)', undefined],
  ['up{job=~"api"}', 'plain-regex', 'job=~"api"', 'up{job="api"}'],
  ['up{job="a", instance!~"b"}', 'plain-regex', 'instance!~"b"', 'up{job="a", instance!="b"}'],
  ['up{job="a|b"}', 'regex-without-tilde', 'job="a|b"', 'up{job=~"a|b"}'],
  ['up{job=~".*"}', 'matcher-matches-all', 'job=~".*"', undefined],
  ['up{job!~".*"}', 'regex-never-matches', 'job!~".*"', undefined],
  ['rate(http_request_total[5m])', 'unknown-metric', 'http_request_total', 'rate(http_requests_total[5m])'],
  ['node_cpu_seconds', 'unknown-metric', 'node_cpu_seconds', 'node_cpu_seconds_total'],
  ['{__name__="upp"}', 'unknown-metric', '__name__="upp"', undefined],
  ['up{jb="a"}', 'unknown-label', 'jb="a"', undefined],
  ['sum by (code) (up)', 'unknown-label', 'sum by (code) (up)', undefined],
  ['site_open{job="fronted"} == 0', 'unknown-value', 'job="fronted"', undefined],
  ['site_open{zone=~"us|asia"}', 'unknown-value', 'zone=~"us|asia"', undefined],
  ['site_open{job="backend", zone="eu"}', 'no-series', 'site_open{job="backend", zone="eu"}', undefined],
  ['up / 0', 'division-by-zero', 'up / 0', undefined],
  ['up == NaN', 'empty-comparison', 'up == NaN', undefined],
  ['count(up{job="a"}) == 0', 'empty-comparison', 'count(up{job="a"}) == 0', 'absent(up{job="a"})'],
  ['1 > count by (job) (up)', 'empty-comparison', '1 > count by (job) (up)', undefined],
  ['sum(up) / up', 'sides-never-match', 'sum(up) / up', undefined],
  [
    'rate(http_requests_total[5m]) * sum(up)',
    'sides-never-match',
    'rate(http_requests_total[5m]) * sum(up)',
    undefined,
  ],
  ['up @ 1700000000000', 'suspicious-time', 'up @ 1700000000000', undefined],
  ['up offset -5m', 'future-offset', 'up offset -5m', undefined],
];

describe('what is found, where, and what the fix makes of it', () => {
  test.each(FOUND)('%s', (query, code, at, fixed) => {
    const findings = lint(query);
    const finding = findings.find((one) => one.code === code);
    expect(findings.map((one) => one.code)).toContain(code);
    if (finding === undefined) return;
    expect(query.slice(finding.span.start, finding.span.end)).toBe(at);
    expect(finding.message).not.toMatch(/[.!]$/);
    expect(finding.hint).not.toBe('');
    if (fixed !== undefined) expect(applied(query, finding)).toBe(fixed);
    if (finding.fix === undefined) return;
    const after = lint(applied(query, finding));
    expect(after.map((one) => one.code)).not.toContain(code);
  });
});

test.each(
  [
    // Uses of counters that are fine.
    'rate(http_requests_total[5m])',
    'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))',
    'count(http_requests_total)',
    'count by (job) (http_requests_total) > 5',
    'absent(http_requests_total{job="a"})',
    'changes(http_requests_total[1h]) > 0',
    'resets(http_requests_total[1h])',
    'http_requests_total > 0',
    'http_requests_total unless http_requests_total offset 1h',
    'up and on (job) http_requests_total',
    'timestamp(http_requests_total)',
    'http_request_duration_seconds_sum / http_request_duration_seconds_count',
    'group by (job) (http_requests_total)',
    'present_over_time(http_requests_total[1h])',
    'max_over_time(rate(http_requests_total[5m])[1h:])',
    'http_requests_total - http_requests_total offset 1h',
    'label_replace(count(http_requests_total), "a", "b", "", "")',
    // Histograms.
    'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram_quantile(0.99, sum without (instance) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram_quantile(0.5, rate(http_request_duration_seconds_bucket[5m]))',
    'histogram_quantile(0.5, job:http_request_duration_seconds:rate5m)',
    'sum(rate(http_request_duration_seconds_bucket{le="0.1"}[5m]))',
    'histogram_quantile(scalar(up), rate(http_request_duration_seconds_bucket[5m]))',
    'max(rpc_latency_seconds{quantile="0.9"})',
    'sum by (quantile) (rpc_latency_seconds)',
    'avg without (instance) (rpc_latency_seconds)',
    // Gauges.
    'avg_over_time(up[5m])',
    'deriv(node_memory_MemAvailable_bytes[1h])',
    'predict_linear(node_memory_MemAvailable_bytes[1h], 3600) < 0',
    'node_memory_MemAvailable_bytes < 1e9',
    'rate(unknown:recording:rule[5m])',
    // Matchers.
    'up{job=~"a|b"}',
    'up{job=~"api-.+"}',
    'up{job=~"a.c"}',
    'up{job!=""}',
    'up{nothing=""}',
    'up{instance="10.0.0.1:9090"}',
    '{__name__=~"node_.+"}',
    // Ranges.
    'rate(http_requests_total[1m])',
    'irate(http_requests_total[5m])',
    'rate(http_requests_total[step() * 4])',
    'rate(http_requests_total[15s] anchored)',
    // Names that need not exist.
    'absent(no_such_metric)',
    'ALERTS{alertstate="firing"}',
    'absent_over_time(no_such_metric[1h])',
    'sum(up or no_such_metric)',
    // Operators.
    'up == 0',
    'sum(up) == 0',
    'count(up) > 0',
    'count(up) == bool 0',
    'count(up) or vector(0)',
    'sum(up) / count(up)',
    'up * on (job) group_left () sum by (job) (up)',
    'sum(up) or vector(0)',
    'up + time()',
    'vector(1) / sum(up)',
    'job:up:sum / sum(up)',
    'up - up offset 5m',
    'up @ 1700000000',
    'up @ end()',
    '1 / up',
    'info(up)',
    'info(up, {version=~".+"})',
  ].filter((text) => !text.startsWith('up / sum')),
)('nothing is said of %s', (query) => {
  const known = {
    ...FACTS,
    metricNames: new Set([
      ...METRICS,
      'job:up:sum',
      'unknown:recording:rule',
      'job:http_request_duration_seconds:rate5m',
    ]),
  };
  expect(lint(query, known)).toEqual([]);
});

describe('without facts', () => {
  test.each([
    ['sum(queue_message_count)', []],
    ['rate(temperature[5m])', []],
    ['rate(room_celsius[5m])', ['rate-of-gauge']],
    ['sum(rate(a[1s]))', []],
    ['no_such{x="y"}', []],
    ['sum(requests_total)', ['counter-without-rate']],
    ['histogram_quantile(0.9, rate(request_seconds[5m]))', ['histogram-without-buckets']],
  ])('%s', (query, codes) => {
    expect(lint(query, {}).map((one) => one.code)).toEqual(codes);
  });
});

test('findings are bounded and in order of place', () => {
  const text = Array.from({ length: 300 }, (_, i) => `up${i} / 0`).join(' or ');
  const findings = lint(text, {});
  expect(findings).toHaveLength(100);
  expect(findings.map((one) => one.span.start)).toEqual(findings.map((one) => one.span.start).sort((a, b) => a - b));
});

test('a value that is not there is told with those that are', () => {
  expect(lint('site_open{job="fronted"}')[0]).toMatchObject({
    message: 'no series of site_open has job="fronted", so nothing matches',
    hint: 'did you mean "frontend"?',
  });
  expect(lint('site_open{zone="mars"}')[0]?.hint).toBe('it has "eu"');
  for (const query of ['site_open{job="frontend", zone="eu"}', 'absent(site_open{job="x"})', 'site_open{job=~"x|"}']) {
    expect(lint(query)).toEqual([]);
  }
});

test('the reference page lists every code', () => {
  const page = readFileSync(new URL('../../../../docs/reference/promql-lint.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(listed).toEqual([...new Set(FOUND.map(([, code]) => code))].sort());
});
