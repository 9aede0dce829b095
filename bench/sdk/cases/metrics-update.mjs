/** M1, M2, M3: increments and observations, with a label object, by position and pre-bound; 60 rotating label sets. */
import { compare } from '../logging-harness.mjs';
import { installed, labelSets, makeRegistry } from '../metrics-ways.mjs';

const many = labelSets.length;
const operations = {
  inc:
    ({ counter }) =>
    (index) =>
      counter.inc(labelSets[index % many]),
  incBound({ counter }) {
    const bound = labelSets.map((labels) => counter.labels(labels));
    return (index) => bound[index % many].inc();
  },
  incPositional:
    ({ counter }) =>
    (index) => {
      const { method, route, status } = labelSets[index % many];
      counter.labels(method, route, status).inc();
    },
  observe:
    ({ histogram }) =>
    (index) =>
      histogram.observe(labelSets[index % many], 0.03),
  observeBound({ histogram }) {
    const bound = labelSets.map((labels) => histogram.labels(labels));
    return (index) => bound[index % many].observe(0.03);
  },
};

/** OpenTelemetry has no pre-bound instruments. */
const objectOnly = new Set(['inc', 'observe']);
const peers = await installed(['promClient', 'prometheusIo', 'otel']);

for (const [operation, run] of Object.entries(operations)) {
  const ways = ['sdk', ...peers].filter((way) => way !== 'otel' || objectOnly.has(operation));
  const named = ways.map((way) => [way, async () => ({ run: run(await makeRegistry(way)) })]);
  // A child is told its way only: the operation goes by the environment.
  const asked = process.env['BENCH_OPERATION'];
  if (asked !== undefined && asked !== operation) continue;
  process.env['BENCH_OPERATION'] = operation;
  await compare(`metrics-update ${operation}`, Object.fromEntries(named));
  delete process.env['BENCH_OPERATION'];
}
