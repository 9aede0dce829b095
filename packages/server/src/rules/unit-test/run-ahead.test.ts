import { expect, test } from 'vitest';
import { loadRuleFile } from '../rule-file/load.ts';
import { loadUnitTests } from './load.ts';
import { canRunAhead } from './run-ahead.ts';
import { runTestGroup } from './run-group.ts';
import type { TestGroup } from './types.ts';

function groupsOf(rules: readonly string[]) {
  const text = `groups:\n  - name: g\n    rules:\n${rules.map((rule) => `      - ${rule}\n`).join('')}`;
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text });
  if (groups === undefined) throw new Error(JSON.stringify(diagnostics));
  return groups;
}

function mayRunAhead(...rules: string[]): boolean {
  return canRunAhead(groupsOf(rules).flatMap((group) => group.rules));
}

test.each([
  [['{record: a, expr: x}', '{record: b, expr: a}', '{alert: C, expr: b > 1}']],
  [['{record: a, expr: "sum(rate(x[5m])) / 5"}']],
  [['{alert: A, expr: x}', '{alert: B, expr: y, annotations: {s: "{{ $value }}"}}']],
  [['{alert: A, expr: x}', '{record: b, expr: count(ALERTS)}']],
])('%j may run rule by rule', (rules) => {
  expect(mayRunAhead(...rules)).toBe(true);
});

test.each([
  ['reads a later rule', ['{record: b, expr: a}', '{record: a, expr: x}']],
  ['reads itself', ['{record: a, expr: a + 1 or x}']],
  ['reads the alerts of a later rule', ['{record: b, expr: count(ALERTS)}', '{alert: A, expr: x}']],
  ['reads any name', ['{record: a, expr: "{job=\\"x\\"}"}']],
  ['looks ahead', ['{record: a, expr: x offset -1m}']],
  ['looks at a fixed time', ['{record: a, expr: x @ 60}']],
  ['looks at the end', ['{record: a, expr: "x @ end()"}']],
  ['is no vector', ['{record: a, expr: "x[5m]"}']],
  ['queries in a template', ['{alert: A, expr: x, annotations: {s: "{{ query \\"x\\" | len }}"}}']],
])('a rule that %s runs tick by tick', (_, rules) => {
  expect(mayRunAhead(...rules)).toBe(false);
});

/** Failing expectations show everything that a test computed. */
function testsOf(series: Record<string, string>): TestGroup {
  const lines = Object.entries(series).map(([name, values]) => `      - {series: '${name}', values: '${values}'}\n`);
  const exprs = ['a', 'b', 'count_over_time(a[20m])', 'ALERTS', 'ALERTS_FOR_STATE', 'count_over_time(ALERTS[20m])'];
  const { tests, diagnostics } = loadUnitTests(
    'tests.yml',
    `tests:
  - interval: 30s
    input_series:
${lines.join('')}
    alert_rule_test:
${[0, 1, 3, 4, 7, 11].map((minute) => `      - {eval_time: ${minute}m30s, alertname: C, exp_alerts: [{exp_labels: {show: it}}]}\n`).join('')}
    promql_expr_test:
${exprs.flatMap((expr) => ['4m', '12m15s'].map((at) => `      - {expr: '${expr}', eval_time: ${at}, exp_samples: [{value: -1}]}\n`)).join('')}`,
  );
  const test = tests?.tests[0];
  if (test === undefined) throw new Error(JSON.stringify(diagnostics));
  return test;
}

test.each([
  ['plain', { 'x{i="1"}': '0+1x30', 'x{i="2"}': '5 5 5 stale _ _ 7 8 9 0 0 0 6x10' }],
  ['with gaps', { 'x{i="1"}': '9 _x12 9 9 9 NaN Inf 9', 'y{i="1"}': '1x30' }],
  ['nothing', {}],
  ['a name that is recorded', { 'x{i="1"}': '0+1x30', 'a{i="1"}': '_ 500 _ _' }],
  ['a failure in the middle', { 'x{i="1"}': '1x30', 'x{i="2"}': '_x9 1x20', 'y{i="2"}': '_x9 1x20' }],
])('both ways give the same: %s', async (_, series) => {
  const groups = groupsOf([
    '{record: a, expr: "sum by (i) (x) > 1", labels: {l: m}}',
    '{record: b, expr: "avg_over_time(a[2m]) + on() group_left() sum(y or x)"}',
    '{alert: C, expr: a > 4, for: 1m, keep_firing_for: 2m, labels: {v: "{{ $labels.i }}"}, annotations: {s: "{{ $value }}"}}',
    '{alert: D, expr: absent(y)}',
  ]);
  const run = (isAhead: boolean) =>
    runTestGroup(testsOf(series), {
      groups,
      mayRunAhead: isAhead,
      evaluationIntervalMs: 60_000,
      fuzzyCompare: false,
      showDiff: false,
      enableExperimental: false,
      parsed: new Map(),
      signal: new AbortController().signal,
    });
  const [ahead, byTick] = [await run(true), await run(false)];
  expect(ahead.failures).toEqual(byTick.failures);
  expect(ahead.failures.length).toBeGreaterThan(0);
});
