import { describe, expect, test } from 'vitest';
import { withCorrelationCell, run } from '../context/store.ts';
import { Registry, type RegistryOptions } from './registry.ts';

const OPEN = 'application/openmetrics-text;version=1.0.0';

async function text(registry: Registry, accept?: string): Promise<string> {
  return (await registry.render({ accept })).body.toString();
}

function histogram(options: RegistryOptions = {}) {
  const registry = new Registry(options);
  const labels = ['path', 'method'] as const;
  return { registry, latency: registry.histogram('h_seconds', 'H', { labels, buckets: [0.5, 2] }) };
}

/** The lines of one series as the format wants them. */
function lines(labels: string, counts: readonly [number, number, number], sum: string, bounds = ['0.5', '2', '+Inf']) {
  const own = labels === '' ? '' : `{${labels}}`;
  const bucket = (bound: string | undefined) => `{${labels}${labels === '' ? '' : ','}le="${bound}"}`;
  return [
    ...counts.map((count, at) => `h_seconds_bucket${bucket(bounds[at])} ${count}`),
    `h_seconds_sum${own} ${sum}`,
    `h_seconds_count${own} ${counts[2]}`,
  ];
}

function samples(body: string): string[] {
  return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the lines of a histogram', () => {
  test('have one space before the number, in both formats', async () => {
    const { registry, latency } = histogram();
    latency.observe({ path: '/ü "q" \\', method: 'GET' }, 0.1);
    latency.observe({ path: '/ü "q" \\', method: 'GET' }, 3);
    latency.observe({ path: '', method: 'PUT' }, 1);
    latency.observe({ path: '', method: '' }, 1);
    const [first, second] = ['path="/ü \\"q\\" \\\\",method="GET"', 'method="PUT"'];
    const of = (bounds: string[]) => [
      ...lines(first, [1, 1, 2], '3.1', bounds),
      ...lines(second, [0, 1, 1], '1', bounds),
      ...lines('', [0, 1, 1], '1', bounds),
    ];
    expect(samples(await text(registry))).toEqual(of(['0.5', '2', '+Inf']));
    expect(samples(await text(registry, OPEN))).toEqual(of(['0.5', '2.0', '+Inf']));
  });

  test('have the labels of the registry, with and without own ones', async () => {
    const { registry, latency } = histogram({ labels: { team: 'a"b' } });
    latency.observe({ path: '', method: '' }, 1);
    latency.observe({ path: '/', method: 'GET' }, 1);
    expect(samples(await text(registry))).toEqual([
      ...lines('team="a\\"b"', [0, 1, 1], '1'),
      ...lines('team="a\\"b",path="/",method="GET"', [0, 1, 1], '1'),
    ]);
  });

  test.each([
    [[2 ** 31], '2147483648'],
    [[1e21], '1e+21'],
    [[-1.7976931348623157e308], '-1.7976931348623157e+308'],
    [[1.7976931348623157e308, 1.7976931348623157e308], '+Inf'],
    [[5e-324], '5e-324'],
    [[9, 1], '10'],
    [[99_999_999, 1], '100000000'],
    [[2 ** 31 - 1], '2147483647'],
    [[-0], '0'],
  ])('have sums of every length: %j', async (values, sum) => {
    const { registry, latency } = histogram();
    for (const value of values) latency.observe({ path: '/', method: 'a' }, value);
    expect(samples(await text(registry))).toContain(`h_seconds_sum{path="/",method="a"} ${sum}`);
  });

  test('follow series that come, go and come again', async () => {
    const { registry, latency } = histogram();
    for (let at = 0; at < 500; at++) latency.observe({ path: `/${at}`, method: 'é'.repeat(at % 7) }, 1);
    await text(registry);
    for (let at = 0; at < 500; at += 3) latency.remove({ path: `/${at}`, method: 'é'.repeat(at % 7) });
    latency.observe({ path: 'new', method: 'longer than the one before' }, 1);
    const want = Array.from({ length: 500 }, (_, at) => at)
      .filter((at) => at % 3 > 0)
      .map((at) => `path="/${at}"${at % 7 === 0 ? '' : `,method="${'é'.repeat(at % 7)}"`}`)
      .concat('path="new",method="longer than the one before"')
      .flatMap((labels) => lines(labels, [0, 1, 1], '1'));
    expect(samples(await text(registry)).sort()).toEqual(want.sort());
    latency.reset();
    expect(samples(await text(registry))).toEqual([]);
  });

  test('of the widest histogram are whole', async () => {
    const registry = new Registry();
    const buckets = Array.from({ length: 500 }, (_, at) => at / 8);
    const wide = registry.histogram('h', 'H', { labels: ['a'], buckets });
    for (const a of ['x', 'y', 'z'.repeat(1024)]) wide.observe({ a }, 20);
    const all = samples(await text(registry));
    expect(all).toHaveLength(3 * 503);
    expect(all.filter((line) => /^h_bucket\{a="[xyz]+",le="([\d.]+|\+Inf)"\} [01]$/.test(line))).toHaveLength(3 * 501);
  });

  test('stay whole when series come and go between the turns of a long exposition', async () => {
    const { registry, latency } = histogram({ maxSeries: 30_000 });
    for (let at = 0; at < 10_000; at++) latency.observe({ path: `/${at}`, method: 'GET' }, 1);
    const rendered = text(registry);
    let isDone = false;
    void rendered.then(() => {
      isDone = true;
    });
    for (let turn = 0; !isDone && turn < 10_000; turn++) {
      latency.remove({ path: `/${turn}`, method: 'GET' });
      latency.observe({ path: `/new/${turn}`, method: 'GET' }, 1);
      latency.observe({ path: `/${9_999 - turn}`, method: 'GET' }, 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const all = samples(await rendered);
    expect(all.length).toBeGreaterThan(10_000 * 4);
    expect(all.length % 5).toBe(0);
    for (let at = 0; at < all.length; at += 5) {
      const labels = /\{(.*)\}/.exec(all[at + 3] as string)?.[1] as string;
      const count = Number((all[at + 4] as string).split(' ').at(-1));
      expect(count).toBeGreaterThan(0);
      if (all[at] === lines(labels, [0, count, count], String(count))[0]) continue;
      expect(all.slice(at, at + 5)).toEqual(lines(labels, [0, count, count], String(count)));
    }
  });
});

describe('OpenMetrics', () => {
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    traceState: undefined,
    isRemote: false,
  };

  test('exemplars stand after their bucket, however many there are', async () => {
    const { registry, latency } = histogram();
    const sampled = withCorrelationCell({}).withSpan(span);
    for (let at = 0; at < 100; at++) {
      run(sampled, () => latency.observe({ path: `/${at}`, method: 'GET' }, 0.25));
      run(sampled, () => latency.observe({ path: `/${at}`, method: 'GET' }, 4));
    }
    const all = samples(await text(registry, OPEN));
    const exemplar = (value: number) => ` # {trace_id="${span.traceId}",span_id="${span.spanId}"} ${value} `;
    for (let at = 0; at < 100; at++) {
      const [half, two, infinite, sum, count] = all.slice(at * 5, at * 5 + 5) as [
        string,
        string,
        string,
        string,
        string,
      ];
      const labels = `path="/${at}",method="GET"`;
      expect(half.startsWith(`h_seconds_bucket{${labels},le="0.5"} 1${exemplar(0.25)}`)).toBe(true);
      expect(two).toBe(`h_seconds_bucket{${labels},le="2.0"} 1`);
      expect(infinite.startsWith(`h_seconds_bucket{${labels},le="+Inf"} 2${exemplar(4)}`)).toBe(true);
      expect([sum, count]).toEqual([`h_seconds_sum{${labels}} 4.25`, `h_seconds_count{${labels}} 2`]);
    }
    expect(await text(registry)).not.toContain('trace_id');
  });

  test('_created follows the lines of its series, with labels and without', async () => {
    const { registry, latency } = histogram({ created: true });
    latency.observe({ path: '/é', method: 'GET' }, 1);
    latency.observe({ path: '', method: '' }, 1);
    registry.counter('c_total', 'C').inc();
    registry.summary('s', 'S', { labels: ['a'], quantiles: [0.5] }).observe({ a: 'x' }, 0);
    const time = /\d{10}\.\d{3}$/;
    const all = samples(await text(registry, OPEN)).map((line) => line.replace(time, 'TIME'));
    const bounds = ['0.5', '2.0', '+Inf'];
    expect(all).toEqual([
      ...lines('path="/é",method="GET"', [0, 1, 1], '1', bounds),
      'h_seconds_created{path="/é",method="GET"} TIME',
      ...lines('', [0, 1, 1], '1', bounds),
      'h_seconds_created TIME',
      'c_total 1',
      'c_created TIME',
      's{a="x",quantile="0.5"} 0',
      's_sum{a="x"} 0',
      's_count{a="x"} 1',
      's_created{a="x"} TIME',
    ]);
  });

  test('counters of every width lose their padding and nothing else', async () => {
    const registry = new Registry();
    const counter = registry.counter('c_total', 'C', { labels: ['k'] });
    const values = [0, 7, 12_345_678, 0.1, 2 ** 53, 1e21, 1e300];
    for (let at = 0; at < 700; at++) counter.inc({ k: `é ${at}` }, values[at % values.length]);
    counter.remove('é 0');
    counter.remove('é 350');
    counter.remove('é 699');
    const want = Array.from({ length: 700 }, (_, at) => at)
      .filter((at) => at % 350 > 0 && at !== 699)
      .map((at) => `c_total{k="é ${at}"} ${values[at % values.length]}`);
    expect(samples(await text(registry, OPEN))).toEqual(want);
    expect(samples(await text(registry)).map((line) => line.replace(/ +(\S+)$/, ' $1'))).toEqual(want);
  });
});

test('a summary without quantiles has its sum and its count', async () => {
  const registry = new Registry();
  registry.summary('s', 'S', { quantiles: [] }).observe(2);
  expect(samples(await text(registry))).toEqual(['s_sum 2', 's_count 1']);
});
