/** Rules in the real process: evaluations that a stopped process misses, and a reload in the middle of an alert. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertsData, RulesData } from '@sightline/api-types';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, has, temporaryFolder } from '../../support/programs.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import { api, startSightline, exposedBy } from '../../support/sightline.ts';

interface Matrix {
  readonly result: readonly { readonly values: readonly [number, string][] }[];
}

/** Unix ms of the samples of one series. */
async function timesOf(url: string, selector: string): Promise<number[]> {
  const { result } = await api<Matrix>(url, '/api/v1/query', { query: `${selector}[5m]` });
  return result.flatMap(({ values }) => values.map(([seconds]) => Math.round(seconds * 1e3)));
}

async function counter(url: string, name: string, group: string): Promise<number> {
  const text = await exposedBy(url);
  const line = text.split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(`;${group}"`));
  return Number(line?.slice(line.lastIndexOf(' ')) ?? Number.NaN);
}

const TICKS = `
groups:
  - name: ticks
    interval: 1s
    rules:
      - {record: tick, expr: vector(1)}
      - {alert: Always, expr: vector(1)}
`;

test.skipIf(!has('prometheus'))(
  'evaluations that a stopped process misses are counted as Prometheus counts them, and times stay in step',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, 'rules.yml'), TICKS);
    const config = 'rule_files: [rules.yml]\n';
    const sightline = await startSightline({ folder: folder.path, prometheus: config });
    const prometheus = await startPrometheus(folder.path, config);
    onTestFinished(async () => {
      await Promise.all([sightline.stop(), prometheus.program.stop()]);
      folder.remove();
    });
    const programs = [sightline.program.process, prometheus.program.process];
    const sides = [
      { url: sightline.url, missed: 'sightline_rule_group_iterations_missed_total' },
      { url: prometheus.url, missed: 'prometheus_rule_group_iterations_missed_total' },
    ];
    for (const { url } of sides) await eventually('ticks', async () => (await timesOf(url, 'tick')).length >= 3);
    // A slow start misses some as well: only what comes after this is looked at.
    const since = await Promise.all(sides.map(async ({ url }) => Math.max(...(await timesOf(url, 'tick')))));
    const before = await Promise.all(sides.map(({ url, missed }) => counter(url, missed, 'ticks')));
    for (const program of programs) program.kill('SIGSTOP');
    await sleep(5_000);
    for (const program of programs) program.kill('SIGCONT');
    const continuedMs = Date.now();
    for (const [side, { url, missed }] of sides.entries()) {
      const times = await eventually('ticks again', async () => {
        const all = (await timesOf(url, 'tick')).filter((time) => time >= (since[side] as number));
        return all.filter((time) => time > continuedMs).length >= 3 && all.sort((a, b) => a - b);
      });
      const steps = times.slice(1).map((time, index) => (time - (times[index] as number)) / 1e3);
      expect(
        steps.every((step) => Math.abs(step - Math.round(step)) < 0.002 && step > 0.5),
        `${missed} ${steps}`,
      ).toBe(true);
      const left = steps.reduce((sum, step) => sum + Math.round(step) - 1, 0);
      expect(left, missed).toBeGreaterThanOrEqual(3);
      const counted = (await counter(url, missed, 'ticks')) - (before[side] as number);
      expect(Math.abs(counted - left), `${missed}: ${counted} of ${left}`).toBeLessThanOrEqual(1);
    }
    const { alerts } = await api<AlertsData>(sightline.url, '/api/v1/alerts');
    expect(Date.parse(alerts[0]?.activeAt ?? '')).toBeLessThan(continuedMs - 5_000);
  },
  90_000,
);

const rules = (expr: string, wait: string, more = '') => `
groups:
  - name: g
    interval: 1s
    rules:
${more}
      - {alert: Pending, expr: '${expr}', for: ${wait}, annotations: {text: '${wait}'}}
      - {alert: Firing, expr: vector(1)}
      - {record: out, expr: vector(2)}
`;

test('a reload keeps alerts, what was written and the last evaluations; a broken file changes nothing', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'rules.yml');
  writeFileSync(file, rules('vector(1)', '10m'));
  const sightline = await startSightline({ folder: folder.path, prometheus: 'rule_files: [rules.yml]\n' });
  onTestFinished(async () => {
    await sightline.stop();
    folder.remove();
  });
  const alerts = async () => {
    const answer = await api<AlertsData>(sightline.url, '/api/v1/alerts');
    return Object.fromEntries(answer.alerts.map((alert) => [alert.labels['alertname'], alert]));
  };
  const before = await eventually('alerts', async () => {
    const all = await alerts();
    return all['Pending']?.state === 'pending' && all['Firing']?.state === 'firing' && all;
  });
  await sleep(2_500);

  const reload = () => fetch(`${sightline.url}/-/reload`, { method: 'POST' });
  writeFileSync(file, rules('vector(1) > 0', '2s', '      - {record: first, expr: vector(3)}'));
  expect((await reload()).status).toBe(200);
  const { groups } = await api<RulesData>(sightline.url, '/api/v1/rules', { type: 'alert' });
  expect(groups[0]?.rules.map(({ health }) => health)).toEqual(['ok', 'ok']);
  // It has been there for longer than the new `for`: it fires at the first evaluation, with the start it had.
  const after = await eventually('firing', async () => {
    const all = await alerts();
    return all['Pending']?.state === 'firing' && all;
  });
  expect(after['Pending']).toMatchObject({ activeAt: before['Pending']?.activeAt, annotations: { text: '2s' } });
  expect(after['Firing']?.activeAt).toBe(before['Firing']?.activeAt);
  expect(await timesOf(sightline.url, 'ALERTS{alertname="Firing",alertstate="firing"}')).not.toHaveLength(0);

  writeFileSync(file, rules('vector(', '2s'));
  expect((await reload()).status).toBe(400);
  await sleep(1_500);
  const still = await alerts();
  expect([still['Pending']?.activeAt, still['Firing']?.activeAt]).toEqual(
    ['Pending', 'Firing'].map((name) => before[name]?.activeAt),
  );
  const times = (await timesOf(sightline.url, 'out')).sort((a, b) => a - b);
  const due = ((times.at(-1) as number) - (times[0] as number)) / 1_000 + 1;
  const missed = await counter(sightline.url, 'sightline_rule_group_iterations_missed_total', 'g');
  // The second reload was refused; the first may come at the time of an evaluation.
  expect(due - times.length, `${missed} counted`).toBeLessThanOrEqual(missed + 1);
}, 60_000);
