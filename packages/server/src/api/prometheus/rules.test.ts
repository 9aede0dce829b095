import type { AlertsData, RulesData } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { beforeAll, expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { AlertingRule } from '../../rules/evaluate/alerting-rule.ts';
import { RuleGroup } from '../../rules/evaluate/rule-group.ts';
import type { GroupStatus } from '../../rules/live/group-loop.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import { ApiError } from '../http/errors.ts';
import { ruleRoutes } from './rules.ts';

const AT = Date.UTC(2026, 0, 1, 0, 0, 5, 120);
const FILE = `
groups:
  - name: b
    interval: 90s
    limit: 7
    rules:
      - record: sum:x
        expr: sum( x )
      - record: sum:y
        expr: sum(y)
        labels: {team: core}
      - alert: High
        expr: x>1
        for: 1m
        keep_firing_for: 30s
        labels: {team: core, severity: '{{ $labels.s }}'}
        annotations: {summary: 'at {{ $value }}'}
  - name: a
    rules:
      - alert: Low
        expr: x < 1
`;

let groups: GroupStatus[];

beforeAll(async () => {
  const loaded = loadRuleFile({ file: 'r.yml', text: FILE }).groups ?? [];
  groups = loaded.map((spec) => {
    const group = new RuleGroup(spec, { externalLabels: Labels.EMPTY, externalUrl: '', queryOffsetMs: 0 });
    const run = spec.name === 'b';
    return {
      name: spec.name,
      file: spec.file,
      intervalMs: spec.intervalMs ?? 60_000,
      limit: spec.limit,
      lastEvaluationMs: run ? AT : undefined,
      lastSeconds: run ? 0.25 : 0,
      lastSamples: 0,
      missed: 0,
      rules: group.rules.map((rule, index) => ({
        rule,
        history: run
          ? [{ timeMs: AT, startMs: AT + 80, seconds: 0.001, samples: 1, error: index === 1 ? 'it failed' : undefined }]
          : [],
      })),
    };
  });
  groups.sort((x, y) => (x.name < y.name ? -1 : 1));
  const high = groups[1]?.rules[2]?.rule;
  if (!(high instanceof AlertingRule)) throw new TypeError('not an alerting rule');
  const sample = { labels: Labels.fromObject({ __name__: 'x', s: 'page' }), timestampMs: AT, value: 12 };
  for (const [timeMs, samples] of [
    [AT, [sample]],
    [AT + 60_000, [sample]],
    [AT + 70_000, []],
  ] as const) {
    await high.evaluate(timeMs, 0, 0, () => Promise.resolve(samples));
  }
});

const NO_ALERTMANAGERS = { active: () => [], dropped: () => [] };

async function ask<T>(path: string, query = ''): Promise<T> {
  const route = ruleRoutes({ groups: () => groups }, NO_ALERTMANAGERS).find((each) => each.path === path);
  const input = { method: 'GET', query: new URLSearchParams(query) } as HttpInput;
  const output = await route?.handler(input);
  return (JSON.parse(String(output?.body)) as { data: T }).data;
}

const rules = (query = '') => ask<RulesData>('/api/v1/rules', query);
const namesOf = ({ groups: found }: RulesData) =>
  found.map((group) => [group.name, group.rules.map(({ name }) => name)]);

const ALERT = {
  labels: { alertname: 'High', s: 'page', severity: 'page', team: 'core' },
  annotations: { summary: 'at 12' },
  state: 'firing',
  activeAt: '2026-01-01T00:00:05.12Z',
  keepFiringSince: '2026-01-01T00:01:15.12Z',
  value: '1.2e+01',
};
const RAN = { evaluationTime: 0.001, lastEvaluation: '2026-01-01T00:00:05.2Z' };
const NEVER_RAN = { health: 'unknown', evaluationTime: 0, lastEvaluation: '0001-01-01T00:00:00Z' };

test('groups, rules and alerts have the fields of Prometheus in its order', async () => {
  const answer = await rules();
  expect(JSON.stringify(answer)).toBe(
    JSON.stringify({
      groups: [
        {
          name: 'a',
          file: 'r.yml',
          rules: [
            {
              state: 'unknown',
              name: 'Low',
              query: 'x < 1',
              duration: 0,
              keepFiringFor: 0,
              labels: {},
              annotations: {},
              alerts: [],
              ...NEVER_RAN,
              type: 'alerting',
            },
          ],
          interval: 60,
          limit: 0,
          evaluationTime: 0,
          lastEvaluation: '0001-01-01T00:00:00Z',
        },
        {
          name: 'b',
          file: 'r.yml',
          rules: [
            { name: 'sum:x', query: 'sum(x)', health: 'ok', ...RAN, type: 'recording' },
            {
              name: 'sum:y',
              query: 'sum(y)',
              labels: { team: 'core' },
              health: 'err',
              lastError: 'it failed',
              ...RAN,
              type: 'recording',
            },
            {
              state: 'firing',
              name: 'High',
              query: 'x > 1',
              duration: 60,
              keepFiringFor: 30,
              labels: { severity: '{{ $labels.s }}', team: 'core' },
              annotations: { summary: 'at {{ $value }}' },
              alerts: [ALERT],
              health: 'ok',
              ...RAN,
              type: 'alerting',
            },
          ],
          interval: 90,
          limit: 7,
          evaluationTime: 0.25,
          lastEvaluation: '2026-01-01T00:00:05.12Z',
        },
      ],
    }),
  );
  expect(await ask<AlertsData>('/api/v1/alerts')).toEqual({ alerts: [ALERT] });
});

test.each([
  [
    'type=ALERT',
    [
      ['a', ['Low']],
      ['b', ['High']],
    ],
  ],
  ['type=record', [['b', ['sum:x', 'sum:y']]]],
  ['rule_name[]=High&rule_name[]=sum:x', [['b', ['sum:x', 'High']]]],
  ['rule_group[]=a', [['a', ['Low']]]],
  ['file[]=other.yml', []],
  ['file[]=r.yml&rule_group[]=b&type=alert', [['b', ['High']]]],
  ['match[]={team="core",severity=""}', [['b', ['sum:y']]]],
  ['match[]={severity=~".%2B"}&match[]={team="core",severity=""}', [['b', ['sum:y', 'High']]]],
])('%s', async (query, expected) => {
  expect(namesOf(await rules(query))).toEqual(expected);
});

test('alerts can be left out', async () => {
  const { groups: found } = await rules('exclude_alerts=T&rule_name[]=High');
  expect(found[0]?.rules[0]).toMatchObject({ alerts: null, state: 'firing' });
});

test('pages begin where the last one ended', async () => {
  const first = await rules('group_limit=1');
  expect(namesOf(first)).toEqual([['a', ['Low']]]);
  const second = await rules(`group_limit=1&group_next_token=${first.groupNextToken}`);
  expect(namesOf(second)).toEqual([['b', ['sum:x', 'sum:y', 'High']]]);
  expect(second).not.toHaveProperty('groupNextToken');
});

test.each([
  ['type=alerts', 'invalid parameter "type": not supported value "alerts"'],
  ['type=constructor', 'invalid parameter "type": not supported value "constructor"'],
  ['match[]={x=""}', 'match[] must contain at least one non-empty matcher'],
  [
    'exclude_alerts=yes',
    'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "yes": invalid syntax',
  ],
  [
    'group_next_token=x',
    'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
  ],
  ['group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
  [
    'group_limit=1.5',
    'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "1.5": invalid syntax',
  ],
  [
    'group_limit=2147483648',
    'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "2147483648": value out of range',
  ],
  [
    'group_limit=1&group_next_token=gone',
    `invalid parameter "group_next_token": invalid group_next_token 'gone'. were rule groups changed?`,
  ],
])('%s is refused', async (query, message) => {
  await expect(rules(query)).rejects.toThrow(message);
  await expect(rules(query)).rejects.toBeInstanceOf(ApiError);
});
