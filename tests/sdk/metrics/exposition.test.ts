/** Expositions as others read them: promtool, the server's own parser, and a real Prometheus in both formats. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { observe, Registry, slo, startMetricsServer, syncOperations } from '@sightline/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, has, temporaryFolder } from '../../support/programs.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import { parsed } from './parsed.ts';
import { randomFrom } from './random.ts';

const OPEN = 'application/openmetrics-text;version=1.0.0';
const TEXTS = [
  'plain',
  '',
  'quote " in',
  'back\\slash',
  'line\nend',
  '\\n',
  '\\"',
  'ünï ✓ 😀',
  '{a="b"} 1 # {x="y"}',
  ' \t',
  '\ud800',
  '\0',
];
const VALUES = [0, 1, 0.1, 12345678901, 2 ** 53, 1e21, 1e-7, 5e-324, 1.7976931348623157e308];

/** Every type of metric with every escape, values of every length, series that came and went. */
function filled(seed: number): Registry {
  const random = randomFrom(seed);
  const registry = new Registry({ labels: { team: 'a "b" \\ ü' }, maxSeries: 20 });
  const labels = ['first', 'second'] as const;
  const any = () => ({ first: random.pick(TEXTS), second: random.pick(TEXTS) });
  const counter = registry.counter('events_total', 'Help with \\ and "quotes"\nand lines', { labels });
  const gauge = registry.gauge('level', 'ü ✓ 😀', { labels });
  const histogram = registry.histogram('latency_seconds', 'H', {
    labels,
    unit: 'seconds',
    buckets: [1e-9, 0.25, 1, 1e6],
  });
  const summary = registry.summary('size_bytes', 'S', { labels, unit: 'bytes', quantiles: [0, 0.5, 1] });
  registry.info('build_info', 'I', { version: random.pick(TEXTS), empty: '' });
  for (let step = 0; step < 200; step++) {
    counter.inc(any(), random.pick(VALUES));
    gauge.set(any(), random.pick([...VALUES, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]));
    histogram.observe(any(), random.pick(VALUES));
    summary.observe(any(), random.pick(VALUES));
    if (step % 5 === 0) gauge.remove(any());
    if (step % 20 === 0) for (const chunk of [counter, histogram]) chunk.remove(any());
  }
  return registry;
}

/** What promtool says, `''` when it is content. */
function promtool(body: Buffer): string {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input: body, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
}

describe.each([1, 2, 3])('a registry with every escape, seed %i', (seed) => {
  const registry = filled(seed);

  it.skipIf(!has('promtool'))('passes promtool check metrics (needs promtool)', async () => {
    for (let round = 0; round < 2; round++) expect(promtool((await registry.render()).body)).toBe('');
  });

  it('has the same values in text, OpenMetrics and gzip', async () => {
    const text = parsed((await registry.render()).body, 'text');
    const open = await registry.render({ accept: OPEN, acceptEncoding: 'gzip' });
    expect(open).toMatchObject({ contentType: expect.stringContaining('openmetrics'), contentEncoding: 'gzip' });
    const { values, units } = parsed(gunzipSync(open.body), 'openmetrics');
    // Bounds are floats in OpenMetrics: `1.0` is the `1` of the text.
    const plain = new Map(
      [...values].map(([key, value]) => [key.replace(/(le|quantile)\|(\d+)\.0\|/, '$1|$2|'), value]),
    );
    expect(sorted(plain)).toEqual(sorted(text.values));
    expect(units.get('latency_seconds')).toBe('seconds');
    const series = [...text.values.keys()].filter((key) => key.startsWith('__name__|latency_seconds_count'));
    // The limit and the series for the rest.
    expect(series.length).toBeGreaterThan(15);
    expect(series.length).toBeLessThanOrEqual(21);
  });
});

function sorted(values: ReadonlyMap<string, number>): [string, number][] {
  return [...values].map(([key, value]): [string, number] => [key.replace('1e-9', '1e-09'), value]).sort();
}

