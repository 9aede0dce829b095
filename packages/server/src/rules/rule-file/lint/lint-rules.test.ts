import type { LintFacts } from '@sightline/promql';
import { describe, expect, test } from 'vitest';
import { lintRuleFile, type RuleLints } from './lint-rules.ts';

const ALL: RuleLints = { expressions: true, templates: true, runbooks: true };

const FACTS: LintFacts = {
  metricNames: new Set(['up', 'requests_total']),
  labelsOf: (metric) => (metric === 'up' ? new Set(['__name__', 'job', 'instance']) : undefined),
  valuesOf: (metric, label) => (metric === 'up' && label === 'job' ? new Set(['node', 'api']) : undefined),
};

/** `line:column code: message | hint`. */
async function lint(rules: string, options: { lints?: Partial<RuleLints>; facts?: LintFacts } = {}): Promise<string[]> {
  const found = await lintRuleFile({
    file: 'rules.yml',
    text: `groups:\n  - name: g\n    rules:\n${rules}`,
    lints: { ...ALL, runbooks: false, ...options.lints },
    ...(options.facts && { facts: options.facts }),
  });
  return found.map(({ start, code, message, hint }) => `${start?.line}:${start?.column} ${code}: ${message} | ${hint}`);
}

describe('expressions', () => {
  test('a raw counter compared with a threshold, within a block text', async () => {
    const rules = `
      - alert: Many
        expr: |
          sum by (job) (up)
            and
          requests_total > 100
`;
    expect(await lint(rules)).toEqual([
      expect.stringMatching(/^9:11 promql\/counter-compared: .*rate\(requests_total/),
    ]);
    expect(await lint(rules, { lints: { expressions: false } })).toEqual([]);
  });

  test('what the data does not have: a metric, a label, a value', async () => {
    const rules = `
      - {alert: A, expr: request_total > 0}
      - {alert: B, expr: 'up{instnce="a"} == 0'}
      - {alert: C, expr: 'up{job="apii"} == 0'}
      - {alert: D, expr: 'up{job="api"} == 0'}
`;
    expect(await lint(rules)).toEqual([]);
    expect(await lint(rules, { facts: FACTS })).toEqual([
      '5:26 promql/unknown-metric: there is no metric "request_total" | did you mean requests_total?: `requests_total`',
      '6:30 promql/unknown-label: up does not have the label instnce, so nothing matches | did you mean instance?',
      '7:30 promql/unknown-value: no series of up has job="apii", so nothing matches | did you mean "api"?',
    ]);
  });
});

describe('templates', () => {
  const alert = (expr: string, text: string, labels = '{}') => `
      - alert: A
        expr: ${expr}
        labels: ${labels}
        annotations:
          text: '${text}'
`;

  test.each([
    ['sum by (job) (up)', '{{ $labels.instance }}', 'the expression keeps `job`: keep `instance` too'],
    ['sum by (job) (up)', '{{ $labels.jbo }}', 'did you mean `$labels.job`?'],
    ['sum(up)', '{{ .Labels.job }}', 'the expression keeps no label: aggregate `by (job)`'],
    ['sum by (job) (up)', '{{ index $labels "host" }}', 'the expression keeps `job`: keep `host` too'],
    [
      'sum by (job) (up)',
      '{{ $labels.alertname }}',
      'names of metrics and alerts are not in `$labels`: write the name itself',
    ],
    [
      'sum by (job) (up)',
      '{{ $labels.severity }}',
      'labels that the rule sets are not in `$labels`: write `page` itself',
    ],
  ])('%s never has what %s asks for', async (expr, text, hint) => {
    expect(await lint(alert(expr, text, '{severity: page}'))).toEqual([
      expect.stringMatching(/^9:\d+ rules\/template-label: the alert never has the label/),
    ]);
    expect((await lint(alert(expr, text, '{severity: page}')))[0]?.split(' | ')[1]).toBe(hint);
  });

  test.each([
    ['up', '{{ $labels.anything }}'],
    ['sum by (job) (up)', '{{ $labels.job }} {{ $value | humanize }}'],
    ['sum by (job) (up)', '{{ if $labels.instance }}on {{ $value }}{{ end }}'],
    ['sum(up)', '{{ with query "up" }}{{ . | first | value }}{{ end }}'],
    ['sum(up)', '{{ query "up" | first | value }}'],
  ])('of %s nothing is said about %s', async (expr, text) => {
    expect(await lint(alert(expr, text))).toEqual([]);
  });

  test('the data tells which labels a metric has', async () => {
    expect(await lint(alert('up == 0', '{{ $labels.host }}'), { facts: FACTS })).toEqual([
      '9:21 rules/template-label: the alert never has the label `host` of its expression, so the text is empty there | the expression keeps `instance`, `job`: keep `host` too',
    ]);
  });

  test('what fails whatever the labels are', async () => {
    const [failure] = await lint(alert('up', '{{ .CommonLabels.job }}'));
    expect(failure).toMatch(/^9:\d+ rules\/template-fails: .*can't evaluate field CommonLabels/);
  });
});

describe('runbooks', () => {
  const lints = { runbooks: true };

  test('one finding for a file in which nobody has one', async () => {
    const rules =
      '\n      - {alert: A, expr: up == 0}\n      - {alert: B, expr: up == 0}\n      - {record: r, expr: up}\n';
    expect(await lint(rules, { lints })).toEqual([
      '5:17 rules/missing-runbook: none of the 2 alerts of this file has a runbook | add the annotation `runbook_url`: the page that says what to do when it fires',
    ]);
  });

  test('else one for each alert without', async () => {
    const rules = `
      - {alert: A, expr: up == 0, annotations: {runbook_url: 'http://x'}}
      - {alert: B, expr: up == 0}
`;
    expect(await lint(rules, { lints })).toEqual([
      expect.stringMatching(/^6:17 rules\/missing-runbook: the alert `B` has no runbook/),
    ]);
  });
});

test('a file with errors has no other findings', async () => {
  expect(await lint('\n      - {alert: A, expr: requests_total > }\n')).toEqual([]);
});
