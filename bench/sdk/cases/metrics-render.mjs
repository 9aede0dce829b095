/** M4, M5: the exposition of 50,000 series, all and one in a hundred of them changed since the last one; counters and histogram lines. */
import { compareOnce, makeRegistry, manySets } from '../metrics-ways.mjs';

const SERIES = 50_000;
const LINES_OF_HISTOGRAM = 14;
const RENDERS = 5;

async function renderTime(registry, change) {
  const times = [];
  for (let round = 0; round < RENDERS; round++) {
    change(round);
    const from = performance.now();
    await registry.render();
    times.push(performance.now() - from);
  }
  return times.sort((left, right) => left - right)[RENDERS >> 1];
}

await compareOnce('metrics-render 50k series', 'ms', ['sdk', 'promClient', 'prometheusIo', 'otel'], async (way) => {
  const sets = manySets(SERIES);
  const registry = await makeRegistry(way);
  const all = () => {
    for (const labels of sets) registry.counter.inc(labels);
  };
  const some = (round) => {
    for (let at = round; at < sets.length; at += 100) registry.counter.inc(sets[at]);
  };
  all();
  await registry.render();
  const counters = await renderTime(registry, all);
  const countersOneInHundred = await renderTime(registry, some);
  const bytes = (await registry.render()).length;

  const histograms = await makeRegistry(way);
  const histogramSets = sets.slice(0, Math.round(SERIES / LINES_OF_HISTOGRAM));
  const observe = () => {
    for (const labels of histogramSets) histograms.histogram.observe(labels, 0.03);
  };
  observe();
  await histograms.render();
  return {
    counters,
    countersOneInHundred,
    histogramLines: await renderTime(histograms, observe),
    megabytes: bytes / 1e6,
  };
});