describe.skipIf(!has('prometheus'))('a real Prometheus (needs prometheus)', () => {
  const folder = temporaryFolder();
  const registry = filled(7);
  let stop: () => Promise<void>;
  let query: (expression: string) => Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  const accepted: string[] = [];

  beforeAll(async () => {
    const metrics = await startMetricsServer({
      registry: {
        async render(options) {
          const exposition = await registry.render(options);
          accepted.push(exposition.contentType);
          return exposition;
        },
      },
      port: 0,
      host: '127.0.0.1',
      auth: { username: 'prometheus', password: 'p:w' },
    });
    // The text format, as a scraper that knows nothing else asks for it.
    const text = await startMetricsServer({
      registry: { render: ({ acceptEncoding }) => registry.render({ acceptEncoding }) },
      port: 0,
      host: '127.0.0.1',
    });
    const prometheus = await startPrometheus(
      folder.path,
      `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: open
    basic_auth: { username: prometheus, password: 'p:w' }
    static_configs: [{ targets: ['127.0.0.1:${metrics.port}'] }]
  - job_name: text
    static_configs: [{ targets: ['127.0.0.1:${text.port}'] }]
`,
    );
    stop = async () => {
      await prometheus.program.stop();
      await metrics.close();
      await text.close();
    };
    query = async (expression) => {
      const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      return ((await response.json()) as { data: { result: never } }).data.result;
    };
  });

  afterAll(async () => {
    await stop?.();
    folder.remove();
  });

  it('scrapes both formats and stores the same', async () => {
    await eventually('both targets up', async () => {
      const up = await query('up');
      return up.length === 2 && up.every(({ value }) => value[1] === '1');
    });
    expect(accepted[0]).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    for (const name of [
      'events_total',
      'level',
      'latency_seconds_sum',
      'latency_seconds_count',
      'size_bytes_sum',
      'build_info',
    ]) {
      const of = async (job: string) => {
        const found = await query(`${name}{job="${job}"}`);
        return found
          .map(({ metric: { instance: _, job: __, ...labels }, value }) => JSON.stringify([labels, value[1]]))
          .sort();
      };
      const open = await of('open');
      expect(open.length, name).toBeGreaterThan(0);
      expect(open, name).toEqual(await of('text'));
    }
    const byLine = await query('events_total{first="line\\nend", job="open"}');
    expect(byLine.length).toBeGreaterThan(0);
  });
});

it.skipIf(!has('promtool'))(
  'of a whole service promtool minds names that dashboards of prom-client ask for, and nothing else (needs promtool)',
  async () => {
    const observed = observe({ service: 'whole', shutdown: false, logging: { stdout: false } });
    const server = createServer((request, response) => {
      if (request.url === '/fail') response.statusCode = 500;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const path of ['/', '/fail']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    await observed.health.runAllChecks();
    const database = { prepare: () => ({ get: () => 1 }), exec: () => undefined };
    observed.clients.observeClient(database);
    const users = new Map<string, string>();
    observed.clients.observeCache('users', users);
    users.get('u-1');
    observed.clients.poolMetrics('workers', () => ({ used: 1, idle: 2, max: 3 }));
    observed.activity.registration('u-1', 'mail');
    syncOperations(observed.metrics);
    slo(observed.metrics, { name: 'checkout', target: 0.999, window: '30d' }).record(true);
    const { body } = await observed.metrics.render();
    await observed.close();
    await new Promise((resolve) => server.close(resolve));

    expect(body.toString()).toContain('http_requests_total{');
    expect(promtool(body).trim().split('\n')).toEqual([
      'nodejs_active_handles_total non-counter metrics should not have "_total" suffix',
      'nodejs_active_requests_total non-counter metrics should not have "_total" suffix',
      'nodejs_active_resources_total non-counter metrics should not have "_total" suffix',
      `nodejs_eventloop_utilization_histogram metric name should not include type 'histogram'`,
    ]);
  },
);

it('an observation in a sampled span has the span as exemplar', async () => {
  const observed = observe({ service: 'exemplars', tracing: { sampler: 'always' }, shutdown: false });
  const registry = new Registry();
  const latency = registry.histogram('latency_seconds', 'L', { buckets: [1], labels: ['route'] });
  const paid = registry.counter('paid_total', 'P', { exemplars: true });
  latency.observe({ route: '/' }, 5);
  const ids = observed.tracer.span('work', (span) => {
    latency.labels('/').observe(0.5);
    paid.inc(3);
    return `span_id|${span.spanId}|trace_id|${span.traceId}`;
  });
  const { body } = await registry.render({ accept: OPEN });
  expect(parsed(body, 'openmetrics').exemplars).toEqual([
    { labels: ids, value: 0.5 },
    { labels: ids, value: 3 },
  ]);
  expect((await registry.render()).body.toString()).not.toContain('trace_id');
  await observed.close();
});
