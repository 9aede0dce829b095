/**
 * Queries: every peer gets the same samples and is started anew for each case. It first answers queries of the same kinds over other
 * metrics, as a program that is up has done; cold means that the samples of the case were not asked for before.
 * Peers run one after the other, so that each has the machine to itself.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask, median } from '../lib/ask.mjs';
import { load } from '../lib/load.mjs';
import { availablePeers } from '../lib/peers.mjs';
import { memory, sleep } from '../lib/process.mjs';
import { cases, panels } from './cases.mjs';
import { datasets, lines } from './datasets.mjs';

const REFRESHES = 8;
const WARM_UPS = 5;
/** The gauge of event-loop turns tells of the last full window of ten seconds. */
const LAG_WINDOW_MS = 10_500;

/** @param options series, hours, buckets, bucketHours, wide, runs, colds, folder */
export async function measureQueries(options) {
  const { folder, hours, bucketHours } = options;
  const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const data = datasets(options, endMs);
  const span = { endMs, hours, bucketHours };
  const rows = [];
  for (const peer of availablePeers()) {
    const place = join(folder, `queries-${peer.name}`);
    mkdirSync(place, { recursive: true });
    console.error(
      `bench: ${peer.name}: loading ${data.map((set) => `${set.heads.length} series of ${set.name}`).join(', ')}`,
    );
    const loaded = await load(
      peer,
      place,
      data.map((set) => () => lines(set)),
    );
    await sleep(10_000);
    await loaded.program.stop();
    for (const one of cases(endMs, hours, bucketHours)) rows.push(await measureCase(peer, place, one, span, options));
    rows.push(await measureRefresh(peer, place, span));
    rows.push(await measurePanels(peer, place, span));
    rmSync(place, { recursive: true, force: true });
  }
  return rows;
}

/** Starts the peer, lets it answer queries over metrics that are not measured, and hands it on. */
async function withPeer(peer, place, { endMs, hours, bucketHours }, use) {
  const running = await peer.start(place);
  try {
    for (let i = 0; i < WARM_UPS; i++) {
      for (const { query, again } of cases(endMs, hours, bucketHours)) {
        for (const { expr, ...at } of [query, again ?? query]) {
          await ask(running, { ...at, expr: expr.replaceAll('bench_', 'other_') });
        }
      }
    }
    return await use(running);
  } finally {
    await running.program.stop();
  }
}

async function measureCase(peer, place, { name, query, again }, span, { runs, colds }) {
  const cold = [];
  const warm = [];
  const other = [];
  const peaks = [];
  let bytes = 0;
  for (let i = 0; i < colds; i++) {
    await withPeer(peer, place, span, async (running) => {
      const first = await ask(running, query);
      cold.push(first.ms);
      bytes = first.body.byteLength;
      peaks.push(memory(running.program.pid).peak);
      if (again !== undefined) other.push((await ask(running, again)).ms);
      if (i === 0) for (let run = 0; run < runs; run++) warm.push((await ask(running, query)).ms);
    });
  }
  const row = { peer: peer.name, name, coldMs: median(cold), warmMs: median(warm), peak: Math.max(...peaks), bytes };
  return again === undefined ? row : { ...row, againMs: median(other) };
}

/** The same panel asked every step: the range moves by one step each time, as Grafana's refresh does. */
async function measureRefresh(peer, place, span) {
  const { endMs, hours } = span;
  const expr = 'sum by (a) (rate(bench_total[5m]))';
  const step = 60;
  const lengthMs = (hours - 2) * 3_600_000;
  return withPeer(peer, place, span, async (running) => {
    const times = [];
    let coldMs = 0;
    for (let i = 0; i <= REFRESHES; i++) {
      const end = endMs - (REFRESHES + 1 - i) * step * 1000;
      const query = { expr, step, startMs: end - lengthMs, endMs: end };
      const { ms, body } = await ask(running, { ...query, isFresh: false });
      if (i === 0) coldMs = ms;
      else times.push(ms);
      if (running.name === 'Sightline' && i > 0) await mustBeSame(running, query, body);
    }
    return { peer: peer.name, name: REFRESH, coldMs, warmMs: median(times) };
  });
}

async function mustBeSame(running, query, body) {
  const fresh = await ask(running, query);
  if (!fresh.body.equals(body)) throw new Error(`${query.expr}: a refreshed answer differs from a fresh one`);
}

/** All panels at once; the longest turn of the event loop says how late a scrape or rule could have been. */
export async function measurePanels(peer, place, span) {
  const all = panels(span.endMs);
  return withPeer(peer, place, span, async (running) => {
    // What happened at the start must not be in the window in which the panels are asked.
    if (running.name === 'Sightline') await sleep(LAG_WINDOW_MS);
    const once = async () => {
      const started = performance.now();
      await Promise.all(all.map((query) => ask(running, { ...query, isFresh: false })));
      return performance.now() - started;
    };
    const coldMs = await once();
    const lagMs = running.name === 'Sightline' ? await longestTurn(running) : undefined;
    const warm = [];
    for (let i = 0; i < 3; i++) warm.push(await once());
    return {
      peer: peer.name,
      name: PANELS,
      coldMs,
      warmMs: median(warm),
      lagMs,
      peak: memory(running.program.pid).peak,
    };
  });
}

async function longestTurn(running) {
  await sleep(LAG_WINDOW_MS);
  const text = await (await fetch(`${running.url}/metrics`)).text();
  const match = /^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text);
  return match === null ? undefined : Number(match[1]) * 1000;
}

export const REFRESH = 'refresh of sum by (a) (rate(x[5m])), range moved by one step';
export const PANELS = '100 panels at once';
