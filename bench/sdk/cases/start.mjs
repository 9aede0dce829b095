/**
 * S1: what the start of a process costs: time until the telemetry runs and memory then, of bare Node, of the SDK, and of
 * OpenTelemetry's sdk-node with auto-instrumentations, pino and prom-client. Each start is a process of its own. The peers are
 * CommonJS and are required; the SDK is imported, which loads Node's reader of ES modules as well, and required as the peers are.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A start is short and varies: it needs more rounds than a loop. */
const ROUNDS = 2 * Number(process.env['BENCH_ROUNDS'] ?? 5) - 1;
const folder = fileURLToPath(new URL('../../../tests/sdk/', import.meta.url));
const REPORT =
  'process.stdout.write(JSON.stringify({ ms: performance.now(), rssMb: process.memoryUsage.rss() / 1e6 }));process.exit(0);';
const COLLECTOR = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' };
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/start.mjs');`;
const IMPORT = "import { observe } from '@sightline/sdk';";
const OBSERVE = "observe({ service: 'bench' });";

const WAYS = {
  bare: { code: '' },
  sdk: { code: IMPORT + OBSERVE },
  sdkImported: { code: IMPORT },
  sdkRequired: { code: `${REQUIRE} const { observe } = require('@sightline/sdk'); ${OBSERVE}` },
  sdkExporting: { code: IMPORT + OBSERVE, env: COLLECTOR },
  peers: {
    code: `${REQUIRE}
      const { NodeSDK } = require('@opentelemetry/sdk-node');
      const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
      new NodeSDK({ instrumentations: [getNodeAutoInstrumentations()], resourceDetectors: [] }).start();
      require('pino')();
      require('prom-client').collectDefaultMetrics();`,
    env: { ...COLLECTOR, OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  },
};

function start({ code, env = {} }) {
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', `${code}\n${REPORT}`], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`a start ended with ${child.status}: ${child.stderr}`);
  return JSON.parse(child.stdout.slice(child.stdout.lastIndexOf('{"ms"')));
}

function median(values) {
  return values.sort((left, right) => left - right)[values.length >> 1];
}

const measured = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
for (const way of Object.values(WAYS)) start(way);
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 === 0 ? Object.keys(WAYS) : Object.keys(WAYS).reverse();
  for (const way of order) measured[way].push(start(WAYS[way]));
}
const result = Object.fromEntries(
  Object.entries(measured).map(([way, starts]) => [
    way,
    { ms: median(starts.map(({ ms }) => ms)), rssMb: median(starts.map(({ rssMb }) => rssMb)) },
  ]),
);
console.log(JSON.stringify({ case: 'start', node: process.versions.node, ...result }));
