/**
 * Runs one way of logging in its own process (no shared feedback of the compiler) and compares ways over several rounds,
 * forwards and backwards. Without an argument a case prints one JSON line with the median of each way and the ratios to the SDK.
 */
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';

const WARM_MS = Number(process.env['BENCH_WARM_MS'] ?? 500);
const SLICE_MS = Number(process.env['BENCH_SLICE_MS'] ?? 300);
const SLICES = Number(process.env['BENCH_SLICES'] ?? 3);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Calls between two looks at the clock, unless a case says how many. */
const BATCH = 2000;
/** Nanoseconds: of the processor on a machine that others use, else of the wall. */
const CLOCK =
  process.env['BENCH_CLOCK'] === 'cpu'
    ? () => {
        const { user, system } = process.cpuUsage();
        return (user + system) * 1000;
      }
    : () => performance.now() * 1_000_000;

/** What stands for several times: the median, or the shortest one on a machine that others use. */
const BEST = process.env['BENCH_PICK'] === 'shortest' ? (values) => Math.min(...values) : median;

/**
 * @param {string} name of the case
 * @param {Record<string, () => { run: (index: number) => void, scope?: (fn: () => unknown) => unknown }>} ways
 *   make what is measured, and the request it is measured in
 * @param {number} batch calls between two looks at the clock: fewer for what takes long
 */
export async function compare(name, ways, batch = BATCH) {
  const way = process.argv[2];
  if (way !== undefined) {
    const { run, scope = (fn) => fn() } = await ways[way]();
    process.stderr.write(JSON.stringify({ ns: await scope(() => measure(run, batch)) }));
    process.exit(0);
  }
  const times = Object.fromEntries(Object.keys(ways).map((each) => [each, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const order = Object.keys(ways);
    if (round % 2 === 1) order.reverse();
    for (const each of order) times[each].push(inChild(each));
  }
  const ns = Object.fromEntries(
    Object.entries(times).map(([each, values]) => [each, Math.round(BEST(values) * 10) / 10]),
  );
  const ratios = Object.fromEntries(
    Object.entries(ns)
      .filter(([each]) => each !== 'sdk')
      .map(([each, value]) => [each, Math.round((value / ns.sdk) * 100) / 100]),
  );
  process.stdout.write(
    `${JSON.stringify({ case: name, node: process.versions.node, unit: 'ns', ns, ratioToSdk: ratios })}\n`,
  );
}

function inChild(way) {
  const child = spawnSync(process.execPath, [...process.execArgv, process.argv[1], way], {
    stdio: ['ignore', openSync('/dev/null', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${way} ended with ${child.status}: ${child.stderr}`);
  return JSON.parse(child.stderr.slice(child.stderr.lastIndexOf('{"ns"'))).ns;
}

async function measure(run, batch) {
  await slice(run, WARM_MS, batch);
  const results = [];
  for (let index = 0; index < SLICES; index++) results.push(await slice(run, SLICE_MS, batch));
  return BEST(results);
}

/** Gives the event loop a turn after each batch: streams must not pile up. */
async function slice(run, ms, batch) {
  let calls = 0;
  let spent = 0;
  while (spent < ms * 1_000_000) {
    const from = CLOCK();
    for (let index = 0; index < batch; index++) run(calls + index);
    spent += CLOCK() - from;
    calls += batch;
    await new Promise(setImmediate);
  }
  return spent / calls;
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

/** Bytes in memory: encodes each line as UTF-8, so that ropes are paid for, and forgets it. */
export function memoryStream() {
  const buffer = Buffer.alloc(1 << 20);
  return {
    bytes: 0,
    write(line) {
      this.bytes += buffer.utf8Write(line, 0);
      return true;
    },
  };
}
