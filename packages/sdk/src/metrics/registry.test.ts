import { describe, expect, test } from 'vitest';
import { Registry } from './registry.ts';

async function text(registry: Registry, accept?: string): Promise<string> {
  const { body } = await registry.render({ accept });
  // Padding before a value is layout, not content.
  return body.toString().replace(/ +(\S+)$/gm, ' $1');
}

describe('text 0.0.4', () => {
  test('a counter with labels, given as an object, by position and bound', async () => {
    const registry = new Registry();
    const requests = registry.counter('requests_total', 'Requests', { labels: ['method', 'status'] });
    requests.inc({ method: 'GET', status: 200 });
    requests.inc({ method: 'GET', status: '200' }, 2);
    const bound = requests.labels('POST', 500);
    bound.inc();
    bound.inc(0.5);
    expect(await text(registry)).toBe(
      '# HELP requests_total Requests\n# TYPE requests_total counter\n' +
        'requests_total{method="GET",status="200"} 3\nrequests_total{method="POST",status="500"} 1.5\n',
    );
  });

  test('a metric without labels is there from the start', async () => {
    const registry = new Registry();
    registry.counter('a_total', 'A');
    registry.gauge('b', 'B').set(-1.5);
    const c = registry.histogram('c_seconds', 'C', { buckets: [0.1, 1] });
    c.observe(0.1);
    c.observe(5);
    expect(await text(registry)).toBe(
      '# HELP a_total A\n# TYPE a_total counter\na_total 0\n# HELP b B\n# TYPE b gauge\nb -1.5\n' +
        '# HELP c_seconds C\n# TYPE c_seconds histogram\nc_seconds_bucket{le="0.1"} 1\nc_seconds_bucket{le="1"} 1\n' +
        'c_seconds_bucket{le="+Inf"} 2\nc_seconds_sum 5.1\nc_seconds_count 2\n',
    );
  });

  test('numbers that outgrow their slot, new series and removed ones keep every line whole', async () => {
    const registry = new Registry();
    const gauge = registry.gauge('g', 'G', { labels: ['k'] });
    const values = [0, -0, 7, 123456789, 2 ** 31, 2 ** 53, 1e21, 1.7976931348623157e308, 5e-324, Number.NaN];
    for (const [at, value] of [...values, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].entries()) {
      gauge.set({ k: `é${at}` }, value);
      await registry.render();
      gauge.set({ k: 'same' }, value);
      await registry.render();
    }
    gauge.remove({ k: 'é3' });
    gauge.set({ k: 'new "one"\n\\' }, 1);
    const lines = (await text(registry)).split('\n').slice(2, -1);
    expect(lines).toEqual([
      'g{k="é0"} 0',
      'g{k="same"} -Inf',
      'g{k="é1"} 0',
      'g{k="é2"} 7',
      'g{k="new \\"one\\"\\n\\\\"} 1',
      'g{k="é4"} 2147483648',
      'g{k="é5"} 9007199254740992',
      'g{k="é6"} 1e+21',
      'g{k="é7"} 1.7976931348623157e+308',
      'g{k="é8"} 5e-324',
      'g{k="é9"} NaN',
      'g{k="é10"} +Inf',
      'g{k="é11"} -Inf',
    ]);
  });
});

describe('OpenMetrics', () => {
  const accept = 'application/openmetrics-text;version=1.0.0';

  test('suffixes belong to the samples, bounds are floats, and the end is marked', async () => {
    const registry = new Registry({ labels: { team: 'shop' } });
    registry.counter('jobs', 'Jobs').inc(2);
    registry.counter('bytes_total', 'Bytes', { unit: undefined, labels: ['to'] }).inc({ to: 'disk' });
    registry.info('build_info', 'Build', { version: '1.2' });
    registry.info('bare_info', 'Bare', {});
    registry.histogram('h_seconds', 'H', { buckets: [1], unit: 'seconds' }).observe(0.5);
    expect((await registry.render({ accept })).body.toString()).toBe(
      '# TYPE jobs counter\n# HELP jobs Jobs\njobs_total{team="shop"} 2\n' +
        '# TYPE bytes counter\n# HELP bytes Bytes\nbytes_total{team="shop",to="disk"} 1\n' +
        '# TYPE build info\n# HELP build Build\nbuild_info{team="shop",version="1.2"} 1\n' +
        '# TYPE bare info\n# HELP bare Bare\nbare_info{team="shop"} 1\n' +
        '# TYPE h_seconds histogram\n# UNIT h_seconds seconds\n# HELP h_seconds H\n' +
        'h_seconds_bucket{team="shop",le="1.0"} 1\nh_seconds_bucket{team="shop",le="+Inf"} 1\n' +
        'h_seconds_sum{team="shop"} 0.5\nh_seconds_count{team="shop"} 1\n# EOF\n',
    );
  });
});

test('with openMetrics off a scraper that prefers OpenMetrics gets text, its buckets named as before', async () => {
  const registry = new Registry({ openMetrics: false });
  registry.histogram('h_seconds', 'H', { buckets: [1] }).observe(0.5);
  const { contentType, body } = await registry.render({ accept: 'application/openmetrics-text; version=1.0.0' });
  expect(contentType).toContain('text/plain');
  expect(body.toString()).toContain('h_seconds_bucket{le="1"}');
});
