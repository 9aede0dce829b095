/** The programs under measurement behind one shape: start on a folder with a prometheus.yml, answer the Prometheus API. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, start, waitFor } from './process.mjs';

const sightlineBin = fileURLToPath(new URL('../../packages/cli/bin/sightline.js', import.meta.url));

function has(command) {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function startSightline(folder, config) {
  const port = await freePort();
  const data = join(folder, 'sightline');
  const settings = join(folder, 'sightline.yml');
  // Only what the peers do too: no host metrics, no self scrape and no rules of its own.
  const off = [
    'host_metrics:\n  enabled: false',
    'self_scrape:\n  enabled: false',
    'alerting:\n  default_rules: false',
  ];
  writeFileSync(settings, `${off.join('\n')}\n`);
  const args = [
    'up',
    '--config',
    settings,
    '--listen',
    `127.0.0.1:${port}`,
    '--data',
    data,
    '--retention-metrics',
    '0',
  ];
  if (config !== undefined) args.push('--prometheus', config);
  const program = start(process.execPath, [sightlineBin, ...args]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/-/ready`, program);
  // Parts that a merge has replaced stay on the disk for some minutes: only the active ones count, as only blocks count there.
  const storedBytes = async () => (await (await fetch(`${url}/api/sightline/v1/system/storage`)).json()).bytesOnDisk;
  return { name: 'Sightline', url, data, program, storedBytes, importPath: '/api/v1/import/prometheus' };
}

async function startPrometheus(folder, config) {
  const port = await freePort();
  const data = join(folder, 'prometheus');
  mkdirSync(data, { recursive: true });
  const file = config ?? join(folder, 'empty.yml');
  if (config === undefined) writeFileSync(file, '{}\n');
  const program = start('prometheus', [
    `--config.file=${file}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=100y',
    '--log.level=warn',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/-/ready`, program);
  return { name: 'Prometheus', url, data, program };
}

async function startVictoria(folder, config) {
  const port = await freePort();
  const data = join(folder, 'victoria');
  const args = [
    `-storageDataPath=${data}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
    '-search.latencyOffset=0s',
    '-loggerLevel=ERROR',
  ];
  if (config !== undefined) args.push(`-promscrape.config=${config}`);
  const program = start('victoria-metrics', args);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/health`, program);
  return { name: 'VictoriaMetrics', url, data, program, importPath: '/api/v1/import/prometheus' };
}

/** Every peer that is on this machine, Sightline first. Says what is missing. */
export function availablePeers() {
  const peers = [{ name: 'Sightline', start: startSightline }];
  if (has('prometheus') && has('promtool')) peers.push({ name: 'Prometheus', start: startPrometheus });
  else console.error('bench: prometheus and promtool are not installed: no ratios against Prometheus');
  if (has('victoria-metrics')) peers.push({ name: 'VictoriaMetrics', start: startVictoria });
  else console.error('bench: victoria-metrics is not installed: no ratios against VictoriaMetrics');
  return peers;
}
