import { afterEach, describe, expect, test, vi } from 'vitest';
import { Losses } from '../lib/losses.ts';
import { Notices } from '../lib/notices.ts';
import { Registry, type RegistryOptions } from './registry.ts';

function make(options: RegistryOptions = {}) {
  const losses = new Losses();
  const told: string[] = [];
  const registry = new Registry({ losses, notices: new Notices((line) => told.push(line)), ...options });
  const lines = async () => {
    const { body } = await registry.render();
    const all = body.toString().replace(/ +(\S+)$/gm, ' $1');
    return all.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('sightline_'));
  };
  return { registry, losses, told, lines };
}

afterEach(() => vi.useRealTimers());

describe('too many series', () => {
  test('of a counter go on in one series, are counted as lost and told once', async () => {
    const { registry, losses, told, lines } = make({ maxSeries: 2 });
    const counter = registry.counter('c_total', 'C', { labels: ['user'] });
    for (const user of ['a', 'b', 'c', 'd', 'c']) counter.inc({ user });
    counter.labels('e').inc(10);
    expect(await lines()).toEqual(['c_total{user="a"} 1', 'c_total{user="b"} 1', 'c_total{user="overflow"} 13']);
    expect(losses.count('metrics', 'series_limit')).toBe(4);
    expect(told).toEqual([expect.stringContaining('metric c_total has 2 series, its limit (maxSeries)')]);
    expect((await registry.render()).body.toString()).toMatch(
      /^sightline_sdk_dropped_total\{signal="metrics",reason="series_limit"\} +4$/m,
    );
  });

  test('of a gauge are left out: a mixture of values says nothing', async () => {
    const { registry, lines } = make();
    const gauge = registry.gauge('g', 'G', { labels: ['user'], maxSeries: 1 });
    gauge.set({ user: 'a' }, 1);
    gauge.set({ user: 'b' }, 2);
    const bound = gauge.labels('b');
    bound.inc();
    expect(await lines()).toEqual(['g{user="a"} 1']);
    gauge.remove('a');
    bound.set(7);
    expect(await lines()).toEqual(['g{user="b"} 7']);
  });
});

describe('ttlMs', () => {
  test('forgets a series that is not used and makes it again, for bound handles too', async () => {
    vi.useFakeTimers();
    const { registry, lines } = make();
    const counter = registry.counter('c_total', 'C', { labels: ['a', 'b'], ttlMs: 10_000 });
    const bound = counter.labels('x', '1');
    bound.inc();
    counter.inc({ a: 'x', b: '2' });
    expect(await lines()).toHaveLength(2);
    vi.advanceTimersByTime(9_000);
    counter.inc({ a: 'x', b: '2' });
    expect(await lines()).toHaveLength(2);
    vi.advanceTimersByTime(9_000);
    expect(await lines()).toEqual(['c_total{a="x",b="2"} 2']);
    vi.advanceTimersByTime(10_000);
    expect(await lines()).toEqual([]);
    expect(counter.size).toBe(0);
    bound.inc(5);
    expect(await lines()).toEqual(['c_total{a="x",b="1"} 5']);
  });

  test('makes room at the limit', () => {
    vi.useFakeTimers();
    const { registry, losses } = make();
    const counter = registry.counter('c_total', 'C', { labels: ['a'], ttlMs: 2000, maxSeries: 2 });
    for (let at = 0; at < 10; at++) {
      counter.inc({ a: at });
      vi.advanceTimersByTime(1500);
    }
    expect(counter.size).toBeLessThanOrEqual(3);
    expect(losses.count('metrics')).toBeLessThan(8);
  });
});

describe('values and labels that can not be', () => {
  test('are counted and told, never thrown', async () => {
    const { registry, losses, told, lines } = make();
    const counter = registry.counter('c_total', 'C', { labels: ['a'] });
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5' as unknown as number])
      counter.inc({ a: 1 }, value);
    const histogram = registry.histogram('h', 'H', { buckets: [1] });
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, undefined as unknown as number])
      histogram.observe(value);
    registry.gauge('g', 'G').set('7' as unknown as number);
    expect(losses.count('metrics', 'invalid_value')).toBe(8);
    counter.inc({ a: 2, other: 'x' } as unknown as { a: number });
    counter.labels('1', '2').inc();
    expect(losses.count('metrics', 'invalid_labels')).toBe(2);
    expect(told.map((line) => line.split(':')[1]?.trim())).toEqual([
      'metric c_total got -1',
      'metric h got NaN',
      'metric g got 7',
      'metric c_total got label "other"',
    ]);
    expect(await lines()).toContain('c_total{a="2"} 1');
  });

  test('a label value is cut where it would be absurd', async () => {
    const { registry, lines } = make();
    registry.counter('c_total', 'C', { labels: ['a'] }).inc({ a: `${'x'.repeat(1023)}😀` });
    expect(await lines()).toEqual([`c_total{a="${'x'.repeat(1023)}"} 1`]);
  });
});

