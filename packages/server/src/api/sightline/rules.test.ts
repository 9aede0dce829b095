import type { RuleGroups } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { RuleGroup } from '../../rules/evaluate/rule-group.ts';
import { createRuleQuery } from '../../rules/evaluate/instant-query.ts';
import type { GroupStatus } from '../../rules/live/group-loop.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import { TestStore } from '../../rules/unit-test/test-store.ts';
import { ruleGroupRoutes } from './rules.ts';
import { answerMismatches } from './testing/schema-check.ts';

const FILE = `
groups:
  - name: hosts
    limit: 9
    rules:
      - {record: 'up:count', expr: count(up)}
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1m
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} is down'}
`;

async function setUp() {
  const spec = loadRuleFile({ file: 'rules.yml', text: FILE }).groups?.[0];
  if (spec === undefined) throw new Error('the rules are wrong');
  const group = new RuleGroup(spec, { externalLabels: Labels.EMPTY, externalUrl: '', queryOffsetMs: 0 });
  const store = new TestStore();
  store.load(Labels.fromObject({ __name__: 'up', instance: 'a' }), [0, 0], 0, 60_000);
  store.nowMs = 60_000;
  const limits = { maxSamples: 100, maxSeries: 100 };
  const query = createRuleQuery({ source: store, limits, signal: new AbortController().signal });
  await group.evaluate(60_000, { query, writer: store });
  const history = [
    { timeMs: 0, startMs: 1, seconds: 0.5, samples: 0, error: undefined },
    { timeMs: 60_000, startMs: 60_001, seconds: 1, samples: 0, error: 'too many' },
  ];
  const status: GroupStatus = {
    name: 'hosts',
    file: 'rules.yml',
    intervalMs: 60_000,
    limit: 9,
    lastEvaluationMs: undefined,
    lastSeconds: 1,
    lastSamples: 1,
    missed: 2,
    rules: group.rules.map((rule, index) => ({ rule, history: index === 0 ? [] : history })),
  };
  return ruleGroupRoutes({ groups: () => [status], nowMs: () => 1 });
}

test('answers are as the document says', async () => {
  expect(await answerMismatches(await setUp(), {})).toEqual([]);
});

test('a rule has its settings, state and last evaluations', async () => {
  const [route] = await setUp();
  const { body } = (await route?.handler({} as HttpInput)) ?? {};
  const { groups } = JSON.parse(String(body)) as RuleGroups;
  expect(groups[0]).toMatchObject({ name: 'hosts', limit: 9, missedEvaluations: 2, lastEvaluationMs: null });
  expect(groups[0]?.rules).toMatchObject([
    { kind: 'recording', name: 'up:count', health: 'unknown', state: null, evaluations: [] },
    {
      kind: 'alerting',
      name: 'Down',
      expr: 'up == 0',
      forMs: 300_000,
      keepFiringForMs: 60_000,
      labels: { severity: 'critical' },
      annotations: { summary: '{{ $labels.instance }} is down' },
      health: 'err',
      state: 'pending',
      pending: 1,
      firing: 0,
      evaluations: [{ error: null }, { seconds: 1, error: 'too many' }],
    },
  ]);
});
