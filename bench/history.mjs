/**
 * History: the same samples loaded into every peer, then the size on disk and the latency of queries. Prometheus gets blocks
 * made by promtool, the others an import over HTTP.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { availablePeers } from './lib/peers.mjs';
import { folderBytes, memory, sleep } from './lib/process.mjs';

const STEP_MS = 15_000;

export const QUERIES = [
  { name: 'rate, all series, step 60 s', expr: 'rate(bench_total[5m])', step: 60 },
  { name: 'sum by (a) of rate, step 60 s', expr: 'sum by (a) (rate(bench_total[5m]))', step: 60 },
  { name: 'sum by (a) of rate[1h], step 300 s', expr: 'sum by (a) (rate(bench_total[1h]))', step: 300 },
  { name: 'one series, step 60 s', expr: 'bench_total{instance="host-7"}', step: 60 },
  { name: 'instant, all series', expr: 'sum(bench_total)' },
];

/** @param options series, hours, folder, runs */
export async function measureHistory(options) {
  const { series, hours, folder, runs } = options;
  const result = { disk: [], queries: [], memory: [] };
  const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const startMs = endMs - hours * 3_600_000;
  const samples = series * ((endMs - startMs) / STEP_MS);
  for (const kind of ['integer counters', 'noisy floats']) {
    const isQueried = kind === 'integer counters';
    const lines = () => generate({ series, startMs, endMs, kind });
    for (const peer of availablePeers()) {
      const place = join(folder, `${peer.name}-${isQueried ? 'counters' : 'floats'}`);
      execFileSync('mkdir', ['-p', place]);
      console.error(`bench: ${peer.name}: loading ${samples} samples (${kind})`);
      const running = await load(peer, place, lines);
      try {
        if (isQueried) {
          result.queries.push(...(await queryAll(running, startMs, endMs, runs)));
          result.memory.push({ peer: peer.name, ...memory(running.program.pid) });
        }
        // Background merges settle.
        await sleep(10_000);
        const bytes = await (running.storedBytes?.() ?? folderBytes(running.data));
        result.disk.push({ peer: peer.name, kind, bytesPerSample: bytes / samples });
      } finally {
        await running.program.stop();
      }
      rmSync(place, { recursive: true, force: true });
    }
  }
  return result;
}

/** Lines of text in series order per quarter of an hour, so that memory stays flat whatever the size. */
function* generate({ series, startMs, endMs, kind }) {
  const isCounter = kind === 'integer counters';
  const name = isCounter ? 'bench_total' : 'bench_load';
  let seed = 42;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const values = new Float64Array(series);
  const heads = Array.from({ length: series }, (_, i) => `${name}{a="${i % 10}",instance="host-${i}",job="bench"}`);
  for (let from = startMs; from < endMs; from += 900_000) {
    for (let i = 0; i < series; i++) {
      let text = '';
      for (let t = from; t < Math.min(from + 900_000, endMs); t += STEP_MS) {
        values[i] = isCounter ? values[i] + Math.floor(random() * 100) : 50 + 20 * Math.sin(t / 1e6 + i) + random();
        text += `${heads[i]} ${values[i]} ${t}\n`;
      }
      yield text;
    }
  }
}

async function load(peer, place, lines) {
  if (peer.name === 'Prometheus') {
    const file = join(place, 'history.om');
    const out = createWriteStream(file);
    out.write('# TYPE bench_total unknown\n');
    for (const text of lines()) {
      if (!out.write(text.replace(/ (\d+)(\d{3})\n/g, ' $1.$2\n'))) await once(out, 'drain');
    }
    out.end('# EOF\n');
    await once(out, 'close');
    const data = join(place, 'prometheus');
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-r', '-q', file, data], {
      stdio: 'ignore',
    });
    rmSync(file);
    return peer.start(place);
  }
  const running = await peer.start(place);
  let part = '';
  for (const text of lines()) {
    part += text;
    if (part.length > 4_000_000) {
      await post(running, part);
      part = '';
    }
  }
  await post(running, part);
  if (peer.name === 'VictoriaMetrics') await fetch(`${running.url}/internal/force_flush`);
  return running;
}

async function post(peer, body) {
  const response = await fetch(`${peer.url}${peer.importPath}`, { method: 'POST', body });
  if (!response.ok) throw new Error(`${peer.name} refused an import: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

async function queryAll(peer, startMs, endMs, runs) {
  const rows = [];
  for (const query of QUERIES) {
    const times = [];
    let size = 0;
    for (let i = 0; i < runs; i++) {
      const started = performance.now();
      size = await ask(peer, query, startMs, endMs);
      times.push(performance.now() - started);
    }
    const sorted = times.slice(1).sort((a, b) => a - b);
    rows.push({
      peer: peer.name,
      query: query.name,
      coldMs: times[0],
      warmMs: sorted[Math.floor(sorted.length / 2)],
      bytes: size,
    });
  }
  return rows;
}

async function ask(peer, query, startMs, endMs) {
  const params = new URLSearchParams({ query: query.expr, nocache: '1' });
  if (query.step === undefined) params.set('time', String(endMs / 1000 - 15));
  else {
    params.set('start', String(startMs / 1000));
    params.set('end', String(endMs / 1000 - 15));
    params.set('step', String(query.step));
  }
  const path = query.step === undefined ? 'query' : 'query_range';
  const response = await fetch(`${peer.url}/api/v1/${path}?${params}`, { headers: { 'accept-encoding': 'identity' } });
  const body = await response.arrayBuffer();
  if (!response.ok)
    throw new Error(`${peer.name}: ${query.name}: ${response.status} ${Buffer.from(body).toString().slice(0, 300)}`);
  return body.byteLength;
}
