/**
 * The SDK's registry and its peers behind one face: a counter and a histogram with three labels, and the exposition of them.
 * `@prometheus-io/client` needs Node 22 and is left out where it is not installed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const LABELS = ['method', 'route', 'status'];

/** 60 label sets, as a service of some size has them for one metric. */
export const labelSets = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].flatMap((method) =>
  ['/api/users', '/api/users/:id', '/api/orders', '/api/orders/:id'].flatMap((route) =>
    ['200', '404', '500'].map((status) => ({ method, route, status })),
  ),
);

/** Label sets of a metric with many series. */
export function manySets(count) {
  return Array.from({ length: count }, (_, index) => ({
    method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'][index % 5],
    route: `/api/resource-${Math.floor(index / 10)}/:id`,
    status: String(200 + (index % 10)),
  }));
}

const makers = {
  async sdk() {
    const { Registry } = await import('@sightline/sdk');
    const registry = new Registry({ maxSeries: 1_000_000 });
    return {
      counter: registry.counter('bench_requests_total', 'Requests', { labels: LABELS }),
      histogram: registry.histogram('bench_seconds', 'Durations', { labels: LABELS }),
      render: async () => (await registry.render()).body,
    };
  },
  promClient: () => promClient('prom-client'),
  prometheusIo: () => promClient(process.env['PROMETHEUS_IO_CLIENT'] ?? '@prometheus-io/client'),
  async otel() {
    const { MeterProvider } = await import('@opentelemetry/sdk-metrics');
    const { PrometheusExporter } = await import('@opentelemetry/exporter-prometheus');
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const limit = { aggregationCardinalityLimit: 1_000_000, instrumentName: '*' };
    const provider = new MeterProvider({ readers: [exporter], views: [limit] });
    const meter = provider.getMeter('bench');
    const counter = meter.createCounter('bench_requests');
    const histogram = meter.createHistogram('bench_seconds');
    return {
      counter: { inc: (labels, value = 1) => counter.add(value, labels) },
      histogram: { observe: (labels, value) => histogram.record(value, labels) },
      async render() {
        const text = await new Promise((resolve) => {
          exporter.getMetricsRequestHandler({}, { statusCode: 0, setHeader() {}, end: resolve });
        });
        return Buffer.from(text);
      },
    };
  },
};

async function promClient(name) {
  const { Counter, Histogram, Registry } = require(name);
  const registry = new Registry();
  const registers = [registry];
  return {
    counter: new Counter({ name: 'bench_requests_total', help: 'Requests', labelNames: LABELS, registers }),
    histogram: new Histogram({ name: 'bench_seconds', help: 'Durations', labelNames: LABELS, registers }),
    render: async () => Buffer.from(await registry.metrics()),
  };
}

/** @param way `sdk`, `promClient`, `prometheusIo` or `otel`. */
export function makeRegistry(way) {
  return makers[way]();
}

/** The ways that are installed here. */
export async function installed(ways) {
  const found = [];
  for (const way of ways) {
    try {
      await makeRegistry(way);
      found.push(way);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    }
  }
  return found;
}

/**
 * Runs `measure(way)` for each way in processes of their own, several rounds forwards and backwards, and prints one JSON line
 * with the median of each number and the ratios to the SDK.
 */
export async function compareOnce(name, unit, ways, measure, rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)) {
  if (process.argv[2] !== undefined) {
    process.stdout.write(`\n${JSON.stringify(await measure(process.argv[2]))}\n`);
    process.exit(0);
  }
  const here = await installed(ways);
  const numbers = Object.fromEntries(here.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of round % 2 === 0 ? here : [...here].reverse()) {
      const args = ['--expose-gc', process.argv[1], way];
      const child = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
      if (child.status !== 0) throw new Error(`${way} ended with ${child.status}`);
      numbers[way].push(JSON.parse(child.stdout.trim().split('\n').at(-1)));
    }
  }
  const result = {};
  const ratioToSdk = {};
  for (const way of here) {
    result[way] = {};
    ratioToSdk[way] = {};
    for (const key of Object.keys(numbers[way][0])) {
      const sorted = numbers[way].map((each) => each[key]).sort((left, right) => left - right);
      result[way][key] = Math.round(sorted[sorted.length >> 1] * 1000) / 1000;
      ratioToSdk[way][key] = Math.round((result[way][key] / result.sdk[key]) * 100) / 100;
    }
  }
  process.stdout.write(`${JSON.stringify({ case: name, node: process.versions.node, unit, ...result, ratioToSdk })}\n`);
}
