/**
 * Scraping: every peer scrapes the same targets at the same time. Reports CPU per sample, memory, and scrapes that were
 * missed. Bytes per sample are measured on history (history.mjs): here most of a peer's data still stands in its log.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availablePeers } from './lib/peers.mjs';
import { cpuSeconds, memory, sleep, start } from './lib/process.mjs';

/** @param options targets, seriesPerTarget, intervalSeconds, minutes, folder */
export async function measureIngest(options) {
  const { targets, seriesPerTarget, intervalSeconds, minutes, folder } = options;
  const exporterPath = new URL('./lib/exporter.mjs', import.meta.url).pathname;
  const exporter = start(process.execPath, [exporterPath, String(targets), String(seriesPerTarget)]);
  const running = [];
  try {
    const port = await firstLine(exporter);
    const config = join(folder, 'scrape.yml');
    writeFileSync(config, scrapeConfig({ targets, port, intervalSeconds }));
    for (const peer of availablePeers()) running.push(await peer.start(folder, config));
    // The first interval holds the cost of new series; it is left out for everybody.
    await sleep(intervalSeconds * 2_000);
    const before = running.map((peer) => cpuSeconds(peer.program.pid));
    const samplesBefore = await Promise.all(running.map(countScraped));
    const seconds = minutes * 60;
    console.error(`bench: scraping ${targets * seriesPerTarget} series every ${intervalSeconds} s for ${minutes} min`);
    await sleep(seconds * 1000);
    const samplesAfter = await Promise.all(running.map(countScraped));
    const rows = [];
    for (const [index, peer] of running.entries()) {
      const cpu = cpuSeconds(peer.program.pid) - before[index];
      const scrapes = samplesAfter[index] - samplesBefore[index];
      const samples = scrapes * seriesPerTarget;
      rows.push({
        peer: peer.name,
        cpuPercent: (cpu / seconds) * 100,
        cpuMicrosPerSample: (cpu * 1e6) / samples,
        ...memory(peer.program.pid),
        scrapes,
        expectedScrapes: Math.round((targets * seconds) / intervalSeconds),
      });
    }
    return rows;
  } finally {
    for (const peer of running) await peer.program.stop();
    await exporter.stop();
  }
}

async function firstLine(program) {
  for (let i = 0; i < 400; i++) {
    const line = program.output().split('\n')[0];
    if (/^\d+$/.test(line)) return Number(line);
    await sleep(25);
  }
  throw new Error('the exporter did not start');
}

function scrapeConfig({ targets, port, intervalSeconds }) {
  const entry = (i) =>
    `    - targets: ['127.0.0.1:${port}']\n      labels: { __metrics_path__: /t/${i}/metrics, instance: 'host-${i}' }\n`;
  const list = Array.from({ length: targets }, (_, i) => entry(i)).join('');
  return `global: { scrape_interval: ${intervalSeconds}s, scrape_timeout: ${Math.min(10, intervalSeconds)}s }\nscrape_configs:\n- job_name: bench\n  static_configs:\n${list}`;
}

/** Successful scrapes stored so far, from the peer's own answer. */
async function countScraped(peer) {
  const query = encodeURIComponent('sum(sum_over_time(up{job="bench"}[1h]))');
  const response = await fetch(`${peer.url}/api/v1/query?query=${query}`);
  const { data } = await response.json();
  return Number(data.result[0]?.value[1] ?? 0);
}
