import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { loadRuleFile } from '../rule-file/load.ts';
import { RuleGroup } from './rule-group.ts';

test.each(['record: r', 'alert: A'])('a rule with %s over many series lets timers run', async (head) => {
  const text = `groups: [{name: g, rules: [{${head}, expr: x, labels: {l: m}}]}]`;
  const spec = loadRuleFile({ file: 'r', text }).groups?.[0];
  if (spec === undefined) throw new Error('not loaded');
  const vector = Array.from({ length: 20_000 }, (_, i) => ({
    labels: Labels.fromObject({ __name__: 'x', instance: String(i) }),
    timestampMs: 0,
    value: i,
  }));
  const group = new RuleGroup(spec, { externalLabels: Labels.EMPTY, externalUrl: '', queryOffsetMs: 0 });
  let turns = 0;
  const count = setInterval(() => turns++, 1);
  const [outcome] = await group.evaluate(0, { query: async () => vector, writer: { write: () => undefined } });
  clearInterval(count);
  expect(outcome?.error).toBeUndefined();
  expect(turns).toBeGreaterThan(1);
});
