/** M7: memory of a series, heap and what is outside of it, before and after an exposition; 50,000 counters, 5,000 histograms. */
import { compareOnce, makeRegistry, manySets } from '../metrics-ways.mjs';

async function used() {
  // The bytes of a buffer are given back some time after the buffer was collected.
  for (let round = 0; round < 5; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

await compareOnce('metrics-memory', 'bytes per series', ['sdk', 'promClient', 'prometheusIo', 'otel'], async (way) => {
  const result = {};
  for (const [kind, count] of [
    ['counter', 50_000],
    ['histogram', 5_000],
  ]) {
    const registry = await makeRegistry(way);
    const before = await used();
    // Label objects are made as a service makes them, for each update, and are the registry's to keep or not.
    for (const labels of manySets(count)) {
      if (kind === 'counter') registry.counter.inc(labels);
      else registry.histogram.observe(labels, 0.03);
    }
    result[kind] = ((await used()) - before) / count;
    await registry.render();
    result[`${kind}Rendered`] = ((await used()) - before) / count;
    await registry.render();
  }
  return result;
});
