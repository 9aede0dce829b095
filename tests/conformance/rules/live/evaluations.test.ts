/** The same rules over the same samples: the real Prometheus and Sightline write the same series and tell of the same alerts. */
import type { PrometheusAlert, PrometheusRule, RulesData } from '@sightline/api-types';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, has } from '../../../support/programs.ts';
import { api } from '../../../support/sightline.ts';
import { type GroupFile, type Pair, Setting, timeline, writeTo } from './setting.ts';

const INTERVAL = 2_000;

const MAIN: GroupFile = {
  name: 'main',
  intervalMs: INTERVAL,
  text: `
groups:
  - name: main
    rules:
      - {record: tick_main, expr: vector(1)}
      - {record: 'r:sum', expr: sum by (i) (x)}
      - {record: 'r:double', expr: 'r:sum * 2', labels: {kind: d}}
      - alert: High
        expr: r:double > 6
        for: 4s
        labels:
          sev: '{{ if gt $value 12.0 }}critical{{ else }}warning{{ end }}'
          gone: '{{ if gt $value 14.0 }}there{{ end }}'
        annotations:
          value: '{{ $value | humanize }} of {{ $labels.i }} in {{ $externalLabels.region }}'
          sum: '{{ with query "sum(x)" }}{{ . | first | value | printf "%.2f" }}{{ end }}'
          bad: '{{ $labels.i | toTime | humanize }}'
      - {alert: Now, expr: x > 2}
      - {alert: Kept, expr: y > 0, for: 2s, keep_firing_for: 5s, annotations: {v: '{{ $value }}'}}
      - {alert: Twice, expr: x > 4, labels: {i: same}}
      - {record: 'r:bad', expr: x * on () y}
      - {alert: OfAlerts, expr: 'ALERTS{alertname="High", alertstate="firing"} == 1', for: 2s}
      - {record: 'r:alerts', expr: 'count by (alertname, alertstate) (ALERTS)'}
`,
};
const LIMITED: GroupFile = {
  name: 'limited',
  intervalMs: INTERVAL,
  text: `
groups:
  - name: limited
    limit: 2
    rules:
      - {record: tick_limited, expr: vector(1)}
      - {record: 'l:x', expr: x + 1}
      - {alert: Limited, expr: x > 1, for: 2s}
`,
};

/** Seconds of samples. Ends, gaps, and rises across the thresholds above. */
const X = [
  '1111445555666677788822211113333331111...4444444488888',
  '0000000555555511111555555555555555544444445555500000',
  '.......3333333333333333....3333333333333333333333333',
];
const Y = [
  '0001111000001111111100000011110011111111100000000000',
  '..........111111........1111111111................',
];
const SECONDS = 46;

type AlertKey = Pick<PrometheusAlert, 'labels' | 'annotations' | 'state' | 'value'> & { readonly activeAtMs: number };

/** What both have in common of a rule; 2.42 knows no keepFiringSince and no state `unknown`. */
function comparable(rule: PrometheusRule) {
  const { evaluationTime: _time, lastEvaluation: _last, ...rest } = rule;
  if (rest.type === 'recording') return rest;
  return { ...rest, alerts: comparableAlerts(rest.alerts ?? []) };
}

function comparableAlerts(alerts: readonly PrometheusAlert[]): AlertKey[] {
  return alerts
    .map(({ labels, annotations, state, value, activeAt }) => ({
      labels,
      annotations,
      state,
      value,
      activeAtMs: Date.parse(activeAt),
    }))
    .sort((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1));
}

async function rulesAt(url: string, slotMs: number): Promise<Record<string, unknown> | undefined> {
  const { groups } = await api<RulesData>(url, '/api/v1/rules');
  const isDone = groups.every(({ lastEvaluation, rules }) =>
    [lastEvaluation, ...rules.map((rule) => rule.lastEvaluation)].every((time) => Date.parse(time) >= slotMs),
  );
  return isDone ? Object.fromEntries(groups.map(({ name, rules }) => [name, rules.map(comparable)])) : undefined;
}

