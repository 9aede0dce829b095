/** The rules that come with Sightline, their unit tests and their runbooks, held to each other. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { has } from '../../../../tests/support/programs.ts';
import { readDefaultRules } from './default-rules.ts';
import { checkRuleFile } from './rule-file/check.ts';
import { readRunbook, runbookNames } from './runbooks.ts';
import { UnitTestRunner } from './unit-test/run-file.ts';

const FOLDER = path.join(import.meta.dirname, '../../rules');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
const TESTS = readdirSync(path.join(FOLDER, 'tests')).map((name) => path.join(FOLDER, 'tests', name));

const groups = readDefaultRules({ withWatchdog: true });
const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => rule.kind === 'alerting');
const names = [...new Set(alerts.map(({ name }) => name))].sort();

/** What is wrong with a rule, besides what `check rules` finds. */
function faults({ name, labels, annotations }: (typeof alerts)[number]): string[] {
  const texts = new Map(annotations);
  const severity = new Map(labels).get('severity') ?? 'none given';
  return [
    ...(['critical', 'warning', 'info', 'none'].includes(severity) ? [] : [`severity ${severity}`]),
    ...['summary', 'description'].filter((key) => (texts.get(key) ?? '') === '').map((key) => `no ${key}`),
    ...(texts.get('runbook_url') === `{{ $externalURL }}/runbooks/${name}` ? [] : ['another runbook_url']),
  ].map((fault) => `${name}: ${fault}`);
}

describe('rules', () => {
  test.each(FILES)('nothing is found in %s', (name) => {
    const { isValid, diagnostics, lint } = checkRuleFile(path.join(FOLDER, name), { lintDuplicates: true });
    expect({ isValid, lint, found: diagnostics.map(({ message }) => message) }).toEqual({
      isValid: true,
      lint: '',
      found: [],
    });
  });

  test('each has a severity of the field, texts for people, and its runbook', () => {
    expect(alerts.flatMap(faults)).toEqual([]);
  });
});

describe('unit tests', () => {
  test.each(TESTS)('%s passes', async (file) => {
    const { ok, diagnostics, tests } = await new UnitTestRunner().run(file);
    const failures = tests.flatMap((report) => report.failures.map((failure) => `${report.name}: ${failure}`));
    expect({ ok, diagnostics, failures }).toEqual({ ok: true, diagnostics: [], failures: [] });
  });

  // promtool of the package prometheus, which CI installs.
  test.skipIf(!has('promtool'))('promtool agrees', { timeout: 120_000 }, () => {
    expect(() => execFileSync('promtool', ['test', 'rules', ...TESTS], { stdio: 'pipe' })).not.toThrow();
    const paths = FILES.map((name) => path.join(FOLDER, name));
    expect(() => execFileSync('promtool', ['check', 'rules', ...paths], { stdio: 'pipe' })).not.toThrow();
  });

  test('every rule is seen to fire and not to fire', () => {
    const cases = TESTS.flatMap((file) => casesOf(readFileSync(file, 'utf8')));
    const seen = new Set(cases.flatMap(({ name, severities }) => severities.map((severity) => `${name} ${severity}`)));
    const wanted = alerts.map(({ name, labels }) => `${name} ${new Map(labels).get('severity')}`);
    expect(wanted.filter((rule) => !seen.has(rule))).toEqual([]);
    const quiet = new Set(cases.filter(({ severities }) => severities.length === 0).map(({ name }) => name));
    expect(names.filter((name) => !quiet.has(name))).toEqual(['Watchdog']);
  });
});

interface TestFile {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: { readonly severity: string } }[];
    }[];
  }[];
}

/** What is expected of which alert; nothing, when it is expected not to fire. */
function casesOf(text: string): { readonly name: string; readonly severities: readonly string[] }[] {
  return (parse(text) as TestFile).tests.flatMap((group) =>
    group.alert_rule_test.map(({ alertname, exp_alerts }) => ({
      name: alertname,
      severities: exp_alerts.map(({ exp_labels }) => exp_labels.severity),
    })),
  );
}

test('the reference lists each with its severities', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/reference/default-rules.md'), 'utf8');
  const rows = [...text.matchAll(/^\| \[(\w+)\]\(\S+\) \| ([\w, ]+) \|/gm)];
  const listed = rows.flatMap(([, name, severities = '']) => severities.split(', ').map((one) => `${name} ${one}`));
  const wanted = alerts.map(({ name, labels }) => `${name} ${new Map(labels).get('severity')}`);
  expect(listed.sort()).toEqual(wanted.sort());
});

describe('runbooks', () => {
  test('every alert has one, and every one an alert', () => {
    expect(runbookNames()).toEqual(names);
  });

  test.each(names)('%s says what it means, whom it hurts, how to check and what to do', (name) => {
    const text = readRunbook(name) ?? '';
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(text.startsWith(`# ${name}\n\n`)).toBe(true);
    expect(headings[0]).toBe('Impact');
    expect(headings).toHaveLength(3);
    expect(text).toMatch(/^1\. /m);
  });

  test('links between them lead somewhere', () => {
    const links = names.flatMap((name) =>
      [...(readRunbook(name) ?? '').matchAll(/\]\(([^)]*)\)/g)].map(([, to]) => to),
    );
    expect(links.filter((to) => !names.includes(to ?? ''))).toEqual([]);
  });

  test('reads nothing but runbooks', () => {
    expect(readRunbook('../package.json')).toBeUndefined();
    expect(readRunbook('TargetDown.md')).toBeUndefined();
    expect(readRunbook('')).toBeUndefined();
  });
});
