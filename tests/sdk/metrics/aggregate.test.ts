/** Worker threads and cluster processes as one exposition: real threads, real processes, one of them killed. */
import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { type AggregatedRegistry, aggregate, Registry, reportMetrics } from '@sightline/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/programs.ts';
import { type Installed, installSdk } from '../support/built-sdk.ts';
import { parsed } from './parsed.ts';

/** What each worker does: a metric of every type, updated as it is told. */
const METRICS = `
  import { Registry, reportMetrics } from '@sightline/sdk';
  const registry = new Registry();
  const jobs = registry.counter('jobs_total', 'Jobs', { labels: ['kind'] });
  const latency = registry.histogram('latency_seconds', 'L', { buckets: [1, 10] });
  const size = registry.summary('size_bytes', 'S', { quantiles: [0.5] });
  const gauges = ['sum', 'min', 'max', 'average'].map((aggregate) => registry.gauge('g_' + aggregate, 'G', { aggregate }));
  registry.gauge('g_omit', 'G', { aggregate: 'omit' }).set(1);
  registry.info('build_info', 'B', { version: '1' });
  export function work(number) {
    jobs.inc({ kind: 'a' }, number);
    jobs.inc({ kind: 'only ' + number });
    latency.observe(number);
    size.observe(number * 100);
    for (const gauge of gauges) gauge.set(number);
    registry.gauge('odd', 'O').set(number === 2 ? Number.NaN : number === 3 ? Infinity : 0);
  }
  export const stopReporting = reportMetrics(registry, { intervalMs: 50 });
`;

let sdk: Installed;

beforeAll(async () => {
  sdk = await installSdk(false);
  await sdk.write('metrics.mjs', METRICS);
}, 120_000);

afterAll(() => sdk?.remove());

type Values = ReadonlyMap<string, number>;

async function valuesOf(all: AggregatedRegistry): Promise<Values> {
  const values = parsed((await all.render()).body, 'text').values;
  return new Map([...values].map(([key, value]) => [key.replace('__name__|', ''), value]));
}

/** What three workers that did work(1), work(2) and work(3) have together. */
function expectAllThree(values: Values): void {
  expect(Object.fromEntries(values)).toMatchObject({
    'jobs_total|kind|a': 6,
    'jobs_total|kind|only 1': 1,
    'jobs_total|kind|only 3': 1,
    'latency_seconds_bucket|le|1': 1,
    'latency_seconds_bucket|le|10': 3,
    latency_seconds_sum: 6,
    latency_seconds_count: 3,
    size_bytes_sum: 600,
    size_bytes_count: 3,
    g_sum: 6,
    g_min: 1,
    g_max: 3,
    g_average: 2,
    'build_info|version|1': 1,
    odd: Number.NaN,
    sightline_sdk_workers: 3,
    sightline_sdk_workers_missing: 0,
  });
  expect(values.get('size_bytes|quantile|0.5')).toBeCloseTo(200, -1);
  expect(values.has('g_omit')).toBe(false);
}