/** Both after the evaluation at `slotMs`; undefined when this machine was too slow to see it before the next one. */
async function bothAt({ prometheus, sightline }: Pair, slotMs: number) {
  while (Date.now() < slotMs + INTERVAL - 300) {
    const [theirs, ours] = await Promise.all([rulesAt(prometheus.url, slotMs), rulesAt(sightline.url, slotMs)]);
    if (theirs !== undefined && ours !== undefined)
      return Date.now() < slotMs + INTERVAL ? { theirs, ours } : undefined;
    await sleep(50);
  }
  return undefined;
}

interface Matrix {
  readonly result: readonly { readonly metric: Record<string, string>; readonly values: readonly [number, string][] }[];
}

/** Every sample that rules wrote from `startMs` on, as lines. */
async function written(url: string, startMs: number, endMs: number): Promise<string[]> {
  const seconds = Math.ceil((endMs - startMs) / 1_000);
  const query = `{__name__=~"ALERTS|ALERTS_FOR_STATE|[lr]:.*|tick_.*"}[${seconds}s]`;
  const { result } = await api<Matrix>(url, '/api/v1/query', { query, time: String(endMs / 1_000) });
  return result
    .flatMap(({ metric, values }) => values.map(([time, value]) => `${JSON.stringify(metric)} ${value} @${time}`))
    .sort();
}

async function firstSlot(url: string, name: string, afterMs: number): Promise<number> {
  const data = await api<Matrix & { result: { value: [number, string] }[] }>(url, '/api/v1/query', {
    query: `timestamp(tick_${name})`,
  });
  const lastMs = Math.round(Number(data.result[0]?.value[1]) * 1e3);
  return lastMs + Math.ceil((afterMs - lastMs) / INTERVAL) * INTERVAL;
}

test.skipIf(!has('prometheus'))(
  'series and alerts are the same at each evaluation',
  { timeout: 150_000, retry: 1 },
  async () => {
    const setting = new Setting([MAIN, LIMITED]);
    onTestFinished(async () => {
      await setting.stop();
      setting.remove();
    });
    const pair = await setting.start();
    const { prometheus, sightline } = pair;
    await eventually('evaluations', () => rulesAt(sightline.url, 0));
    const slotMs = await firstSlot(prometheus.url, 'main', Date.now() + 4_000);
    // Half a second beside the evaluations of one group, and not at those of the other.
    const startMs = slotMs - 2_490;
    const series = [
      ...X.map((text, i) => timeline('x', { i: String(i + 1) }, startMs, text)),
      ...Y.map((text, i) => timeline('y', { j: String(i + 1) }, startMs, text)),
    ];
    await Promise.all([writeTo(prometheus.url, series), writeTo(sightline.url, series)]);

    let compared = 0;
    const states = new Set<string>();
    const lastMs = slotMs + SECONDS * 1_000;
    for (let atMs = slotMs; atMs <= lastMs; atMs += INTERVAL) {
      if (Date.now() < atMs) await sleep(atMs - Date.now() + 100);
      // The other group is evaluated within an interval after this one.
      const both = await bothAt(pair, atMs);
      if (both === undefined) continue;
      compared++;
      expect(both.ours, `after ${(atMs - slotMs) / 1e3} s`).toEqual(both.theirs);
      for (const rule of Object.values(both.theirs).flat() as ReturnType<typeof comparable>[]) {
        states.add(rule.health);
        if (rule.type === 'alerting') for (const { state } of rule.alerts) states.add(`${rule.name} ${state}`);
      }
    }
    const [theirs, ours] = await Promise.all(
      [prometheus, sightline].map(({ url }) => written(url, slotMs - 500, lastMs - INTERVAL)),
    );
    expect(ours).toEqual(theirs);
    expect(theirs?.filter((line) => line.includes('"tick_main"'))).toHaveLength(SECONDS / 2);
    console.info(`${compared} answers and ${theirs?.length} samples compared`);
    expect(compared).toBeGreaterThan(2);
    for (const state of ['err', 'ok', 'High pending', 'High firing', 'Kept firing', 'OfAlerts firing', 'Now firing']) {
      expect([...states]).toContain(state);
    }
  },
);
