import { Labels } from '@sightline/model';
import type { InstantSample } from '@sightline/promql';
import { describe, expect, test } from 'vitest';
import { loadRuleFile } from '../rule-file/load.ts';
import type { AlertingRuleSpec } from '../rule-file/types.ts';
import { AlertingRule } from './alerting-rule.ts';

const MINUTE = 60_000;

function ruleOf(fields: string): AlertingRule {
  const { groups, diagnostics } = loadRuleFile({
    file: 'rules.yml',
    text: `groups:\n  - name: g\n    rules:\n      - {alert: A, expr: x, ${fields}}\n`,
  });
  const spec = groups?.[0]?.rules[0];
  if (spec?.kind !== 'alerting') throw new Error(JSON.stringify(diagnostics));
  return new AlertingRule(spec as AlertingRuleSpec, { externalLabels: Labels.EMPTY, externalUrl: '' });
}

/** Evaluates at each minute with the values that are there: undefined is no series. */
async function states(rule: AlertingRule, values: readonly (number | undefined)[], limit = 0): Promise<string[]> {
  const seen: string[] = [];
  for (const [minute, value] of values.entries()) {
    await evaluate(rule, minute * MINUTE, value === undefined ? [] : [[{ a: 'b' }, value]], limit);
    seen.push(rule.state);
  }
  return seen;
}

function evaluate(rule: AlertingRule, timeMs: number, vector: [Record<string, string>, number][], limit = 0) {
  const samples: InstantSample[] = vector.map(([labels, value]) => ({
    labels: Labels.fromObject({ __name__: 'x', ...labels }),
    timestampMs: timeMs,
    value,
  }));
  return rule.evaluate(timeMs, 0, limit, async () => samples);
}

describe('states', () => {
  test.each([
    ['for: 0s', [1, undefined, 1], ['firing', 'inactive', 'firing']],
    ['for: 2m', [1, 1, 1, 1], ['pending', 'pending', 'firing', 'firing']],
    ['for: 2m', [1, 1, undefined, 1, 1, 1], ['pending', 'pending', 'inactive', 'pending', 'pending', 'firing']],
    ['for: 90s', [1, 1, 1], ['pending', 'pending', 'firing']],
    // The clock starts at the first evaluation without the series.
    ['keep_firing_for: 2m', [1, undefined, undefined, undefined], ['firing', 'firing', 'firing', 'inactive']],
    // A pending alert is not kept.
    ['for: 2m, keep_firing_for: 5m', [1, 1, undefined, 1], ['pending', 'pending', 'inactive', 'pending']],
    // The expression holds again: the clock is set back.
    [
      'keep_firing_for: 2m',
      [1, undefined, 1, undefined, undefined, undefined],
      ['firing', 'firing', 'firing', 'firing', 'firing', 'inactive'],
    ],
  ])('%s over %j', async (fields, values, expected) => {
    expect(await states(ruleOf(fields), values)).toEqual(expected);
  });
});

test('a resolved alert is kept a quarter of an hour, and starts anew when it comes back', async () => {
  const rule = ruleOf('for: 1m');
  await states(rule, [1, 1, undefined]);
  expect(rule.alerts()).toMatchObject([
    { state: 'inactive', activeAtMs: 0, firedAtMs: MINUTE, resolvedAtMs: 2 * MINUTE },
  ]);
  await evaluate(rule, 17 * MINUTE, []);
  expect(rule.hasAlerts).toBe(true);
  await evaluate(rule, 18 * MINUTE, []);
  expect(rule.hasAlerts).toBe(false);

  const back = ruleOf('for: 1m');
  await states(back, [1, 1, undefined, undefined, 1]);
  expect(back.alerts()).toMatchObject([{ state: 'pending', activeAtMs: 4 * MINUTE, resolvedAtMs: undefined }]);
});

test('keep_firing_for keeps the last value and text', async () => {
  const rule = ruleOf('keep_firing_for: 5m, annotations: {v: "{{ $value }}"}');
  await states(rule, [1, 7, undefined]);
  expect(rule.activeAlerts()).toMatchObject([{ value: 7, annotations: [['v', '7']], keepFiringSinceMs: 2 * MINUTE }]);
});

test('labels: the name goes, those of the rule win, empty ones take a label away, alertname is set', async () => {
  const rule = ruleOf(`labels: {a: "", job: new, l: '{{ $labels.a }}', alertname: other}`);
  await evaluate(rule, 0, [[{ a: 'b', job: 'old' }, 1]]);
  expect(rule.alerts().map(({ labels }) => labels.toObject())).toEqual([{ alertname: 'A', job: 'new', l: 'b' }]);
});

test('ALERTS and ALERTS_FOR_STATE are given for what is active, once the state of before is restored', async () => {
  const rule = ruleOf(`for: 1m, labels: {gone: '{{ $labels.nothing }}'}`);
  rule.isRestored = false;
  expect(await evaluate(rule, 30_500, [[{ a: 'b' }, 5]])).toEqual({ series: [], values: [] });
  rule.restoreActiveAt(Labels.fromObject({ a: 'b', alertname: 'A' }), -90_000);
  rule.isRestored = true;
  const { series, values } = await evaluate(rule, 45_000, [[{ a: 'b' }, 5]]);
  expect(series.map(String)).toEqual([
    'ALERTS{a="b", alertname="A", alertstate="firing", gone="{{ $labels.nothing }}"}',
    'ALERTS_FOR_STATE{a="b", alertname="A", gone="{{ $labels.nothing }}"}',
  ]);
  expect(values).toEqual([1, -90]);
});

test('two series that become one alert fail the rule and change nothing', async () => {
  const rule = ruleOf('labels: {a: ""}');
  await evaluate(rule, 0, [[{ a: 'b' }, 1]]);
  await expect(
    evaluate(rule, MINUTE, [
      [{ a: 'b' }, 1],
      [{ a: 'c' }, 1],
    ]),
  ).rejects.toThrow('vector contains metrics with the same labelset after applying alert labels');
  expect(rule.activeAlerts()).toHaveLength(1);
});

test('more alerts than the limit fail the rule and forget all alerts', async () => {
  const rule = ruleOf('for: 1m');
  await evaluate(rule, 0, [[{ a: 'b' }, 1]], 1);
  const two: [Record<string, string>, number][] = [
    [{ a: 'b' }, 1],
    [{ a: 'c' }, 1],
  ];
  await expect(evaluate(rule, MINUTE, two, 1)).rejects.toThrow('exceeded limit of 1 with 2 alerts');
  expect(rule.hasAlerts).toBe(false);
});

test('a template that fails does not fail the rule', async () => {
  const rule = ruleOf(`annotations: {s: '{{ humanize "x" }}'}`);
  await evaluate(rule, 0, [[{}, 1]]);
  expect(rule.activeAlerts()[0]?.annotations[0]?.[1]).toMatch(/^<error expanding template: .*invalid syntax>$/);
});

test('the alerts of a rule go over to its successor', async () => {
  const before = ruleOf('for: 5m');
  await evaluate(before, 0, [[{ a: 'b' }, 1]]);
  const after = ruleOf('for: 5m');
  after.adoptAlerts(before);
  await evaluate(after, 5 * MINUTE, [[{ a: 'b' }, 1]]);
  expect(after.state).toBe('firing');
});
