import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import type { RuleGroupSpec } from '../../rules/rule-file/types.ts';
import { returnTimes } from './return-time.ts';

const MINUTE = 60_000;

function group(
  intervalMs: number | undefined,
  ...rules: readonly (readonly [name: string, forMs: number])[]
): RuleGroupSpec {
  return {
    intervalMs,
    rules: rules.map(([name, forMs]) => ({ kind: 'alerting', name, forMs })),
  } as unknown as RuleGroupSpec;
}

test('a short `for` starts anew after a restart, a long one is restored; the slowest rule of a name counts', () => {
  const groups = [group(undefined, ['A', 5 * MINUTE], ['B', 30 * MINUTE]), group(2 * MINUTE, ['A', 0], ['C', 0])];
  const timeOf = returnTimes(groups, { evaluationIntervalMs: MINUTE, forGracePeriodMs: 10 * MINUTE });
  const minutes = ['A', 'B', 'C', 'D'].map(
    (alertname) => (timeOf(Labels.fromObject({ alertname })) ?? Number.NaN) / MINUTE,
  );
  expect(minutes).toEqual([9, 4, 8, Number.NaN]);
});
