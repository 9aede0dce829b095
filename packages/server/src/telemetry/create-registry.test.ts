import { describe, expect, test } from 'vitest';
import { createMetricsRegistry } from './create-registry.ts';
import { exposed } from './testing/exposed.ts';

describe('createMetricsRegistry', () => {
  test('prints counters, gauges and histograms in the text format', async () => {
    const registry = createMetricsRegistry();
    registry.counter({ name: 'a_total', help: 'Counts\nthings \\ "here".' }).inc(2.5);
    registry.gauge({ name: 'g', help: 'Gauge.' }).set(Number.POSITIVE_INFINITY);
    const histogram = registry.histogram({ name: 'h_seconds', help: 'Times.', buckets: [0.1, 1] });
    for (const value of [0.1, 0.5, 7]) histogram.observe(value);
    expect(await exposed(registry)).toBe(
      [
        '# HELP a_total Counts\\nthings \\\\ "here".',
        '# TYPE a_total counter',
        'a_total 2.5',
        '# HELP g Gauge.',
        '# TYPE g gauge',
        'g +Inf',
        '# HELP h_seconds Times.',
        '# TYPE h_seconds histogram',
        'h_seconds_bucket{le="0.1"} 1',
        'h_seconds_bucket{le="1"} 2',
        'h_seconds_bucket{le="+Inf"} 3',
        'h_seconds_sum 7.6',
        'h_seconds_count 3',
        '',
      ].join('\n'),
    );
  });

  test('prints OpenMetrics with counter families without _total and an end', async () => {
    const registry = createMetricsRegistry();
    registry.counter({ name: 'a_total', help: 'Say "a".' }).inc();
    expect((await registry.render('openmetrics')).toString()).toBe(
      '# TYPE a counter\n# HELP a Say \\"a\\".\na_total 1\n# EOF\n',
    );
  });

  test('escapes label values, keeps one series per values and forgets removed ones', async () => {
    const registry = createMetricsRegistry();
    const family = registry.counterFamily({ name: 'f_total', help: 'F.', labelNames: ['x', 'y'] });
    family.labels({ y: '2', x: 'a"b\\c\nd' }).inc();
    family.labels({ x: 'a"b\\c\nd', y: '2' }).inc();
    family.labels({ x: 'gone', y: '' });
    family.remove({ x: 'gone', y: '' });
    expect(await exposed(registry)).toContain('\nf_total{x="a\\"b\\\\c\\nd",y="2"} 2\n');
    expect(await exposed(registry)).not.toContain('gone');
  });

  test('reads gauges that are sampled at each rendering', async () => {
    const registry = createMetricsRegistry();
    const gauge = registry.gauge({ name: 'g', help: 'G.' });
    let value = 0;
    registry.onCollect(() => gauge.set(++value));
    await exposed(registry);
    expect(await exposed(registry)).toContain('g 2');
  });

  test.each([
    ['a counter without _total', (r: ReturnType<typeof createMetricsRegistry>) => r.counter({ name: 'a', help: '' })],
    ['a name with a dash', (r: ReturnType<typeof createMetricsRegistry>) => r.gauge({ name: 'a-b', help: '' })],
  ])('refuses %s', (_, register) => {
    expect(() => register(createMetricsRegistry())).toThrow();
  });

  test('refuses a name twice, a missing label and a falling counter', () => {
    const registry = createMetricsRegistry();
    const counter = registry.counter({ name: 'a_total', help: '' });
    const family = registry.gaugeFamily({ name: 'f', help: '', labelNames: ['x'] });
    expect(() => registry.gauge({ name: 'a_total', help: '' })).toThrow(/twice/);
    expect(() => family.labels({})).toThrow(/label x/);
    expect(() => counter.inc(-1)).toThrow();
  });
});
