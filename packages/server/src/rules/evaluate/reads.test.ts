import { Labels } from '@sightline/model';
import { expect, test, vi } from 'vitest';
import { loadRuleFile } from '../rule-file/load.ts';
import { areRead } from './reads.ts';
import { RuleGroup, type RuleIo } from './rule-group.ts';

function specOf(rules: string) {
  const loaded = loadRuleFile({ file: 'rules.yml', text: `groups:\n  - name: g\n    rules:\n${rules}` });
  const [spec] = loaded.groups ?? [];
  if (spec === undefined) throw new Error(loaded.diagnostics[0]?.message);
  return spec;
}

const record = (name: string, expr: string) => `      - {record: '${name}', expr: '${expr}'}\n`;
const alert = (name: string, expr: string, summary = '') =>
  `      - {alert: '${name}', expr: '${expr}', annotations: {summary: '${summary}'}}\n`;

test.each([
  ['no rule reads another', record('a', 'x') + record('b', 'y') + alert('C', 'z > 1'), [false, false, false]],
  ['the next reads it', record('a', 'x') + alert('B', 'sum(rate(a[5m])) > 1'), [true, false]],
  ['one further behind reads it', record('a', 'x') + record('b', 'y') + alert('C', 'a > 1'), [true, false, false]],
  ['an earlier one reads it, an interval later', alert('A', 'b > 1') + record('b', 'y'), [false, false]],
  ['a selector without a name reads all', record('a', 'x') + alert('B', '{job="a"} > 1'), [true, false]],
  ['a pattern of names may read it', record('a', 'x') + alert('B', '{__name__=~"a|b"} > 1'), [true, false]],
  ['alerts are read as a series', alert('A', 'x > 1') + record('b', 'count(ALERTS)'), [true, false]],
  ['a text asks the store', record('a', 'x') + alert('B', 'y > 1', '{{ query "a" }}'), [true, false]],
])('%s', (_, rules, expected) => {
  expect(areRead(specOf(rules).rules)).toEqual(expected);
});

test('the next rule begins before what it does not read is stored, and waits for what it reads', async () => {
  const spec = specOf(record('a', 'vector(1)') + record('b', 'vector(2)') + record('c', 'b + 1'));
  const group = new RuleGroup(spec, { queryOffsetMs: 0, externalLabels: Labels.EMPTY, externalUrl: '' });
  const stored: (() => void)[] = [];
  const io: RuleIo = {
    query: async () => [{ labels: Labels.EMPTY, timestampMs: 0, value: 1 }],
    writer: { write: () => new Promise<undefined>((resolve) => stored.push(() => resolve(undefined))) },
  };
  const first = await group.startRule(0, 0, io);
  let isSecondThrough = false;
  const second = group.startRule(1, 0, io).then((started) => {
    isSecondThrough = true;
    return started;
  });
  await vi.waitFor(() => expect(stored).toHaveLength(2));
  stored[0]?.();
  expect(await first.outcome).toMatchObject({ samples: 1, error: undefined });
  expect(isSecondThrough).toBe(false);
  stored[1]?.();
  expect(await (await second).outcome).toMatchObject({ samples: 1, error: undefined });
});
