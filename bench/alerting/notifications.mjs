/**
 * Thousands of firing alerts in hundreds of groups, given to Sightline and to Alertmanager at the same time over API v2 and repeated
 * as Prometheus repeats them. Each interval something changes in every group, so that each has a notification due: how late is it?
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, freePort, memory, sleep, start, waitFor } from '../lib/process.mjs';

const sightlineBin = fileURLToPath(new URL('../../packages/cli/bin/sightline.js', import.meta.url));
const GROUP_WAIT_MS = 5_000;
const GROUP_INTERVAL_MS = 15_000;
const REPEAT_MS = 60_000;

/** @param options alerts, groups, rounds of group_interval that are measured, folder */
export async function measureNotifications({ alerts, groups, rounds, folder }) {
  const hooks = await startHooks();
  const running = [];
  try {
    running.push(await startSightline(folder, hooks.url('Sightline')));
    if (hasAlertmanager()) running.push(await startAlertmanager(folder, hooks.url('Alertmanager')));
    else console.error('bench: prometheus-alertmanager is not installed: no ratios against Alertmanager');
    const before = running.map(({ program }) => cpuSeconds(program.pid));
    console.error(`bench: ${alerts} alerts in ${groups} groups, ${rounds} rounds`);
    const beganMs = performance.now();
    const begins = await drive({ running, alerts, groups, rounds });
    const seconds = (performance.now() - beganMs) / 1000;
    return running.map(({ name, program }, index) => {
      const received = hooks.received.filter((one) => one.peer === name);
      return {
        peer: name,
        cpuPercent: ((cpuSeconds(program.pid) - before[index]) / seconds) * 100,
        peak: memory(program.pid).peak,
        notifications: received.length,
        expected: groups * (rounds + 1),
        alertsTold: new Set(received.flatMap(({ ids }) => ids)).size,
        alertsGiven: alerts + groups * rounds,
        lateMs: quantiles(received.map((one) => lateness(one, begins[index])).sort((a, b) => a - b)),
      };
    });
  } finally {
    for (const { program } of running) await program.stop();
    hooks.close();
  }
}

/** Gives all alerts, then in each interval one more for each group, and everything again each minute. When each group began, by peer. */
async function drive({ running, alerts, groups, rounds }) {
  const perGroup = Math.floor(alerts / groups);
  const known = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: perGroup }, (_, i) => alertOf(group, i)),
  );
  const begins = running.map(() => []);
  for (const [group, list] of known.entries()) {
    const body = bodyOf(list);
    await Promise.all(
      running.map(async (peer, index) => {
        begins[index][group] = performance.now();
        await post(peer, body);
      }),
    );
  }
  const first = begins[0][0] + GROUP_WAIT_MS;
  let repeatedMs = performance.now();
  for (let round = 0; round < rounds; round++) {
    // In the middle between two flushes.
    await sleep(Math.max(0, first + (round + 0.5) * GROUP_INTERVAL_MS - performance.now()));
    for (const [group, list] of known.entries()) list.push(alertOf(group, perGroup + round));
    const isRepeat = performance.now() - repeatedMs >= REPEAT_MS;
    if (isRepeat) repeatedMs = performance.now();
    for (const list of known) {
      const body = bodyOf(isRepeat ? list : list.slice(-1));
      await Promise.all(running.map((peer) => post(peer, body)));
    }
  }
  await sleep(Math.max(0, first + rounds * GROUP_INTERVAL_MS + 10_000 - performance.now()));
  return begins;
}

const alertOf = (group, i) => ({
  labels: {
    alertname: 'BenchAlert',
    group: `g${group}`,
    instance: `host-${i}:9100`,
    job: 'bench',
    severity: i % 3 === 0 ? 'critical' : 'warning',
  },
  annotations: { summary: `Instance host-${i} of group ${group} is not well`, runbook_url: 'http://example.org/bench' },
  generatorURL: 'http://prometheus.example.org/graph?g0.expr=up+%3D%3D+0',
});

const bodyOf = (list) =>
  JSON.stringify(list.map((alert) => ({ ...alert, endsAt: new Date(Date.now() + 4 * REPEAT_MS) })));

async function post({ url, name }, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${name} refused alerts: ${response.status} ${text}`);
}

/** Milliseconds after the flush that it belongs to was due. */
function lateness({ atMs, group }, begins) {
  const sinceMs = atMs - (begins[group] + GROUP_WAIT_MS);
  return sinceMs - Math.max(0, Math.floor(sinceMs / GROUP_INTERVAL_MS)) * GROUP_INTERVAL_MS;
}

function quantiles(sorted) {
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** A receiver of webhooks that writes down when which group was told of whom. */
async function startHooks() {
  const received = [];
  const server = createServer((request, response) => {
    const atMs = performance.now();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      const { groupLabels, alerts } = JSON.parse(Buffer.concat(chunks).toString());
      const ids = alerts.map(({ labels }) => `${labels.group}/${labels.instance}`);
      received.push({ peer: request.url.slice(1), atMs, group: Number(groupLabels.group.slice(1)), ids });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { received, close, url: (peer) => `http://127.0.0.1:${server.address().port}/${peer}` };
}

const seconds = (ms) => `${ms / 1000}s`;
const configFor = (hook) =>
  `route: {receiver: hook, group_by: [group], group_wait: ${seconds(GROUP_WAIT_MS)}, group_interval: ${seconds(GROUP_INTERVAL_MS)}, repeat_interval: 1h}\nreceivers: [{name: hook, webhook_configs: [{url: '${hook}'}]}]\n`;

async function startSightline(folder, hook) {
  const port = await freePort();
  const config = join(folder, 'sightline-alerts.yml');
  const alertmanager = join(folder, 'alertmanager-sightline.yml');
  const off = [
    'host_metrics:\n  enabled: false',
    'self_scrape:\n  enabled: false',
    'alerting:\n  default_rules: false',
  ];
  writeFileSync(config, `${off.join('\n')}\n`);
  writeFileSync(alertmanager, configFor(hook));
  const data = join(folder, 'sightline-alerts');
  const files = ['--config', config, '--alertmanager', alertmanager, '--data', data];
  const program = start(process.execPath, [sightlineBin, 'up', ...files, '--listen', `127.0.0.1:${port}`]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/-/ready`, program);
  return { name: 'Sightline', url, program };
}

function hasAlertmanager() {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v prometheus-alertmanager'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function startAlertmanager(folder, hook) {
  const port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  const data = join(folder, 'alertmanager');
  mkdirSync(data, { recursive: true });
  writeFileSync(config, configFor(hook));
  const program = start('prometheus-alertmanager', [
    `--config.file=${config}`,
    `--storage.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/-/ready`, program);
  return { name: 'Alertmanager', url, program };
}
