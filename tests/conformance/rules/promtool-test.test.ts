/**
 * `sightline test rules` beside the real promtool on the same files: the same verdict, the same exit code, the same lines. The cases
 * stand in unit/*.txt: a test file, and behind `--- rules.yml` the rules it names when it names none itself.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutateStructure, mutateText } from '../../../packages/server/src/config/testing/mutate.ts';
import { readCases, topicsIn } from './cases.ts';
import { TEST_DIFFERENCES, TEXT_DIFFERENCES } from './differences.ts';
import { anyPair, hasPromtool, testWithPromtool, type Verdict, withoutEmptyLines } from './promtool.ts';

const CASES = path.join(import.meta.dirname, 'unit');
/** Topics whose files cannot be read or run: what is printed about them is ours. */
const OWN_TEXT = new Set(['format']);
/** Go's YAML parser ends the document there and promtool never sees the tests behind it. */
const REST_IGNORED = /the first line of the file is indented by/;
const isPromtoolHere = hasPromtool();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-unit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(file: string, ...flags: string[]): Promise<{ code: number; output: string }> {
  const output: string[] = [];
  const context: CliContext = {
    stdout: (text) => void output.push(text),
    stderr: (text) => void output.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 120 },
    columns: 120,
    env: {},
    cwd: folder,
  };
  const code = await runCli(['test', 'rules', ...flags, file], '0', context);
  return { code, output: withoutEmptyLines(output.join('')).replace('Unit Testing:  ', '') };
}

/** Writes a case into a folder of its own and gives the path of its test file. */
function lay(name: string, text: string): string {
  const [tests = '', rules] = text.split(/^--- rules\.yml\n/m);
  const own = path.join(folder, name);
  mkdirSync(own, { recursive: true });
  const file = path.join(own, 'tests.yml');
  writeFileSync(file, rules === undefined || /^rule_files:/m.test(tests) ? tests : `rule_files: [rules.yml]\n${tests}`);
  if (rules !== undefined) writeFileSync(path.join(own, 'rules.yml'), rules);
  return file;
}

describe.each(topicsIn(CASES))('%s', (topic) => {
  test('what is printed is as reviewed', async () => {
    const printed: string[] = [];
    for (const [index, { name, text }] of readCases(CASES, topic).entries()) {
      const { code, output } = await run(lay(`${topic}-${index}`, text));
      printed.push(`### ${name}: exit ${code}\n${output.replaceAll(`${folder}/`, '')}\n`);
    }
    await expect(printed.join('\n')).toMatchFileSnapshot(path.join(CASES, `${topic}.expected.txt`));
  });

  test.skipIf(!isPromtoolHere)(
    'verdicts and lines are those of promtool (skipped when it is not installed)',
    async () => {
      const cases = readCases(CASES, topic);
      const files = cases.map(({ text }, index) => lay(`${topic}-${index}`, text));
      const verdicts = testWithPromtool(files);
      const different: { key: string; theirs: string; ours: string }[] = [];
      for (const [index, { name }] of cases.entries()) {
        const key = `${topic}: ${name}`;
        const { code, output } = await run(files[index] as string);
        const { isAccepted, output: theirs } = verdicts[index] as Verdict;
        const isSameVerdict = (code === 0) === isAccepted;
        const isSame = OWN_TEXT.has(topic) ? isSameVerdict : isSameVerdict && anyPair(theirs) === anyPair(output);
        const isTextOnly = isSameVerdict && TEXT_DIFFERENCES[key] !== undefined;
        if (!isSame && !isTextOnly) different.push({ key, theirs, ours: output });
      }
      expect(different.filter(({ key }) => TEST_DIFFERENCES[key] === undefined)).toEqual([]);
      const explained = Object.keys(TEST_DIFFERENCES).filter((key) => key.startsWith(`${topic}: `));
      expect(different.map(({ key }) => key).sort(), 'each listed difference exists').toEqual(explained.sort());
    },
  );
});

describe('seeded changes of good-tests.yml', () => {
  const good = readFileSync(path.join(import.meta.dirname, 'good-tests.yml'), 'utf8');
  const rules = readFileSync(path.join(import.meta.dirname, 'good-rules.yml'), 'utf8');

  test('the good file passes', async () => {
    writeFileSync(path.join(folder, 'good-rules.yml'), rules);
    writeFileSync(path.join(folder, 'good-tests.yml'), good);
    expect(await run(path.join(folder, 'good-tests.yml'))).toMatchObject({ code: 0 });
  });

  test.skipIf(!isPromtoolHere).each([
    ['structure', mutateStructure],
    ['text', mutateText],
  ] as const)(
    '%s: verdicts are those of promtool (skipped when it is not installed)',
    async (kind, mutate) => {
      writeFileSync(path.join(folder, 'good-rules.yml'), rules);
      const files = Array.from({ length: 200 }, (_unused, seed) => {
        const file = path.join(folder, `${kind}-${seed}.yml`);
        writeFileSync(file, mutate(good, seed));
        return file;
      });
      const verdicts = testWithPromtool(files);
      const different: unknown[] = [];
      for (const [seed, file] of files.entries()) {
        const { code, output } = await run(file);
        const { isAccepted, output: theirs } = verdicts[seed] as Verdict;
        if ((code === 0) === isAccepted || REST_IGNORED.test(output)) continue;
        different.push({ seed, ours: output, theirs });
      }
      expect(different).toEqual([]);
      expect(verdicts.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(5);
    },
    300_000,
  );
});