describe('definitions', () => {
  test('the same again gives the same metric; another one is an error that says what differs', () => {
    const { registry } = make();
    const first = registry.histogram('h', 'H', { labels: ['a'], buckets: [1, 2] });
    expect(registry.histogram('h', 'other help', { labels: ['a'], buckets: [1, 2, Number.POSITIVE_INFINITY] })).toBe(
      first,
    );
    const again = (define: () => unknown) => expect(define);
    again(() => registry.counter('h', 'H', { labels: ['a'] })).toThrow('the type (histogram)');
    again(() => registry.histogram('h', 'H', { labels: ['b'], buckets: [1, 2] })).toThrow('the labels (a)');
    again(() => registry.histogram('h', 'H', { labels: ['a'] })).toThrow('the buckets (1,2)');
    again(() => registry.gauge('h_count', 'H')).toThrow('samples named h_count, which metric h writes');
  });

  test.each([
    ['1a', {}, 'no digit first'],
    ['a b', {}, 'no digit first'],
    ['a', { labels: ['b-c'] }, 'label "b-c"'],
    ['a', { labels: ['__a'] }, 'belong to Prometheus'],
    ['a', { labels: ['b', 'b'] }, 'twice'],
    ['a', { unit: 'seconds' }, 'must end in _seconds_total'],
    ['a', { maxSeries: 0 }, 'maxSeries is 0'],
    ['a', { ttlMs: -1 }, 'ttlMs is -1'],
  ])('%s with %j is refused', (name, options, message) => {
    expect(() => make().registry.counter(name, 'help', options as object)).toThrow(message);
  });

  test('labels, buckets and quantiles of their own are checked', () => {
    const { registry } = make();
    expect(() => registry.histogram('h', 'H', { labels: ['le'] })).toThrow('written by the metric itself');
    expect(() => registry.histogram('h', 'H', { buckets: [2, 1] })).toThrow('ascending numbers');
    expect(() => registry.summary('s', 'S', { quantiles: [2] })).toThrow('from 0 to 1');
    expect(() => registry.info('i', 'I', {})).toThrow('ends in _info');
  });

  test('a metric can have another name than in code', async () => {
    const { registry, lines } = make({ rename: { http_requests_total: 'shop_requests_total' } });
    registry.counter('http_requests_total', 'H').inc();
    registry.incrementCounter('http_requests_total');
    expect(await lines()).toEqual(['shop_requests_total 2']);
  });

  test('metrics without a definition are made by their first use', async () => {
    const { registry, losses, lines } = make();
    registry.incrementCounter('a_total', { labels: { k: 'v' }, value: 2 });
    registry.incrementCounter('a_total', { labels: { k: 'v' } });
    registry.setGauge('b', 4);
    registry.observe('c', 20, { k: 1 });
    registry.incrementCounter('b');
    registry.setGauge('not a name', 1);
    expect((await lines()).filter((line) => !line.includes('_bucket'))).toEqual([
      'a_total{k="v"} 3',
      'b 4',
      'c_sum{k="1"} 20',
      'c_count{k="1"} 1',
    ]);
    expect(losses.count('metrics', 'invalid_metric')).toBe(2);
  });
});

test('a registry that is off does nothing and still runs the work it times', async () => {
  const { registry } = make({ enabled: false });
  registry
    .counter('c_total', 'C', { labels: ['a'] })
    .labels('x')
    .inc();
  registry.gauge('g', 'G').set(1);
  expect(registry.histogram('h', 'H').time(() => 7)).toBe(7);
  expect(await registry.summary('s', 'S').wrap(async (x: number) => x)(3)).toBe(3);
  registry.info('i_info', 'I', { a: 1 }).set({ a: 2 });
  registry.incrementCounter('d');
  expect((await registry.render()).body.length).toBe(0);
  expect(registry.toJSON()).toEqual([]);
});
