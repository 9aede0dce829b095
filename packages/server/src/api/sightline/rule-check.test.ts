import type { RuleCheck } from '@sightline/api-types';
import { expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { ruleCheckRoutes } from './rule-check.ts';
import { answerMismatches } from './testing/schema-check.ts';

const routes = ruleCheckRoutes({ enableExperimental: false });

const inputOf = (yaml: string): Partial<HttpInput> => ({
  body: async () => Buffer.from(JSON.stringify({ yaml })),
});

async function check(yaml: string): Promise<RuleCheck> {
  const answer = await routes[0]?.handler(inputOf(yaml) as HttpInput);
  return JSON.parse(String(answer?.body)) as RuleCheck;
}

const file = (rules: string): string => `groups:\n  - name: g\n    rules:\n${rules}`;

test('answers are as the document says', async () => {
  expect(await answerMismatches(routes, inputOf(file('      - {alert: A, expr: up}')))).toEqual([]);
  expect(await answerMismatches(routes, inputOf('groups: 1'))).toEqual([]);
});

test('a good file has its rules counted', async () => {
  expect(await check(file('      - {alert: A, expr: up == 0}'))).toEqual({ isValid: true, ruleCount: 1, findings: [] });
});

test('a mistake has its line', async () => {
  const { isValid, findings } = await check(file('      - alert: A\n        expr: sum(up'));
  expect(isValid).toBe(false);
  expect(findings[0]).toMatchObject({ severity: 'error', line: 5 });
});

test('rules that overwrite each other are told', async () => {
  const { isValid, findings } = await check(file('      - {record: a, expr: up}\n      - {record: a, expr: up + 1}'));
  expect(isValid).toBe(true);
  expect(findings).toMatchObject([{ severity: 'warning', code: 'rules/duplicate' }]);
});

test('a file without end is refused', async () => {
  await expect(check('#'.repeat(300_000))).rejects.toThrow(/longer than/);
});
