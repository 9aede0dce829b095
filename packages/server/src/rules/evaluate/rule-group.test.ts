import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { loadRuleFile } from '../rule-file/load.ts';
import { TestStore } from '../unit-test/test-store.ts';
import { createRuleQuery } from './instant-query.ts';
import type { RuleBatch, RuleWriter, WriteResult } from './ports.ts';
import { RuleGroup } from './rule-group.ts';

const MINUTE = 60_000;

function setUp(group: string, series: Record<string, (number | undefined)[]> = {}) {
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text: `groups:\n  - ${group}\n` });
  const spec = groups?.[0];
  if (spec === undefined) throw new Error(JSON.stringify(diagnostics));
  const store = new TestStore();
  for (const [name, values] of Object.entries(series)) {
    store.load(Labels.fromObject({ __name__: name }), values, 0, MINUTE);
  }
  const query = createRuleQuery({
    source: store,
    limits: { maxSamples: 1_000, maxSeries: 100 },
    signal: new AbortController().signal,
  });
  const batches: RuleBatch[] = [];
  const writer: RuleWriter & { answer: WriteResult | undefined } = {
    answer: undefined,
    write(batch) {
      batches.push(batch);
      return writer.answer ?? store.write(batch);
    },
  };
  const ruleGroup = new RuleGroup(spec, { externalLabels: Labels.EMPTY, externalUrl: '', queryOffsetMs: 0 });
  const evaluate = (minute: number) => {
    store.nowMs = minute * MINUTE;
    return ruleGroup.evaluate(minute * MINUTE, { query, writer });
  };
  const written = () =>
    batches.map(({ timeMs, series: labels, values, vanished }) => ({
      minute: timeMs / MINUTE,
      samples: labels.map((set, index) => `${set} ${values[index]}`),
      vanished: vanished.map(String),
    }));
  return { evaluate, written, writer, ruleGroup };
}

test('later rules see what earlier ones wrote at the same time', async () => {
  const { evaluate, written } = setUp('{name: g, rules: [{record: a, expr: x * 2}, {record: b, expr: a + 1}]}', {
    x: [1, 2],
  });
  await evaluate(0);
  const outcomes = await evaluate(1);
  expect(outcomes.map(({ samples, error }) => [samples, error])).toEqual([
    [1, undefined],
    [1, undefined],
  ]);
  expect(written().slice(2)).toEqual([
    { minute: 1, samples: ['a 4'], vanished: [] },
    { minute: 1, samples: ['b 5'], vanished: [] },
  ]);
});

test('a rule that fails does not stop the others, and what it wrote before is not called vanished', async () => {
  const { evaluate, written } = setUp(
    '{name: g, rules: [{record: a, expr: "x / on() group_left() ({__name__=~\\"x|y\\"})"}, {record: b, expr: x}]}',
    { x: [1, 2], y: [undefined, 7] },
  );
  const errors = [];
  for (const minute of [0, 1]) errors.push(...(await evaluate(minute)).map(({ error }) => error?.message ?? ''));
  expect(errors.map((message) => message !== '')).toEqual([false, false, true, false]);
  expect(written().map(({ samples, vanished }) => [samples, vanished])).toEqual([
    [['a 1'], []],
    [['b 1'], []],
    [['b 2'], []],
  ]);
});

test('what is gone is named once, and its series may come back', async () => {
  const { evaluate, written, ruleGroup } = setUp('{name: g, rules: [{record: a, expr: x > 1}]}', { x: [5, 1, 1, 5] });
  expect(ruleGroup.isIdle(0)).toBe(true);
  for (const minute of [0, 1, 2, 3]) await evaluate(minute);
  expect(written()).toEqual([
    { minute: 0, samples: ['a 5'], vanished: [] },
    { minute: 1, samples: [], vanished: ['a'] },
    { minute: 3, samples: ['a 5'], vanished: [] },
  ]);
  expect(ruleGroup.isIdle(0)).toBe(false);
});

test('the offset of the group moves what is read and what is written', async () => {
  const { evaluate, written } = setUp('{name: g, query_offset: 1m, rules: [{record: a, expr: x}]}', { x: [1, 2, 3] });
  await evaluate(2);
  expect(written()).toEqual([{ minute: 1, samples: ['a 2'], vanished: [] }]);
});

test('a sample that is refused fails the rule and is not called vanished later', async () => {
  const { evaluate, written, writer } = setUp('{name: g, rules: [{record: a, expr: x > 1}]}', { x: [5, 1] });
  writer.answer = { refused: [0], reason: 'out of order sample' };
  const [outcome] = await evaluate(0);
  expect(outcome?.error?.message).toBe('out of order sample');
  writer.answer = undefined;
  await evaluate(1);
  expect(written()).toHaveLength(1);
});

test.each([
  [
    '{record: a, expr: "label_replace(x, \\"b\\", \\"1\\", \\"\\", \\"\\") or x", labels: {b: c}}',
    'after applying rule labels',
  ],
  ['{record: a, expr: "x[1m]"}', 'rule result is not a vector or scalar'],
])('%s fails', async (rule, message) => {
  const { evaluate, written } = setUp(`{name: g, rules: [${rule}]}`, { x: [1] });
  const [outcome] = await evaluate(0);
  expect(outcome?.error?.message).toContain(message);
  expect(written()).toEqual([]);
});

test('more series than the limit fail a recording rule', async () => {
  const { evaluate } = setUp('{name: g, limit: 1, rules: [{record: a, expr: "{__name__=~\\"x|y\\"}", labels: {}}]}', {
    x: [1],
  });
  expect((await evaluate(0))[0]?.error).toBeUndefined();
  const many = setUp(
    '{name: g, limit: 1, rules: [{record: a, expr: "label_replace(x, \\"b\\", \\"1\\", \\"\\", \\"\\") or x"}]}',
    {
      x: [1],
    },
  );
  expect((await many.evaluate(0))[0]?.error?.message).toBe('exceeded limit of 1 with 2 series');
});
