/** Disk: the same samples loaded into every peer, then bytes on disk for each of them. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './lib/load.mjs';
import { availablePeers } from './lib/peers.mjs';
import { folderBytes, memory, sleep } from './lib/process.mjs';

const STEP_MS = 15_000;
const KINDS = ['integer counters', 'noisy floats'];

/** @param options series, hours, folder */
export async function measureHistory(options) {
  const { series, hours, folder } = options;
  const result = { disk: [], memory: [] };
  const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const startMs = endMs - hours * 3_600_000;
  const samples = series * ((endMs - startMs) / STEP_MS);
  for (const kind of KINDS) {
    for (const peer of availablePeers()) {
      const place = join(folder, `${peer.name}-${KINDS.indexOf(kind)}`);
      mkdirSync(place, { recursive: true });
      console.error(`bench: ${peer.name}: loading ${samples} samples (${kind})`);
      const running = await load(peer, place, [() => generate({ series, startMs, endMs, kind })]);
      try {
        result.memory.push({ peer: peer.name, kind, ...memory(running.program.pid) });
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
