/** The same rules over the same samples: the real Prometheus and Sightline write the same series and tell of the same alerts. */
import type { AlertsData, PrometheusAlert, PrometheusRule, RulesData } from '@sightline/api-types';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, has } from '../../../support/programs.ts';
import { api } from '../../../support/sightline.ts';
import { type GroupFile, type Pair, Setting, timeline, writeTo } from './setting.ts';

/** Long enough for a busy machine: an evaluation that one side leaves out makes the comparison void. */
const INTERVAL = 3_000;
/** Between samples. */
const STEP = INTERVAL / 2;

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
        for: 6s
        labels:
          sev: '{{ if gt $value 12.0 }}critical{{ else }}warning{{ end }}'
          gone: '{{ if gt $value 14.0 }}there{{ end }}'
        annotations:
          value: '{{ $value | humanize }} of {{ $labels.i }} in {{ $externalLabels.region }}'
          sum: '{{ with query "sum(x)" }}{{ . | first | value | printf "%.2f" }}{{ end }}'
          bad: '{{ $labels.i | toTime | humanize }}'
      - {alert: Now, expr: x > 2}
      - {alert: Kept, expr: y > 0, for: 3s, keep_firing_for: 7s, annotations: {v: '{{ $value }}'}}
      - {alert: Twice, expr: x > 4, labels: {i: same}}
      - {record: 'r:bad', expr: x * on () y}
      - {alert: OfAlerts, expr: 'ALERTS{alertname="High", alertstate="firing"} == 1', for: 3s}
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
      - {alert: Limited, expr: x > 1, for: 3s}
`,
};

/** One sample a step. Ends, gaps, and rises across the thresholds above. */
const X = [
  '1111445555666677788822211113333331111...4444444488888',
  '0000000555555511111555555555555555544444445555500000',
  '.......3333333333333333....3333333333333333333333333',
];
const Y = [
  '0001111000001111111100000011110011111111100000000000',
  '..........111111........1111111111................',
];
const SLOTS = 23;

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

/** What is told of a group after its evaluation at `slotMs`; undefined before that is over. */
async function groupAt(url: string, name: string, slotMs: number): Promise<unknown[] | undefined> {
  const { groups } = await api<RulesData>(url, '/api/v1/rules');
  const group = groups.find((each) => each.name === name);
  if (group === undefined) return undefined;
  const times = [group, ...group.rules].map(({ lastEvaluation }) => Date.parse(lastEvaluation));
  return times.every((time) => time >= slotMs) ? group.rules.map(comparable) : undefined;
}

/** Both after the evaluation at `slotMs`; undefined when this machine was too slow to see it before the next one. */
async function bothAt({ prometheus, sightline }: Pair, name: string, slotMs: number) {
  while (Date.now() < slotMs + INTERVAL - 300) {
    const [theirs, ours] = await Promise.all([prometheus, sightline].map(({ url }) => groupAt(url, name, slotMs)));
    if (theirs !== undefined && ours !== undefined) {
      return Date.now() < slotMs + INTERVAL ? { theirs, ours } : undefined;
    }
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

/** Names of fields in the order of the answer, and what is said of a wrong parameter. */
async function shape(url: string): Promise<unknown> {
  const { groups } = await api<RulesData>(url, '/api/v1/rules');
  const rules = groups.flatMap((group) => group.rules);
  const alert = (await api<AlertsData>(url, '/api/v1/alerts')).alerts.find(({ keepFiringSince }) => !keepFiringSince);
  const refused = await fetch(`${url}/api/v1/rules?type=Alerts`);
  const wrong = (await refused.json()) as Record<string, unknown>;
  const fields = (value: object | undefined) => Object.keys(value ?? {});
  return {
    group: fields(groups[0]),
    rules: ['alerting', 'recording'].map((type) => fields(rules.find((rule) => rule.type === type))),
    alert: fields(alert),
    refused: [refused.status, fields(wrong), wrong['errorType'], wrong['error']],
    alertmanagers: await api(url, '/api/v1/alertmanagers'),
  };
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
  { timeout: 150_000, retry: 2 },
  async () => {
    const setting = new Setting([MAIN, LIMITED]);
    onTestFinished(async () => {
      await setting.stop();
      setting.remove();
    });
    const pair = await setting.start();
    const { prometheus, sightline } = pair;
    await eventually('evaluations', () => groupAt(sightline.url, 'limited', 0));
    const slotMs = await firstSlot(prometheus.url, 'main', Date.now() + 4_000);
    // Beside the evaluations of one group, and not at those of the other.
    const startMs = slotMs - 2.5 * STEP + 10;
    const series = [
      ...X.map((text, i) => timeline('x', { i: String(i + 1) }, startMs, STEP, text)),
      ...Y.map((text, i) => timeline('y', { j: String(i + 1) }, startMs, STEP, text)),
    ];
    await Promise.all([writeTo(prometheus.url, series), writeTo(sightline.url, series)]);

    let compared = 0;
    const states = new Set<string>();
    const lastMs = slotMs + SLOTS * INTERVAL;
    const slots = [{ name: 'main', slotMs }];
    slots.push({ name: 'limited', slotMs: await firstSlot(prometheus.url, 'limited', slotMs) });
    while (slots[0] !== undefined && slots[0].slotMs <= lastMs) {
      const { name, slotMs: atMs } = slots.sort((x, y) => x.slotMs - y.slotMs).shift() as (typeof slots)[number];
      slots.push({ name, slotMs: atMs + INTERVAL });
      if (Date.now() < atMs) await sleep(atMs - Date.now() + 100);
      const both = await bothAt(pair, name, atMs);
      if (both === undefined) continue;
      compared++;
      expect(both.ours, `${name} after ${(atMs - slotMs) / 1e3} s`).toEqual(both.theirs);
      for (const rule of both.theirs as ReturnType<typeof comparable>[]) {
        states.add(rule.health);
        if (rule.type === 'alerting') for (const { state } of rule.alerts) states.add(`${rule.name} ${state}`);
      }
    }
    const [theirs = [], ours = []] = await Promise.all(
      [prometheus, sightline].map(({ url }) => written(url, slotMs - 500, lastMs - INTERVAL)),
    );
    const ticks = (lines: readonly string[]) => lines.filter((line) => line.includes('"tick_'));
    expect(ticks(ours), 'evaluations that were left out because the machine was too slow').toEqual(ticks(theirs));
    expect(ours).toEqual(theirs);
    expect(ticks(theirs).length).toBeGreaterThanOrEqual(2 * SLOTS - 1);
    const answers = await Promise.all([prometheus, sightline].map(({ url }) => shape(url)));
    expect(answers[1]).toEqual(answers[0]);
    console.info(`${compared} answers and ${theirs.length} samples compared`);
    expect(compared).toBeGreaterThan(2);
    for (const state of ['err', 'ok', 'High pending', 'High firing', 'Kept firing', 'OfAlerts firing', 'Now firing']) {
      expect([...states]).toContain(state);
    }
  },
);
