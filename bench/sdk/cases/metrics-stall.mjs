/** M6: how long a scrape of 50,000 series over HTTP holds the event loop up, one in a hundred series changed; scraped by another thread. */
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import { compareOnce, makeRegistry, manySets } from '../metrics-ways.mjs';

const SCRAPES = 7;
const SCRAPER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const http = require('node:http');
  parentPort.on('message', () => {
    const from = performance.now();
    const headers = { accept: workerData.accept };
    http.get({ port: workerData.port, headers }, (response) => {
      response.resume();
      response.on('end', () => parentPort.postMessage(performance.now() - from));
    });
  });
`;

await compareOnce('metrics-stall 50k series', 'ms', ['sdk', 'promClient', 'prometheusIo', 'otel'], async (way) => {
  const sets = manySets(50_000);
  const registry = await makeRegistry(way);
  for (const labels of sets) registry.counter.inc(labels);
  await registry.render();
  const server = createServer(async (_request, response) => response.end(await registry.render()));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const worker = new Worker(SCRAPER, { eval: true, workerData: { port: server.address().port, accept: 'text/plain' } });
  const stalls = [];
  const scrapes = [];
  for (let round = 0; round < SCRAPES; round++) {
    for (let at = round; at < sets.length; at += 100) registry.counter.inc(sets[at]);
    globalThis.gc?.();
    const answer = new Promise((resolve) => worker.once('message', resolve));
    const watch = watchLoop();
    worker.postMessage('scrape');
    scrapes.push(await answer);
    stalls.push(watch());
  }
  await worker.terminate();
  server.close();
  const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  return { stall: median(stalls), scrape: median(scrapes) };
});

/** The longest time between two turns of the event loop. */
function watchLoop() {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return longest;
  };
}
