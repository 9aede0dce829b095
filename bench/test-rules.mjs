/**
 * `sightline test rules` beside promtool on the same generated files: many small tests over one rule file, and a few long ones.
 * Usage: node bench/test-rules.mjs [--tests 300] [--repeat 3]. Needs a build (npm run build) and promtool.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { tests: { type: 'string', default: '300' }, repeat: { type: 'string', default: '3' } },
});
const tests = Number(flags.tests);
const repeat = Number(flags.repeat);

const RULES = `groups:
  - name: requests
    rules:
${Array.from(
  { length: 20 },
  (_, i) => `      - record: job:requests:rate_${i}
        expr: sum by (job) (rate(http_requests_total{shard="${i}"}[4m50s]))
      - alert: High${i}
        expr: job:requests:rate_${i} > ${i + 1}
        for: 2m
        labels: {severity: page}
        annotations: {summary: '{{ $labels.job }} has {{ $value | humanize }} requests a second'}
`,
).join('')}`;

/** Short tests as teams write them: 15 minutes, a handful of series, two expectations. */
function shortTests(count) {
  const parts = ['rule_files: [rules.yml]', 'tests:'];
  for (let i = 0; i < count; i++) {
    const shard = i % 20;
    parts.push(`  - interval: 1m
    name: short ${i}
    input_series:
      - {series: 'http_requests_total{job="a", shard="${shard}"}', values: '0+${60 * (shard + 2)}x15'}
      - {series: 'http_requests_total{job="b", shard="${shard}"}', values: '0+${30}x15'}
    promql_expr_test:
      - expr: job:requests:rate_${shard} > bool ${shard}
        eval_time: 12m
        exp_samples:
          - {labels: '{job="a"}', value: 1}
          - {labels: '{job="b"}', value: ${shard === 0 ? 1 : 0}}
    alert_rule_test:
      - eval_time: 12m
        alertname: High${shard}
        exp_alerts:
          - exp_labels: {job: a, severity: page}
            exp_annotations: {summary: a has ${shard + 2} requests a second}`);
  }
  return `${parts.join('\n')}\n`;
}

/** Long tests: a day at one minute, 100 series. */
function longTests(count) {
  const parts = ['rule_files: [rules.yml]', 'tests:'];
  for (let i = 0; i < count; i++) {
    const series = Array.from(
      { length: 100 },
      (_, k) =>
        `      - {series: 'http_requests_total{job="j${k % 5}", shard="${Math.floor(k / 5)}"}', values: '0+${k + 1}x1440'}`,
    );
    parts.push(`  - interval: 1m
    name: long ${i}
    input_series:
${series.join('\n')}
    promql_expr_test:
      - {expr: 'count(job:requests:rate_3)', eval_time: 1d, exp_samples: [{value: 5}]}`);
  }
  return `${parts.join('\n')}\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-rules-'));
const PROGRAMS = {
  promtool: (file) => spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' }),
  sightline: (file) =>
    spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../packages/cli/bin/sightline.js'), 'test', 'rules', file],
      {
        encoding: 'utf8',
      },
    ),
};

function measure(name, file) {
  const best = {};
  // In turn, so that a busy moment of the machine meets both.
  for (let round = 0; round < repeat; round++) {
    for (const [program, run] of Object.entries(PROGRAMS)) {
      const began = performance.now();
      const { status, stdout, stderr } = run(file);
      const ms = performance.now() - began;
      if (status !== 0)
        throw new Error(`${program} ended with ${status} on ${name}:\n${stdout}${stderr}`.slice(0, 2_000));
      best[program] = Math.min(best[program] ?? Number.POSITIVE_INFINITY, ms);
    }
  }
  const ratio = best.promtool / best.sightline;
  console.log(
    `${name}: promtool ${best.promtool.toFixed(0)} ms, sightline ${best.sightline.toFixed(0)} ms: ${ratio.toFixed(1)} times as fast`,
  );
}

try {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rules.yml'), RULES);
  for (const [name, text] of [
    ['one short test', shortTests(1)],
    [`${tests} short tests, 40 rules`, shortTests(tests)],
    ['one test of a day, 40 rules, 100 series', longTests(1)],
  ]) {
    const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/g, '-')}.yml`);
    writeFileSync(file, text);
    measure(name, file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
