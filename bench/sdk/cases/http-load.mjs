/**
 * Drives the servers of http-server.mjs: CPU time of the server process per request, requests per second and p99, each mode
 * in every round so that what else the machine does meets all of them.
 *
 * node http-load.mjs [--frameworks node,express,fastify] [--modes bare,peer,sdk] [--rounds 3] [--seconds 5] [--node path]
 * Prints one JSON object: results[framework][mode] = { cpuMicros, requestsPerSecond, p99Ms, errors }, medians of the rounds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const { values: flags } = parseArgs({
  options: {
    frameworks: { type: 'string', default: 'node,express,fastify' },
    modes: { type: 'string', default: 'bare,peer,sdk' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '50' },
    node: { type: 'string', default: process.execPath },
  },
});
const script = fileURLToPath(new URL('./http-server.mjs', import.meta.url));
const WARM_SECONDS = 2;

/** Takes the spans and throws them away, as a collector that is never slow. */
const sink = createServer((request, response) => {
  request.resume().on('end', () => response.end());
});
sink.listen(0, '127.0.0.1');
await once(sink, 'listening');
const spansUrl = `http://127.0.0.1:${sink.address().port}/v1/traces`;

async function ask(child, message) {
  const answer = once(child, 'message');
  child.send(message);
  return (await answer)[0];
}

async function measure(framework, mode) {
  const child = fork(script, [framework, mode], {
    execPath: flags.node,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, SPANS_URL: spansUrl, NODE_ENV: 'production' },
  });
  const [{ port }] = await once(child, 'message');
  const load = (duration) =>
    autocannon({ url: `http://127.0.0.1:${port}/api/users/42`, connections: Number(flags.connections), duration });
  await load(WARM_SECONDS);
  const before = await ask(child, 'usage');
  const result = await load(Number(flags.seconds));
  const after = await ask(child, 'usage');
  child.send('stop');
  await once(child, 'exit');
  const micros = after.cpu.user - before.cpu.user + (after.cpu.system - before.cpu.system);
  return {
    cpuMicros: micros / result.requests.total,
    requestsPerSecond: result.requests.average,
    p99Ms: result.latency.p99,
    rssMb: after.rss / 2 ** 20,
    errors: result.errors + result.non2xx,
  };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const runs = new Map();
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const framework of flags.frameworks.split(',')) {
    for (const mode of flags.modes.split(',')) {
      const key = `${framework} ${mode}`;
      runs.set(key, [...(runs.get(key) ?? []), await measure(framework, mode)]);
    }
  }
}
sink.close();

const results = {};
for (const [key, rounds] of runs) {
  const [framework, mode] = key.split(' ');
  results[framework] ??= {};
  results[framework][mode] = Object.fromEntries(
    Object.keys(rounds[0]).map((field) => [field, Number(median(rounds.map((round) => round[field])).toFixed(2))]),
  );
}
console.log(JSON.stringify({ node: flags.node, connections: Number(flags.connections), results }, null, 2));
process.exit(0);
