/**
 * alertmanager.yml is accepted or refused as Alertmanager does, and every message is the one that was reviewed. The cases stand in
 * cases/*.txt, what is printed about them in cases/*.expected.txt.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAlertmanagerConfig } from '../../../packages/server/src/alerting/config/load.ts';
import { mutateStructure, mutateText } from '../../../packages/server/src/config/testing/mutate.ts';
import { renderDiagnostics } from '../../../packages/server/src/lib/diagnostic-render.ts';
import { has } from '../../support/programs.ts';
import { askAmtool, makeFolder, removeFolder, type Verdict } from './amtool.ts';
import { DIFFERENCE_PATTERNS, DIFFERENCES } from './differences.ts';

interface Case {
  readonly name: string;
  readonly text: string;
}

const CASES = path.join(import.meta.dirname, 'cases');
const TOPICS = readdirSync(CASES)
  .filter((name) => /^[a-z]+\.txt$/.test(name))
  .map((name) => name.replace('.txt', ''));
const isAmtoolHere = has('amtool');

function readCases(topic: string): Case[] {
  const text = readFileSync(path.join(CASES, `${topic}.txt`), 'utf8');
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const newline = part.indexOf('\n');
      return { name: part.slice(0, newline), text: part.slice(newline + 1) };
    });
}

let folder = '';
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));

function load(text: string) {
  return loadAlertmanagerConfig({ file: path.join(folder, 'alertmanager.yml'), text });
}

function print(text: string): string {
  const { config, diagnostics, sources } = load(text);
  const rendered = renderDiagnostics(diagnostics, sources, { width: 120 });
  return `${config === undefined ? 'refused' : 'accepted'}\n${rendered}`.replaceAll(`${folder}/`, '');
}

describe.each(TOPICS)('%s', (topic) => {
  test('messages are as reviewed', async () => {
    const printed = readCases(topic).map(({ name, text }) => `### ${name}: ${print(text)}`);
    await expect(printed.join('\n')).toMatchFileSnapshot(path.join(CASES, `${topic}.expected.txt`));
  });

  test('every refusal says where', () => {
    for (const { name, text } of readCases(topic)) {
      const { config, diagnostics } = load(text);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.length > 0, name).toBe(config === undefined);
      expect(
        errors.every(({ start, file }) => start !== undefined && file !== ''),
        name,
      ).toBe(true);
    }
  });

  test.skipIf(!isAmtoolHere)('verdicts are those of amtool (skipped when amtool is not installed)', () => {
    const cases = readCases(topic);
    const verdicts = askAmtool(
      folder,
      cases.map(({ text }) => text),
    );
    const different = cases.flatMap(({ name, text }, index) => {
      const { isAccepted, output } = verdicts[index] as Verdict;
      const isOurs = load(text).config !== undefined;
      return isOurs === isAccepted ? [] : [{ key: `${topic}: ${name}`, isOurs, output }];
    });
    expect(different.filter(({ key }) => DIFFERENCES[key] === undefined)).toEqual([]);
    const explained = Object.keys(DIFFERENCES).filter((key) => key.startsWith(`${topic}: `));
    expect(different.map(({ key }) => key).sort(), 'each listed difference exists').toEqual(explained.sort());
  });
});

describe('seeded mistakes in good.yml', () => {
  const good = readFileSync(path.join(import.meta.dirname, 'good.yml'), 'utf8');

  test('the good file is accepted, and only what is not sent is warned of', () => {
    expect(load(good).diagnostics.map(({ code }) => code)).toEqual(['alertmanager/not-sent']);
  });

  test.skipIf(!isAmtoolHere).each([
    ['structure', mutateStructure],
    ['text', mutateText],
  ] as const)('%s: verdicts are those of amtool (skipped when amtool is not installed)', (_, mutate) => {
    const texts = Array.from({ length: 300 }, (_unused, seed) => mutate(good, seed));
    const verdicts = askAmtool(folder, texts);
    const unexplained = texts.flatMap((text, seed) => {
      const verdict = verdicts[seed] as Verdict;
      const { config, diagnostics } = load(text);
      const first = diagnostics.find(({ severity }) => severity === 'error');
      const isSame = (config !== undefined) === verdict.isAccepted;
      return isSame || isExplained(verdict, first?.message) ? [] : [{ seed, output: verdict.output, first }];
    });
    expect(unexplained).toEqual([]);
    expect(verdicts.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(30);
  });
});

function isExplained(verdict: Verdict, ours: string | undefined): boolean {
  return DIFFERENCE_PATTERNS.some((pattern) =>
    verdict.isAccepted ? pattern.ours?.test(ours ?? '') : pattern.amtool?.test(verdict.output),
  );
}
