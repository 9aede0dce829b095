/**
 * Rule files are accepted or refused as promtool does, and every message is the one that was reviewed. The cases stand in
 * cases/*.txt, what is printed about them in cases/*.expected.txt.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutateStructure, mutateText } from '../../../packages/server/src/config/testing/mutate.ts';
import { renderDiagnostics } from '../../../packages/server/src/lib/diagnostic-render.ts';
import { loadRuleFile } from '../../../packages/server/src/rules/rule-file/load.ts';
import { readCases, topicsIn } from './cases.ts';
import { RULE_DIFFERENCES } from './differences.ts';
import { checkWithPromtool, hasPromtool, type Verdict } from './promtool.ts';

const CASES = path.join(import.meta.dirname, 'cases');
const isPromtoolHere = hasPromtool();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  return loadRuleFile({ file: 'rules.yml', text });
}

function print(text: string): string {
  const { groups, diagnostics } = load(text);
  const rendered = renderDiagnostics(diagnostics, new Map([['rules.yml', text]]), { width: 120 });
  return `${groups === undefined ? 'refused' : 'accepted'}\n${rendered}`;
}

describe.each(topicsIn(CASES))('%s', (topic) => {
  test('messages are as reviewed', async () => {
    const printed = readCases(CASES, topic).map(({ name, text }) => `### ${name}: ${print(text)}`);
    await expect(printed.join('\n')).toMatchFileSnapshot(path.join(CASES, `${topic}.expected.txt`));
  });

  test('every refusal says where', () => {
    for (const { name, text } of readCases(CASES, topic)) {
      const { groups, diagnostics } = load(text);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.length > 0, name).toBe(groups === undefined);
      expect(
        errors.every(({ start }) => start !== undefined),
        name,
      ).toBe(true);
    }
  });

  test.skipIf(!isPromtoolHere)('verdicts are those of promtool (skipped when promtool is not installed)', () => {
    const cases = readCases(CASES, topic);
    const verdicts = checkWithPromtool(
      folder,
      cases.map(({ text }) => text),
    );
    const different = cases.flatMap(({ name, text }, index) => {
      const isAccepted = load(text).groups !== undefined;
      const { isAccepted: theirs, output } = verdicts[index] as Verdict;
      return isAccepted === theirs ? [] : [{ key: `${topic}: ${name}`, isAccepted, output }];
    });
    expect(different.filter(({ key }) => RULE_DIFFERENCES[key] === undefined)).toEqual([]);
    const explained = Object.keys(RULE_DIFFERENCES).filter((key) => key.startsWith(`${topic}: `));
    expect(different.map(({ key }) => key).sort(), 'each listed difference exists').toEqual(explained.sort());
  });
});

describe('seeded mistakes in good-rules.yml', () => {
  const good = readFileSync(path.join(import.meta.dirname, 'good-rules.yml'), 'utf8');

  test('the good file is accepted', () => {
    expect(load(good).diagnostics).toEqual([]);
    expect(load(good).groups?.map(({ name, rules }) => [name, rules.length])).toEqual([
      ['requests', 3],
      ['hosts', 2],
    ]);
  });

  test.skipIf(!isPromtoolHere).each([
    ['structure', mutateStructure],
    ['text', mutateText],
  ] as const)('%s: verdicts are those of promtool (skipped when promtool is not installed)', (_, mutate) => {
    const texts = Array.from({ length: 200 }, (_unused, seed) => mutate(good, seed));
    const verdicts = checkWithPromtool(folder, texts);
    const unexplained = texts.flatMap((text, seed) => {
      const { isAccepted, output } = verdicts[seed] as Verdict;
      // Names as in 2.42.
      const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text, nameScheme: 'legacy' });
      const first = diagnostics.find(({ severity }) => severity === 'error');
      return (groups !== undefined) === isAccepted ? [] : [{ seed, text, output, first }];
    });
    expect(unexplained.map(({ seed, output, first }) => ({ seed, output, first: first?.message }))).toEqual([]);
    expect(verdicts.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(15);
  });
});
