import { expect, test } from 'vitest';
import { checkRuleFile } from './check.ts';
import { loadRuleFile } from './load.ts';

const RULES = `groups:
  - name: g
    interval: 30s
    query_offset: 0s
    limit: 5
    labels: {team: web, level: "1"}
    rules:
      - record: a:b
        expr: sum( x )
        labels: {level: "2", gone: ""}
      - alert: A
        expr: x > 1
        for: 1m
        annotations: {s: "{{ $value }}"}
`;

test('a group and its rules, with the labels of the group below those of the rule', () => {
  const { groups } = loadRuleFile({ file: 'rules.yml', text: RULES });
  expect(groups).toMatchObject([
    {
      name: 'g',
      file: 'rules.yml',
      intervalMs: 30_000,
      queryOffsetMs: 0,
      limit: 5,
      rules: [
        {
          kind: 'recording',
          name: 'a:b',
          exprText: 'sum( x )',
          labels: [
            ['gone', ''],
            ['level', '2'],
            ['team', 'web'],
          ],
          position: { line: 8, column: 9 },
        },
        { kind: 'alerting', name: 'A', forMs: 60_000, keepFiringForMs: 0, annotations: [['s', '{{ $value }}']] },
      ],
    },
  ]);
  expect(Object.isFrozen(groups?.[0]?.rules[0])).toBe(true);
});

test('what a group leaves out is undefined', () => {
  const { groups } = loadRuleFile({ file: 'r', text: 'groups: [{name: g, interval: 0s}]' });
  expect(groups).toMatchObject([{ intervalMs: undefined, queryOffsetMs: undefined, limit: 0, rules: [] }]);
});

test('experimental functions and unknown fields on request', () => {
  const text = 'groups: [{name: g, rules: [{record: a, expr: "sort_by_label(x)", severity: x}], tenant: y}]';
  expect(loadRuleFile({ file: 'r', text }).groups).toBeUndefined();
  const options = { file: 'r', text, enableExperimental: true, ignoreUnknownFields: true };
  expect(loadRuleFile(options).diagnostics).toEqual([]);
});

test('rules of one name and labels are found by the lint, over all groups', () => {
  const text = `groups:
  - name: g
    rules:
      - {record: a, expr: x, labels: {l: m}}
      - {record: b, expr: x}
  - name: h
    labels: {l: m}
    rules:
      - {record: a, expr: y}
      - {record: b, expr: y}
`;
  const report = checkRuleFile('rules.yml', { text, lintDuplicates: true });
  expect(report).toMatchObject({ isValid: true, rules: 4 });
  expect(report.lint).toBe(
    'lint error 1 duplicate rule(s) found.\nMetric: a\nLabel(s):\n\tl: m\nMight cause inconsistency while recording expressions',
  );
  expect(checkRuleFile('rules.yml', { text }).lint).toBe('');
});

test('a file that cannot be read is a finding', () => {
  expect(checkRuleFile('/nowhere/rules.yml')).toMatchObject({
    isValid: false,
    diagnostics: [{ code: 'config/missing-file' }],
  });
});
