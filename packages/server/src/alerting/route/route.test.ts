import { Labels, Matcher } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { RouteConfig } from '../config/types.ts';
import { Route } from './route.ts';

function config(fields: Partial<RouteConfig>): RouteConfig {
  return {
    receiver: undefined,
    groupBy: undefined,
    groupWaitMs: undefined,
    groupIntervalMs: undefined,
    repeatIntervalMs: undefined,
    matchers: [],
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
    ...fields,
  };
}

const eq = (name: string, value: string) => new Matcher(name, '=', value);
const labels = (object: Record<string, string>) => Labels.fromObject(object);

const tree = new Route(
  config({
    receiver: 'default',
    groupBy: ['alertname'],
    groupWaitMs: 10_000,
    routes: [
      config({
        receiver: 'team-a',
        matchers: [eq('team', 'a')],
        routes: [
          config({ receiver: 'page', matchers: [eq('severity', 'critical')], continue: true, groupBy: '...' }),
          config({ receiver: 'chat', matchers: [new Matcher('severity', '=~', 'critical|warning')], groupWaitMs: 0 }),
        ],
      }),
      config({ receiver: 'audit', matchers: [eq('env', 'prod')], continue: true }),
      config({ receiver: 'prod', matchers: [eq('env', 'prod'), new Matcher('a"b', '!=', 'x')] }),
    ],
  }),
);
const receivers = (object: Record<string, string>) => tree.match(labels(object)).map((route) => route.receiver);

describe('match', () => {
  test('the deepest route wins; a parent counts only when no child matches', () => {
    expect(receivers({ team: 'a' })).toEqual(['team-a']);
    expect(receivers({ team: 'a', severity: 'warning' })).toEqual(['chat']);
    expect(receivers({ team: 'b' })).toEqual(['default']);
  });

  test('continue asks the next siblings too', () => {
    expect(receivers({ team: 'a', severity: 'critical' })).toEqual(['page', 'chat']);
    expect(receivers({ env: 'prod' })).toEqual(['audit', 'prod']);
    expect(receivers({ env: 'prod', 'a"b': 'x' })).toEqual(['audit']);
  });
});

describe('what a route inherits', () => {
  test('grouping and times come from the nearest parent that has them', () => {
    const [page, chat] = tree.match(labels({ team: 'a', severity: 'critical' }));
    expect([page?.groupWaitMs, chat?.groupWaitMs, chat?.groupIntervalMs, chat?.repeatIntervalMs]).toEqual([
      10_000, 0, 300_000, 14_400_000,
    ]);
    const all = labels({ alertname: 'X', team: 'a', severity: 'critical' });
    expect(page?.groupLabels(all)).toEqual(all);
    expect(chat?.groupLabels(all).toObject()).toEqual({ alertname: 'X' });
  });
});

describe('keys', () => {
  test('the matchers of the path, then the group labels', () => {
    const [route] = tree.match(labels({ team: 'a', severity: 'warning' }));
    expect(route?.groupKey(labels({ alertname: 'A "b"\n', x: 'é' }))).toBe(
      '{}/{team="a"}/{severity=~"critical|warning"}:{alertname="A \\"b\\"\\n", x="é"}',
    );
  });

  test('matchers are in order of name, whatever the order in the file', () => {
    const route = new Route(config({ matchers: [eq('b', 'x\\"'), new Matcher('a', '!~', '1')] }));
    expect(route.key).toBe('{a!~"1",b="x\\\\\\""}');
  });
});
