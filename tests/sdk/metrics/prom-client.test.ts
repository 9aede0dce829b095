/** The same operations on our registry and on prom-client's give the same metrics. */
import { collectRuntime, exposeToPromClient, Registry } from '@sightline/sdk';
import client from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type Parsed, parsed } from './parsed.ts';
import { randomFrom } from './random.ts';

const BUCKETS = [0.1, 0.5, 1, 10];
const METHODS = ['GET', 'POST', 'quote " back \\ line \n end', 'ünïcode ✓ 😀', ''];
const NUMBERS = [0, 1, 1, 1, 2, 0.1, 1e-9, 123456.789, 99999999, 2 ** 40, 2 ** 53, 1e20, 1e21, 1.5e300];
const GAUGES = [...NUMBERS, -1, -0.5, -1e21, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

function theirs(text: string): Parsed {
  // It writes "Nan", which Prometheus reads as it reads NaN.
  return parsed(Buffer.from(text.replace(/ Nan$/gm, ' NaN')), 'text');
}

describe('random operations', () => {
  it.each([1, 2, 3, 4])('give what prom-client gives, seed %i', async (seed) => {
    const random = randomFrom(seed);
    const registry = new Registry();
    const other = new client.Registry();
    const registers = [other];
    const labels = ['method', 'status'] as const;
    const counter = registry.counter('c_total', 'C', { labels });
    const gauge = registry.gauge('g', 'G', { labels });
    const histogram = registry.histogram('h', 'H', { labels, buckets: BUCKETS });
    const plain = registry.counter('plain_total', 'P');
    const theirCounter = new client.Counter({ name: 'c_total', help: 'C', labelNames: [...labels], registers });
    const theirGauge = new client.Gauge({ name: 'g', help: 'G', labelNames: [...labels], registers });
    const theirHistogram = new client.Histogram({
      name: 'h',
      help: 'H',
      labelNames: [...labels],
      buckets: BUCKETS,
      registers,
    });
    const theirPlain = new client.Counter({ name: 'plain_total', help: 'P', registers });
    for (let step = 0; step < 3000; step++) {
      const set = { method: random.pick(METHODS), status: random.pick([200, '200', 404, true as unknown as string]) };
      const value = random.pick(NUMBERS);
      const level = random.pick(GAUGES);
      switch (random.int(12)) {
        case 0:
          counter.inc(set, value);
          theirCounter.inc(set, value);
          break;
        case 1:
          counter.labels(set).inc();
          theirCounter.labels(set).inc();
          break;
        case 2:
          counter.labels(set.method, set.status).inc(value);
          theirCounter.labels(set.method, String(set.status)).inc(value);
          break;
        case 3:
          gauge.set(set, level);
          theirGauge.set(set, level);
          break;
        case 4:
          gauge.labels(set).inc(value);
          theirGauge.labels(set).inc(value);
          break;
        case 5:
          gauge.dec(set, value);
          theirGauge.dec(set, value);
          break;
        case 6:
          histogram.observe(set, value);
          theirHistogram.observe(set, value);
          break;
        case 7:
          histogram.labels(set.method, set.status).observe(value);
          theirHistogram.labels(set.method, String(set.status)).observe(value);
          break;
        case 8:
          plain.inc(value);
          theirPlain.inc(value);
          break;
        case 9:
          if (random.int(20) > 0) break;
          counter.remove(set);
          theirCounter.remove(set);
          break;
        case 10:
          if (random.int(20) > 0) break;
          gauge.remove(set.method, set.status);
          theirGauge.remove(set.method, String(set.status));
          break;
        default:
          if (random.int(100) > 0) break;
          expect(parsed((await registry.render()).body, 'text')).toEqual(theirs(await other.metrics()));
      }
    }
    const mine = parsed((await registry.render()).body, 'text');
    expect(mine.values.size).toBeGreaterThan(50);
    expect(mine).toEqual(theirs(await other.metrics()));
  });
});

describe('a registry that is adopted', () => {
  const other = new client.Registry();
  const registers = [other];
  new client.Counter({ name: 'old_total', help: 'Old', labelNames: ['k'], registers }).inc({ k: 'a"b' }, 3);
  new client.Histogram({ name: 'old_seconds', help: 'Old', buckets: [1], registers }).observe(0.5);
  new client.Summary({ name: 'old_sizes', help: 'Old', percentiles: [0.5], registers }).observe(7);
  new client.Gauge({ name: 'both', help: 'Theirs', registers }).set(1);

  it('is in our exposition in both formats; a name that both have is ours', async () => {
    const registry = new Registry();
    registry.gauge('both', 'Ours').set(2);
    const stop = registry.adopt(other);
    for (const [format, accept] of [
      ['text', 'text/plain'],
      ['openmetrics', 'application/openmetrics-text'],
    ] as const) {
      const { values, help, types } = parsed((await registry.render({ accept })).body, format);
      const bound = format === 'text' ? '1' : '1.0';
      expect(values.get('__name__|old_total|k|a"b')).toBe(3);
      expect(values.get(`__name__|old_seconds_bucket|le|${bound}`)).toBe(1);
      expect(values.get('__name__|old_sizes|quantile|0.5')).toBe(7);
      expect(values.get('__name__|both')).toBe(2);
      expect(help.get('both')).toBe('Ours');
      expect(types.get(format === 'text' ? 'old_total' : 'old')).toBe('counter');
    }
    expect(registry.toJSON().map(({ name }) => name)).toEqual(['both', 'old_total', 'old_seconds', 'old_sizes']);
    stop();
    expect((await registry.render()).body.toString()).not.toContain('old');
  });

  it('costs the scrape nothing when it fails', async () => {
    const registry = new Registry();
    registry.gauge('mine', 'Mine').set(2);
    registry.adopt({ getMetricsAsJSON: () => Promise.reject(new Error('broken')) });
    const { values } = parsed((await registry.render()).body, 'text');
    expect(values.get('__name__|mine')).toBe(2);
    expect(values.get('__name__|sightline_sdk_dropped_total|reason|collect_failed|signal|metrics')).toBe(1);
  });
});

it('a prom-client registry shows our metrics', async () => {
  const registry = new Registry();
  registry.counter('ours_total', 'Ours', { labels: ['k'] }).inc({ k: 'x' }, 2);
  registry.histogram('ours_seconds', 'Ours', { buckets: [1] }).observe(3);
  const other = new client.Registry();
  new client.Gauge({ name: 'theirs', help: 'Theirs', registers: [other] }).set(1);
  const stop = exposeToPromClient(registry, other);
  const { values } = theirs(await other.metrics());
  expect(values.get('__name__|ours_total|k|x')).toBe(2);
  expect(values.get('__name__|ours_seconds_bucket|le|+Inf')).toBe(1);
  expect(values.get('__name__|ours_seconds_sum')).toBe(3);
  expect(values.get('__name__|theirs')).toBe(1);
  stop();
  expect(await other.metrics()).not.toContain('ours');
});

it('the runtime metrics have the names, types and help of prom-client', async () => {
  const registry = new Registry();
  const stop = collectRuntime(registry);
  const other = new client.Registry();
  client.collectDefaultMetrics({ register: other });
  await registry.render();
  const mine = new Map(registry.toJSON().map((metric) => [metric.name, metric]));
  for (const { name, help, type } of await other.getMetricsAsJSON()) {
    expect(mine.get(name), name).toMatchObject({ name, help, type });
  }
  const { values } = parsed((await registry.render()).body, 'text');
  expect(values.get('__name__|process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(values.get('__name__|process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(values.get('__name__|nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6);
  expect(values.get('__name__|nodejs_heap_space_size_used_bytes|space|old')).toBeGreaterThan(1e6);
  stop();
});