describe('worker threads', () => {
  let all: AggregatedRegistry;
  let workers: Worker[] = [];

  afterEach(async () => {
    all?.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  async function startThree(): Promise<void> {
    const file = await sdk.write(
      'thread.mjs',
      `import { parentPort } from 'node:worker_threads';
       import { work, stopReporting } from './metrics.mjs';
       parentPort.on('message', (message) => {
         if (message === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
         else work(message);
         parentPort.postMessage('done');
       });
       parentPort.postMessage('ready');`,
    );
    workers = [1, 2, 3].map(() => new Worker(file, { execArgv: [] }));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  }

  async function tell(worker: Worker | undefined, message: number): Promise<void> {
    const done = new Promise((resolve) => worker?.once('message', resolve));
    worker?.postMessage(message);
    await done;
  }

  it('are one exposition; an ended one leaves its counters, a stuck one its last values', async () => {
    await startThree();
    const own = new Registry();
    own.counter('jobs_total', 'Jobs', { labels: ['kind'] }).inc({ kind: 'main' }, 7);
    all = aggregate({ workers, registry: own, patienceMs: 400 });
    for (const [at, worker] of workers.entries()) await tell(worker, at + 1);
    const values = await valuesOf(all);
    expectAllThree(values);
    expect(values.get('jobs_total|kind|main')).toBe(7);

    await workers[2]?.terminate();
    await eventually('the gauges of the ended one to go', async () => (await valuesOf(all)).get('g_max') === 2, 10);
    expect(Object.fromEntries(await valuesOf(all))).toMatchObject({
      'jobs_total|kind|a': 6,
      'jobs_total|kind|only 3': 1,
      latency_seconds_count: 3,
      g_sum: 3,
      sightline_sdk_workers: 2,
    });

    workers[1]?.postMessage('block');
    await eventually('the stuck one to be missing', async () => {
      const now = await valuesOf(all);
      return now.get('sightline_sdk_workers_missing') === 1 && now.get('jobs_total|kind|a') === 6;
    });
    await tell(workers[0], 1);
    expect((await valuesOf(all)).get('jobs_total|kind|a')).toBe(7);
  });

  it('a thread that was reporting before it was aggregated is taken in whole', async () => {
    await startThree();
    for (const [at, worker] of workers.entries()) await tell(worker, at + 1);
    all = aggregate({});
    for (const worker of workers) all.addWorker(worker);
    await valuesOf(all);
    expectAllThree(await valuesOf(all));
  });
});

describe('cluster processes', () => {
  it('are one exposition; counters of a killed one stay and its successor adds to them', async () => {
    const file = await sdk.write(
      'cluster.mjs',
      `import cluster from 'node:cluster';
       if (cluster.isPrimary) {
         const { aggregate } = await import('@sightline/sdk');
         const all = aggregate({ cluster: true, patienceMs: 2000 });
         const message = (worker, text) => new Promise((resolve) => {
           worker.once('message', function next(got) { if (got === text) resolve(); else worker.once('message', next); });
         });
         const start = async (number) => {
           const worker = cluster.fork({ NUMBER: String(number) });
           await message(worker, 'done');
           return worker;
         };
         const page = async () => (await all.render()).body.toString();
         const workers = [];
         for (const number of [1, 2, 3]) workers.push(await start(number));
         const pages = [await page()];
         await new Promise((resolve) => setTimeout(resolve, 200));
         const gone = new Promise((resolve) => cluster.once('exit', resolve));
         workers[2].process.kill('SIGKILL');
         await gone;
         await new Promise((resolve) => setTimeout(resolve, 400));
         pages.push(await page());
         await start(2);
         pages.push(await page());
         console.log(JSON.stringify(pages));
         cluster.disconnect(() => all.close());
       } else {
         const { work } = await import('./metrics.mjs');
         work(Number(process.env.NUMBER));
         process.send('done');
       }`,
    );
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    const pages = (JSON.parse(Buffer.concat(output).toString()) as string[]).map((page): Values => {
      const { values } = parsed(Buffer.from(page), 'text');
      return new Map([...values].map(([key, value]) => [key.replace('__name__|', ''), value]));
    });
    expectAllThree(pages[0] as Values);
    expect(Object.fromEntries(pages[1] as Values)).toMatchObject({
      'jobs_total|kind|a': 6,
      latency_seconds_count: 3,
      latency_seconds_sum: 6,
      g_sum: 3,
      g_max: 2,
      odd: Number.NaN,
      sightline_sdk_workers: 2,
    });
    expect(Object.fromEntries(pages[2] as Values)).toMatchObject({
      'jobs_total|kind|a': 8,
      'jobs_total|kind|only 2': 2,
      'jobs_total|kind|only 3': 1,
      latency_seconds_count: 4,
      size_bytes_sum: 800,
      g_sum: 5,
      sightline_sdk_workers: 3,
      sightline_sdk_workers_missing: 0,
    });
  });
});

it('says where it belongs when it is called in neither', () => {
  expect(() => reportMetrics(new Registry())).toThrow('is for cluster workers and worker threads');
});
