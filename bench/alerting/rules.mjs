/**
 * A thousand rules over all scraped series: Sightline and Prometheus scrape the same targets at the same time, first alone, then
 * with the same rules. The difference is what the rules take, once each was evaluated.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../lib/ask.mjs';
import { availablePeers } from '../lib/peers.mjs';
import { cpuSeconds, memory, sleep, start } from '../lib/process.mjs';

const GROUPS = 50;
const METRICS = 10;
const MAX_WARM_UP_MS = 5 * 60_000;

/**
 * @param options targets, seriesPerTarget (a multiple of 1000: ten metrics of a hundred routes), intervalSeconds, minutes of each
 *   half, folder
 */
export async function measureRules(options) {
  const { targets, seriesPerTarget, intervalSeconds, minutes, folder } = options;
  const exporterPath = new URL('../lib/exporter.mjs', import.meta.url).pathname;
  const exporter = start(process.execPath, [exporterPath, String(targets), String(seriesPerTarget)]);
  const running = [];
  try {
    const port = await firstLine(exporter);
    const rules = ruleTexts(intervalSeconds);
    const config = join(folder, 'rules-bench.yml');
    const ruleFile = join(folder, 'thousand-rules.yml');
    writeFileSync(ruleFile, 'groups: []\n');
    writeFileSync(config, scrapeConfig({ targets, port, intervalSeconds, ruleFile }));
    for (const peer of availablePeers()) {
      if (peer.name !== 'VictoriaMetrics') running.push(await peer.start(folder, config));
    }
    // Ranges of the rules are full after this.
    await sleep(Math.max(75, intervalSeconds * 3) * 1000);
    console.error(`bench: scraping without rules for ${minutes} min`);
    const without = await cpuShares(running, minutes);
    writeFileSync(ruleFile, groupsText(rules));
    for (const { program } of running) program.child.kill('SIGHUP');
    await readEverything(running, intervalSeconds);
    await evaluated(running, rules.length, intervalSeconds);
    console.error(`bench: ${rules.length} rules every ${intervalSeconds} s for ${minutes} min`);
    const before = await Promise.all(running.map(iterations));
    const withRules = await cpuShares(running, minutes);
    const after = await Promise.all(running.map(iterations));
    return running.map(({ name, program }, index) => ({
      peer: name,
      scrapePercent: without[index] * 100,
      rulesPercent: (withRules[index] - without[index]) * 100,
      allPercent: withRules[index] * 100,
      minutes,
      peak: memory(program.pid).peak,
      evaluations: after[index].done - before[index].done,
      missed: after[index].missed - before[index].missed,
      failed: after[index].failed - before[index].failed,
    }));
  } finally {
    for (const peer of running) await peer.program.stop();
    await exporter.stop();
  }
}

/** As a dashboard over all of it would: afterwards what rules need is in the memory of both. */
async function readEverything(running, intervalSeconds) {
  for (let metric = 0; metric < METRICS; metric++) {
    const query =
      metric % 2 === 0
        ? `count(rate(bench_requests_${metric}_total[${rangeOf(intervalSeconds)}]))`
        : `count(bench_load_${metric})`;
    for (const peer of running) await ask(peer, { expr: query, timeMs: Date.now() });
  }
}

const rangeOf = (intervalSeconds) => `${Math.max(60, intervalSeconds * 4)}s`;

/** Waits until every rule was evaluated twice everywhere. */
async function evaluated(running, rules, intervalSeconds) {
  const deadline = performance.now() + MAX_WARM_UP_MS;
  for (;;) {
    await sleep(intervalSeconds * 1000);
    const states = await Promise.all(running.map(iterations));
    if (states.every(({ done }) => done >= 2 * rules)) return;
    if (performance.now() > deadline) {
      console.error(`bench: not all rules were evaluated twice: ${JSON.stringify(states)}`);
      return;
    }
  }
}

/** Share of a core of each, over some minutes. */
async function cpuShares(running, minutes) {
  const before = running.map(({ program }) => cpuSeconds(program.pid));
  const startedMs = performance.now();
  await sleep(minutes * 60_000);
  for (const { name, program } of running) {
    if (program.hasExited()) throw new Error(`${name} ended:\n${program.output()}`);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return running.map(({ program }, index) => (cpuSeconds(program.pid) - before[index]) / seconds);
}

/** Half of them record a rate of counters, half compare gauges; together they read every series at each evaluation. */
function ruleTexts(intervalSeconds) {
  const range = rangeOf(intervalSeconds);
  return Array.from({ length: METRICS }, (_, metric) =>
    Array.from({ length: 100 }, (_, route) => {
      const matcher = `{route="/api/v1/resource/${route}"}`;
      return metric % 2 === 0
        ? `      - record: route:bench_requests:rate_${metric}_${route}\n        expr: sum by (job, route) (rate(bench_requests_${metric}_total${matcher}[${range}]))\n`
        : `      - alert: BenchLoad${metric}R${route}\n        expr: bench_load_${metric}${matcher} > 70.9\n        for: 1m\n        labels: {severity: warning}\n        annotations: {summary: 'load of {{ $labels.instance }} is {{ $value | humanize }}'}\n`;
    }),
  ).flat();
}

function groupsText(rules) {
  const perGroup = rules.length / GROUPS;
  return `groups:\n${Array.from(
    { length: GROUPS },
    (_, group) =>
      `  - name: bench-${group}\n    rules:\n${rules.slice(group * perGroup, (group + 1) * perGroup).join('')}`,
  ).join('')}`;
}

function scrapeConfig({ targets, port, intervalSeconds, ruleFile }) {
  const list = Array.from(
    { length: targets },
    (_, i) =>
      `    - targets: ['127.0.0.1:${port}']\n      labels: { __metrics_path__: /t/${i}/metrics, instance: 'host-${i}' }\n`,
  ).join('');
  return `global: { scrape_interval: ${intervalSeconds}s, evaluation_interval: ${intervalSeconds}s }\nrule_files: ['${ruleFile}']\nscrape_configs:\n- job_name: bench\n  static_configs:\n${list}`;
}

/** Evaluations of rules so far, groups that were left out, rules that failed: by the peer's own metrics. */
async function iterations({ url, name }) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const prefix = name === 'Sightline' ? 'sightline' : 'prometheus';
  const total = (metric) =>
    [...text.matchAll(new RegExp(`^${prefix}_${metric}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  return {
    done: total('rule_evaluations_total'),
    missed: total('rule_group_iterations_missed_total'),
    failed: total('rule_evaluation_failures_total'),
  };
}

async function firstLine(program) {
  for (let i = 0; i < 400; i++) {
    const line = program.output().split('\n')[0];
    if (/^\d+$/.test(line)) return Number(line);
    await sleep(25);
  }
  throw new Error('the exporter did not start');
}
