/**
 * Measures the metrics store as it is built (packages/server/dist): ingest CPU per sample with merges, selects, bytes on disk, memory.
 * `UV_THREADPOOL_SIZE=16 node bench/layout/store.mjs [series] [rounds]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels, Matcher } from '@sightline/model';
import { openChdbStorage } from '../../packages/server/dist/storage/clickhouse/index.js';
import { createLogger } from '../../packages/server/dist/telemetry/create-logger.js';
import { createMetricsRegistry } from '../../packages/server/dist/telemetry/create-registry.js';

const STEP = 15_000;
const METRICS = 100;
const seriesCount = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 40);
const historySeries = 2_000;

const dataDir = mkdtempSync(join(tmpdir(), 'sightline-store-'));
const options = {
  dataDir,
  retention: { metricsMs: 0 },
  logger: createLogger({ level: 'warn', format: 'text', write: (line) => process.stderr.write(line) }),
  registry: createMetricsRegistry(),
};
const mb = () => Math.round(process.memoryUsage().rss / 1e6);
let storage = await openChdbStorage(options);
console.log(`open: ${mb()} MB resident`);

let state = 88172645;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 4294967296;
}
const labelsOf = (i, prefix) =>
  Labels.fromObject({
    __name__: `${prefix}_${i % METRICS}_total`,
    job: `job-${i % 7}`,
    instance: `10.0.${(i / METRICS) & 63}.${(i / METRICS / 64) & 255}:9100`,
    path: `/api/v1/resource/${(i / METRICS) | 0}`,
    env: 'production',
    region: `eu-${i % 3}`,
    pod: `service-${(i / 10) | 0}-abcde`,
  });
const cpuMs = (before) => {
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
};
const writer = storage.metrics.writer;

{
  const before = process.cpuUsage();
  const handles = Array.from({ length: seriesCount }, (_, i) => writer.series(labelsOf(i, 'load')));
  console.log(`series handles: ${((cpuMs(before) * 1000) / seriesCount).toFixed(1)} us each, ${mb()} MB`);
  const values = handles.map((_, i) => (i % 2 === 0 ? Math.floor(random() * 1e6) : random() * 100));
  const start = Date.now() - (Date.now() % 3_600_000) - 3_600_000;
  const BATCH = 1_000; // a scrape
  const GROUP = Math.ceil(seriesCount / 15); // what one second brings
  let encodeMs = 0;
  const cpu = process.cpuUsage();
  const t0 = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (let from = 0; from < seriesCount; from += GROUP) {
      const writes = [];
      const e0 = process.cpuUsage();
      for (let b = from; b < Math.min(seriesCount, from + GROUP); b += BATCH) {
        const batch = writer.createBatch();
        for (let i = b; i < Math.min(seriesCount, from + GROUP, b + BATCH); i++) {
          values[i] =
            i % 2 === 0
              ? values[i] + Math.floor(random() * 40)
              : Math.round((values[i] + random() - 0.5) * 1000) / 1000;
          batch.add(handles[i], start + round * STEP + ((i * 37) % 15_000), values[i]);
        }
        writes.push(writer.write(batch, { urgent: true }));
      }
      encodeMs += process.cpuUsage(e0).user / 1000;
      await Promise.all(writes);
    }
    if (round === 0) console.log(`first round with series rows: ${(performance.now() - t0).toFixed(0)} ms`);
  }
  const insertMs = performance.now() - t0;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const total = cpuMs(cpu);
  const samples = rounds * seriesCount;
  console.log(
    `ingest: ${((total * 1000) / samples).toFixed(2)} us CPU a sample (in JavaScript ${((encodeMs * 1000) / samples).toFixed(2)}), ` +
      `${(samples / insertMs).toFixed(0)} k samples/s, ${mb()} MB`,
  );
}

async function history(prefix, makeValue) {
  const day = Date.UTC(2026, 0, 5);
  const handles = Array.from({ length: historySeries }, (_, i) => writer.series(labelsOf(i, prefix)));
  const values = handles.map((_, i) => makeValue(undefined, i));
  for (let hour = 0; hour < 24; hour++) {
    const batch = writer.createBatch();
    for (let i = 0; i < historySeries; i++) {
      for (let k = 0; k < 240; k++) {
        values[i] = makeValue(values[i], i);
        batch.add(handles[i], day + hour * 3_600_000 + k * STEP + ((i * 37) % 15_000), values[i]);
      }
    }
    await writer.write(batch, { urgent: true });
  }
  return day;
}
async function bytes() {
  const { tables } = await storage.metrics.stats();
  return tables.find((t) => t.table === 'metric_samples')?.bytes ?? 0;
}
const kinds = {
  counter: (v) => (v === undefined ? Math.floor(random() * 1e6) : v + Math.floor(random() * 40)),
  decimals: (v) => (v === undefined ? 50 : Math.round((v + random() - 0.5) * 1000) / 1000),
  noise: (v) => (v === undefined ? 50 : v + (random() - 0.5) / 7),
};
let day = 0;
for (const [name, make] of Object.entries(kinds)) {
  const before = await bytes();
  const t0 = performance.now();
  day = await history(name, make);
  console.log(
    `${name}: ${(((await bytes()) - before) / (historySeries * 5760)).toFixed(2)} bytes a sample, import ${((historySeries * 5760) / (performance.now() - t0)).toFixed(0)} k samples/s`,
  );
}
const limits = { maxSamples: 50_000_000, maxSeries: 1_000_000 };
const hint = { func: '', rangeMs: 0, stepMs: 0 };
async function timed(what, matchers, startMs, endMs) {
  const reader = storage.metrics.reader('interactive');
  const took = [];
  let size = '';
  for (let i = 0; i < 7; i++) {
    const t0 = performance.now();
    const block = await reader.select({ matchers, startMs, endMs, hint }, limits, new AbortController().signal);
    took.push(performance.now() - t0);
    size = `${block.series.length} series, ${block.timestamps.length} samples`;
  }
  took.sort((a, b) => a - b);
  console.log(`${what}: median ${took[3].toFixed(1)} ms, best ${took[0].toFixed(1)} (${size})`);
}
const eq = (name, value) => new Matcher(name, '=', value);
const end = day + 86_400_000 - 1;
const now = Date.now() - (Date.now() % 3_600_000) - 3_600_000 + rounds * STEP;
await timed('1 series 24 h', [eq('__name__', 'counter_5_total'), eq('path', '/api/v1/resource/3')], day, end);
await timed('20 series of 1 metric 24 h', [eq('__name__', 'counter_5_total')], day, end);
await timed('1,000 series of 50 metrics 24 h', [new Matcher('__name__', '=~', 'counter_[0-4].?_total')], day, end);
await timed('2,000 series last 5 m of the day', [new Matcher('__name__', '=~', 'counter_.*')], end - 300_000, end);
await timed(
  `${seriesCount / METRICS} series of 1 metric, last 5 m`,
  [eq('__name__', 'load_5_total')],
  now - 300_000,
  now,
);
await timed(
  `1 series of ${seriesCount}, last 10 m`,
  [eq('__name__', 'load_5_total'), eq('path', '/api/v1/resource/3')],
  now - 600_000,
  now,
);
await timed(
  `${seriesCount / 10} series, last 5 m`,
  [new Matcher('__name__', '=~', 'load_.?_total')],
  now - 300_000,
  now,
);
const t0 = performance.now();
await storage.close();
console.log(`close: ${(performance.now() - t0).toFixed(0)} ms`);

/** Finds the series of one value, of a pattern and of one metric, by the index or, when that has no room, by SQL. */
async function findings(what, limits) {
  const t1 = performance.now();
  storage = await openChdbStorage({ ...options, limits, registry: createMetricsRegistry() });
  console.log(`${what}: open ${(performance.now() - t1).toFixed(0)} ms, ${mb()} MB`);
  const reader = storage.metrics.reader('interactive');
  const questions = {
    'one series': [eq('__name__', 'load_5_total'), eq('path', '/api/v1/resource/3')],
    'one metric': [eq('__name__', 'load_5_total')],
    'a pattern over pods': [new Matcher('pod', '=~', 'service-1.*7-abcde')],
  };
  for (const [name, matchers] of Object.entries(questions)) {
    const took = [];
    let count = 0;
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      const query = { matcherSets: [matchers], startMs: now - 600_000, endMs: now, limit: 0 };
      count = (await reader.series(query, new AbortController().signal)).items.length;
      took.push(performance.now() - start);
    }
    console.log(`  ${name}: ${took.sort((x, y) => x - y)[2].toFixed(1)} ms (${count} series)`);
  }
  if (limits.seriesLimit === undefined) {
    const stats = await storage.metrics.stats();
    console.log(JSON.stringify({ stored: stats.storedSamples, parts: stats.partCount, tables: stats.tables }));
  }
  await storage.close();
}
await findings('label matching in memory', {});
await findings('label matching in SQL', { seriesLimit: 10 });
rmSync(dataDir, { recursive: true, force: true });
