import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import { loadRuleFile } from '../rule-file/load.ts';
import { type LookbackQuery, restoreForState } from './restore.ts';

const MINUTE = 60_000;
const OPTIONS = { forOutageToleranceMs: 60 * MINUTE, forGracePeriodMs: 10 * MINUTE };
/** The process is back. */
const NOW = 1_000 * MINUTE;

async function pendingRule(rule: string): Promise<AlertingRule> {
  const { groups } = loadRuleFile({ file: 'r.yml', text: `groups: [{name: g, rules: [${rule}]}]` });
  const spec = groups?.[0]?.rules[0];
  if (spec?.kind !== 'alerting') throw new TypeError('not an alerting rule');
  const made = new AlertingRule(spec, { externalLabels: Labels.EMPTY, externalUrl: '' });
  made.isRestored = false;
  await made.evaluate(NOW, 0, 0, () => Promise.resolve([{ labels: Labels.EMPTY, timestampMs: NOW, value: 1 }]));
  return made;
}

/** Answers as if the alert began and the process went away that many minutes before now. */
function history(rule: AlertingRule, beganAgo: number, downAgo: number) {
  const texts: string[] = [];
  const query: LookbackQuery = (text) => {
    texts.push(text);
    const isTime = text.startsWith('timestamp');
    const labels = rule.activeAlerts()[0]?.labels ?? Labels.EMPTY;
    const value = (NOW - (isTime ? downAgo : beganAgo) * MINUTE) / 1e3;
    return Promise.resolve([
      { labels: isTime ? labels : labels.with('__name__', 'ALERTS_FOR_STATE'), timestampMs: NOW, value },
    ]);
  };
  return { query, texts };
}

test.each([
  ['an alert that was firing fires at once', 50, 10, 50],
  ['time away does not count', 20, 10, 10],
  ['an alert that was about to fire waits for the grace period', 35, 10, 20],
])('%s', async (_, beganAgo, downAgo, restoredAgo) => {
  const rule = await pendingRule('{alert: A, expr: x, for: 30m}');
  await restoreForState(rule, NOW, history(rule, beganAgo, downAgo).query, OPTIONS);
  expect((NOW - (rule.activeAlerts()[0]?.activeAtMs ?? 0)) / MINUTE).toBe(restoredAgo);
  expect(rule.isRestored).toBe(true);
});

test('what is looked for has the labels of the rule that are no templates', async () => {
  const rule = await pendingRule('{alert: "A b", expr: x, for: 30m, labels: {team: "w\\"b", v: "{{ $value }}"}}');
  const { query, texts } = history(rule, 20, 10);
  await restoreForState(rule, NOW, query, OPTIONS);
  const selector = '{"ALERTS_FOR_STATE","team"="w\\"b","alertname"="A b"}';
  expect(texts).toEqual([selector, `timestamp(${selector})`]);
});

test('a `for` below the grace period is not looked up, and a failure leaves the alert as it is', async () => {
  const short = await pendingRule('{alert: A, expr: x, for: 5m}');
  const { query, texts } = history(short, 20, 10);
  await restoreForState(short, NOW, query, OPTIONS);
  expect([texts, short.isRestored]).toEqual([[], true]);
  const long = await pendingRule('{alert: A, expr: x, for: 30m}');
  await expect(restoreForState(long, NOW, () => Promise.reject(new Error('away')), OPTIONS)).rejects.toThrow('away');
  expect([long.isRestored, long.activeAlerts()[0]?.activeAtMs]).toEqual([true, NOW]);
});
