/**
 * Thousands of rule files with seeded changes, in expressions, templates, structure and keystrokes: accepted or refused as promtool
 * does. What Prometheus 3 does otherwise than promtool 2.42 is told from promtool's own words, kind by kind.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutateStructure, mutateText } from '../../../packages/server/src/config/testing/mutate.ts';
import { loadRuleFile } from '../../../packages/server/src/rules/rule-file/load.ts';
import { mutatedRuleFiles } from './mutate-terms.ts';
import { checkWithPromtool, hasPromtool, type Verdict } from './promtool.ts';

/** Refused by 2.42 alone, by what it says. */
const LATER: readonly (readonly [why: string, says: RegExp])[] = [
  ['durations are numbers in Prometheus 3', /unexpected duration "/],
  ['numbers may have underscores in Prometheus 3', /bad number or duration syntax: "\d+"/],
  ['names of labels may be quoted in Prometheus 3', /unexpected string ".*" in (?:grouping opts|label matching)/],
  ['groups have labels in Prometheus 3', /field labels not found in type rulefmt\.RuleGroup/],
];
/** Accepted by 2.42 alone, by what we say. */
const STRICTER: readonly (readonly [why: string, says: RegExp])[] = [
  ['2.42 takes null for a text', /^`expr` is empty$|^a rule needs a name/],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-corpus-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Opinion {
  readonly isAccepted: boolean;
  readonly message: string;
}

/** Names as in 2.42. */
function opinion(text: string): Opinion {
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text, nameScheme: 'legacy' });
  const message = diagnostics.find(({ severity }) => severity === 'error')?.message ?? '';
  return { isAccepted: groups !== undefined, message };
}

function isExplained(ours: Opinion, theirs: Verdict): boolean {
  if (ours.isAccepted) return LATER.some(([, says]) => says.test(theirs.output));
  return STRICTER.some(([, says]) => says.test(ours.message));
}

const good = readFileSync(path.join(import.meta.dirname, 'good-rules.yml'), 'utf8');
const SEEDS = 750;
/** Those before are in another test, where nothing is explained away. */
const FIRST_SEED = 200;

const mutated = (mutate: (text: string, seed: number) => string) => () =>
  Array.from({ length: SEEDS }, (_, index) => ({ seed: FIRST_SEED + index, text: mutate(good, FIRST_SEED + index) }));

test.skipIf(!hasPromtool()).each([
  ['expressions and templates', () => mutatedRuleFiles(2 * SEEDS), 200],
  ['structure', mutated(mutateStructure), 200],
  ['keystrokes', mutated(mutateText), 150],
] as const)(
  '%s: verdicts are those of promtool (skipped when it is not installed)',
  (_, make, fewestAccepted) => {
    const files = make();
    const verdicts = checkWithPromtool(
      folder,
      files.map(({ text }) => text),
    );
    const different = files.flatMap(({ seed, text }, index) => {
      const theirs = verdicts[index] as Verdict;
      const ours = opinion(text);
      if (ours.isAccepted === theirs.isAccepted || isExplained(ours, theirs)) return [];
      return [{ seed, text, ours: ours.message, theirs: theirs.output }];
    });
    expect(different).toEqual([]);
    expect(verdicts.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(fewestAccepted);
  },
  120_000,
);
