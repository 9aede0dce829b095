/** Puts generated lines into a peer: Prometheus gets blocks made by promtool, the others an import over HTTP. */
import { execFileSync } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

const PART_LENGTH = 4_000_000;

/**
 * @param peer of availablePeers
 * @param place the peer's own folder
 * @param families functions that give the lines of one metric each
 * @returns the running peer
 */
export async function load(peer, place, families) {
  if (peer.name === 'Prometheus') {
    for (const lines of families) await makeBlocks(place, lines);
    return peer.start(place);
  }
  const running = await peer.start(place);
  for (const lines of families) {
    let part = '';
    for (const text of lines()) {
      part += text;
      if (part.length < PART_LENGTH) continue;
      await post(running, part);
      part = '';
    }
    if (part !== '') await post(running, part);
  }
  if (peer.name === 'VictoriaMetrics') await fetch(`${running.url}/internal/force_flush`);
  return running;
}

async function makeBlocks(place, lines) {
  const file = join(place, 'history.om');
  const out = createWriteStream(file);
  for (const text of lines()) {
    if (!out.write(text.replace(/ (\d+)(\d{3})\n/g, ' $1.$2\n'))) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'close');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-r', '-q', file, join(place, 'prometheus')], {
    stdio: 'ignore',
  });
  rmSync(file);
}

async function post(peer, body) {
  const response = await fetch(`${peer.url}${peer.importPath}`, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${peer.name} refused an import: ${response.status} ${text}`);
}
