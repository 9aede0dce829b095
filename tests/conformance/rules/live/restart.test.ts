/** Alerts over a restart: the real Prometheus and Sightline both go on with the `for` state of their earlier process. */
import type { AlertsData } from '@sightline/api-types';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, has } from '../../../support/programs.ts';
import { api } from '../../../support/sightline.ts';
import { type GroupFile, Setting, timeline, writeTo } from './setting.ts';

const GROUP: GroupFile = {
  name: 'restart',
  intervalMs: 3_000,
  text: `
groups:
  - name: restart
    rules:
      - {record: tick_restart, expr: vector(1)}
      - {alert: Long, expr: gate > 0, for: 15m, labels: {team: core, of: '{{ $labels.i }}'}}
      - {alert: Soon, expr: gate > 0, for: 10m}
      - {alert: Quick, expr: gate > 0, for: 2s}
`,
};

interface Matrix {
  readonly result: readonly { readonly values: readonly [number, string][] }[];
}

/** Times of the samples of one series, unix ms. */
async function timesOf(url: string, selector: string): Promise<number[]> {
  const { result } = await api<Matrix>(url, '/api/v1/query', { query: `${selector}[5m]` });
  return result.flatMap(({ values }) => values.map(([seconds]) => Math.round(seconds * 1e3)));
}

async function activeSince(url: string): Promise<Record<string, number>> {
  const { alerts } = await api<AlertsData>(url, '/api/v1/alerts');
  const entries = alerts.map(({ labels, activeAt }) => [
    `${labels['alertname']} ${labels['i']}`,
    Math.round(Date.parse(activeAt)),
  ]);
  return Object.fromEntries(entries) as Record<string, number>;
}

/** What an outage does to one side, told from its own samples. */
async function outcome(url: string, before: Record<string, number>, stoppedMs: number) {
  const ticks = await timesOf(url, 'tick_restart');
  const lastMs = Math.max(...ticks.filter((time) => time < stoppedMs));
  const back = ticks.filter((time) => time > stoppedMs).sort((a, b) => a - b);
  const after = await activeSince(url);
  const series = await timesOf(url, 'ALERTS{alertname="Long", i="1"}');
  const restoredMs = back[1] as number;
  const seconds = (ms: number) => Math.floor(ms / 1e3);
  // ALERTS_FOR_STATE holds whole seconds.
  const since = (alert: string) => (after[alert] as number) - seconds(before[alert] as number) * 1e3;
  return {
    // Time away does not count.
    long: seconds(since('Long 1') - (restoredMs - lastMs)),
    other: seconds(since('Long 2') - (restoredMs - lastMs)),
    // Less than the grace period is left: it is the grace period again.
    soon: seconds((after['Soon 1'] as number) - restoredMs),
    // Too short to be restored.
    quick: seconds((after['Quick 1'] as number) - (back[0] as number)),
    // The first two evaluations write no ALERTS.
    unwritten: back.filter((time) => !series.includes(time)).map((time) => back.indexOf(time)),
  };
}

test.skipIf(!has('prometheus'))('the `for` state is restored', { timeout: 120_000, retry: 1 }, async () => {
  const setting = new Setting([GROUP]);
  onTestFinished(async () => {
    await setting.stop();
    setting.remove();
  });
  const first = await setting.start();
  const urls = [first.prometheus.url, first.sightline.url];
  const startMs = Date.now() - 1_000;
  const gate = [
    timeline('gate', { i: '1' }, startMs, 1_000, '1'.repeat(120)),
    timeline('gate', { i: '2' }, startMs + 5_000, 1_000, '1'.repeat(115)),
  ];
  await Promise.all(urls.map((url) => writeTo(url, gate)));
  const before = await eventually('all alerts', async () => {
    const sides = await Promise.all(urls.map(activeSince));
    return sides.every((side) => Object.keys(side).length === 6) && sides;
  });
  await sleep(3_000);
  await setting.stop();
  const stoppedMs = Date.now();
  await sleep(2_000);

  const second = await setting.start();
  const outcomes = await Promise.all(
    [second.prometheus.url, second.sightline.url].map(async (url, side) => {
      await eventually('four evaluations', async () => {
        const ticks = await timesOf(url, 'tick_restart');
        return ticks.filter((time) => time > stoppedMs).length >= 4;
      });
      return outcome(url, before[side] as Record<string, number>, stoppedMs);
    }),
  );
  expect(outcomes[0]).toEqual({ long: 0, other: 0, soon: 0, quick: 0, unwritten: [0, 1] });
  expect(outcomes[1]).toEqual(outcomes[0]);
});
