/** `sightline test rules` and `sightline check rules`: flags, streams, exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-rules-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const context: CliContext = {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 100 },
    columns: 100,
    env: {},
    cwd: folder,
  };
  const code = await runCli(args, '0', context);
  return { code, out: out.join(''), err: err.join('') };
}

const RULES = `groups:
  - name: g
    rules:
      - {record: r, expr: x * 2}
      - {alert: A, expr: r > 4, labels: {severity: page}, annotations: {s: 'is {{ $value }}', t: same}}
`;
const TESTS = `rule_files: [rules.yml]
tests:
  - name: good values
    input_series: [{series: x, values: 1 2 3}]
    promql_expr_test: [{expr: r, eval_time: 2m, exp_samples: [{labels: r, value: 6}]}]
  - name: bad values
    input_series: [{series: x, values: 1 2 3}]
    promql_expr_test: [{expr: r, eval_time: 2m, exp_samples: [{labels: r, value: 7}]}]
  - input_series: [{series: x, values: 1 2 3}]
    alert_rule_test:
      - eval_time: 2m
        alertname: A
        exp_alerts: [{exp_labels: {severity: page}, exp_annotations: {s: is 7, t: same}}]
`;

describe('sightline test rules', () => {
  let tests = '';
  beforeAll(() => {
    file('rules.yml', RULES);
    tests = file('tests.yml', TESTS);
  });

  test('names go to the standard output, failures to the standard error, as with promtool', async () => {
    expect(await cli('test', 'rules', tests)).toEqual({
      code: 1,
      out: `Unit Testing:  ${tests}\n\n\n\n`,
      err: `  FAILED:
    expr: "r", time: 2m,
        exp: {__name__="r"} 7E+00
        got: {__name__="r"} 6E+00
    alertname: A, time: 2m, 
        exp:[
            0:
              Labels:{alertname="A", severity="page"}
              Annotations:{s="is 7", t="same"}
            ], 
        got:[
            0:
              Labels:{alertname="A", severity="page"}
              Annotations:{s="is 6", t="same"}
            ]
`,
    });
  });

  test('--run picks tests by name, without anchors, and may be given again', async () => {
    expect(await cli('test', 'rules', '--run', 'goo.', tests)).toEqual({
      code: 0,
      out: `Unit Testing:  ${tests}\n  SUCCESS\n\n`,
      err: '',
    });
    expect((await cli('test', 'rules', '--run', 'good', '--run', '^bad', tests)).code).toBe(1);
    expect((await cli('test', 'rules', '--run', 'nothing', tests)).code).toBe(0);
    expect(await cli('test', 'rules', '--run', '(', tests)).toMatchObject({ code: 2 });
  });

  test('--diff shows what differs', async () => {
    const { err } = await cli('test', 'rules', '--diff', '--run', '^$', tests);
    expect(err).toBe(`  FAILED:
    alertname: A, time: 2m, 
        diff:
              Labels:{alertname="A", severity="page"}
            -   Annotation:{s="is 7"}
                Annotation:{t="same"}
            +   Annotation:{s="is 6"}
`);
  });

  test('--json gives each test with its failures', async () => {
    const { code, out, err } = await cli('test', 'rules', '--json', tests);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject([
      {
        file: tests,
        ok: false,
        tests: [
          { name: 'good values', failures: [] },
          { name: 'bad values', failures: [expect.stringContaining('7E+00')] },
          { name: 'unnamed#2', failures: [expect.stringContaining('alertname: A')] },
        ],
      },
    ]);
  });

  test('--junit writes the results', async () => {
    const results = path.join(folder, 'results.xml');
    await cli('test', 'rules', '--junit', results, tests, path.join(folder, 'nowhere.yml'));
    const xml = readFileSync(results, 'utf8');
    expect(xml).toMatch(/^<testsuites><testsuite name="[^"]*tests.yml" tests="3" failures="2" errors="0" skipped="0" /);
    expect(xml).toContain('<testcase name="good values"></testcase>');
    expect(xml).toContain('got: {__name__=&#34;r&#34;} 6E+00</failure>');
    expect(xml).toContain('errors="1"');
    expect(await cli('test', 'rules', '--junit', path.join(folder, 'no/where.xml'), tests)).toMatchObject({ code: 1 });
  });

  test('--debug prints times and data', async () => {
    const { code, err } = await cli('test', 'rules', '--debug', '--run', 'good', tests);
    expect(code).toBe(0);
    expect(err).toMatch(/DEBUG: Test good values finished, took [0-9.]+ms/);
    expect(err).toContain('{__name__="r"} =>\n2 @[0]\n4 @[60000]\n6 @[120000]\n');
  });

  test('mistakes of the rules are told with their place', async () => {
    file('broken.yml', 'groups: [{name: g, rules: [{record: r, expr: sum(}]}]\n');
    const broken = file('broken-tests.yml', 'rule_files: [broken.yml, none*]\ntests: [{}]\n');
    const { code, err } = await cli('test', 'rules', broken);
    expect(code).toBe(1);
    expect(err).toContain(`  WARNING: no file match pattern ${path.join(folder, 'none*')}\n  FAILED:\n`);
    expect(err).toContain('broken.yml:1:50');
  });

  test('an experimental function needs its feature', async () => {
    const text = 'tests: [{promql_expr_test: [{expr: "sort_by_label(vector(1))", exp_samples: [{value: 1}]}]}]\n';
    const experimental = file('experimental.yml', text);
    expect((await cli('test', 'rules', experimental)).code).toBe(1);
    const flag = '--enable-feature=promql-at-modifier,promql-experimental-functions';
    expect(await cli('test', 'rules', flag, experimental)).toMatchObject({ code: 0, err: '' });
    expect((await cli('test', 'rules', '--enable-feature=nonsense', experimental)).err).toContain('unknown feature');
  });
});

describe('sightline check rules', () => {
  const twice = 'groups: [{name: g, rules: [{record: a, expr: x}, {record: a, expr: y}]}]\n';

  test('counts the rules of a good file', async () => {
    const good = file('good.yml', RULES);
    expect(await cli('check', 'rules', '--lint=duplicate-rules', good, good)).toEqual({
      code: 0,
      out: `Checking ${good}\n  SUCCESS: 2 rules found\n\n`.repeat(2),
      err: '',
    });
  });

  test.each([
    [[], 0],
    [['--lint-fatal'], 0],
    [['--lint=all', '--lint-fatal'], 3],
    [['--lint=runbooks', '--lint-fatal'], 3],
    [['--lint=expressions', '--lint-fatal'], 0],
  ] as const)('a missing runbook is told; it is fatal only when asked for: %j ends with %d', async (flags, code) => {
    const result = await cli('check', 'rules', ...flags, file('good.yml', RULES));
    expect(result.code).toBe(code);
    expect(result.err.includes('has no runbook')).toBe(!flags.some((flag) => flag === '--lint=expressions'));
  });

  test('tells every mistake, and goes on with the next file', async () => {
    const bad = file('bad.yml', 'groups: [{name: g, rules: [{record: r, expr: sum(, for: 1m}]}]\n');
    const good = file('good.yml', RULES);
    const { code, out, err } = await cli('check', 'rules', bad, path.join(folder, 'nowhere.yml'), good);
    expect(code).toBe(1);
    expect(out).toContain('SUCCESS: 2 rules found');
    expect(err.match(/ {2}FAILED:/g)).toHaveLength(2);
    expect(err).toContain('error[');
    expect(err).toContain('it does not exist');
  });

  test.each([
    [[], 0],
    [['--lint-fatal'], 3],
    [['--lint=none', '--lint-fatal'], 0],
    [['--lint=all', '--lint-fatal'], 3],
    [['--lint=nonsense'], 2],
  ] as const)('duplicate rules with %j end with %d', async (flags, code) => {
    expect((await cli('check', 'rules', ...flags, file('twice.yml', twice))).code).toBe(code);
  });

  test('--json gives findings', async () => {
    const { out } = await cli('check', 'rules', '--json', file('twice.yml', twice));
    expect(JSON.parse(out)).toMatchObject([
      { ok: true, rules: 2, diagnostics: [], lint: expect.stringContaining('1 duplicate') },
    ]);
  });

  test('--ignore-unknown-fields takes the keys of other programs', async () => {
    const other = file('other.yml', 'groups: [{name: g, tenant: a, rules: [{record: a, expr: x, debug: true}]}]\n');
    expect((await cli('check', 'rules', other)).code).toBe(1);
    expect((await cli('check', 'rules', '--ignore-unknown-fields', other)).code).toBe(0);
  });
});

describe('sightline check prometheus', () => {
  test('looks into the rule files that the configuration names', async () => {
    file('named-good.yml', RULES);
    const good = file('prometheus.yml', 'rule_files: [named-good.yml]\n');
    const valid = await cli('check', 'prometheus', good);
    expect(valid.code).toBe(0);
    expect(valid.out).toContain('named-good.yml: 2 rules found');
    file('named-bad.yml', 'groups: [{name: g, rules: [{record: r, expr: sum(}]}]\n');
    const { code, err } = await cli('check', 'prometheus', file('prometheus.yml', 'rule_files: ["named-*.yml"]\n'));
    expect(code).toBe(1);
    expect(err).toContain('named-bad.yml:1:50');
  });
});
