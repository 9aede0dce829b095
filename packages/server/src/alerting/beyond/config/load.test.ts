import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../../lib/diagnostic-render.ts';
import { loadAlertmanagerConfig } from '../../config/load.ts';
import { containsTime } from '../../intervals/time-interval.ts';
import { checkAlertingFiles } from './check.ts';
import { readBeyondConfig } from './load.ts';

const ALERTMANAGER = `
route: {receiver: team}
receivers: [{name: team}, {name: pager}]
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]}]
`;

function load(text: string, alertmanager = ALERTMANAGER) {
  const beside = readBeyondConfig('sightline.yml', text);
  const loaded = loadAlertmanagerConfig({ file: 'alertmanager.yml', text: alertmanager, beside });
  const { config, diagnostics } = beside.resolve(loaded.config);
  return {
    config,
    intervals: loaded.config?.timeIntervals,
    own: loaded.diagnostics,
    print: renderDiagnostics(diagnostics, new Map([['sightline.yml', text]])),
  };
}

test('everything given', () => {
  const { config, print } = load(`
alerting:
  escalations:
    - name: critical
      matchers: [severity="critical"]
      steps:
        - {after: 15m, receiver: pager, active_time_intervals: [nights]}
        - {after: 1h, receiver: team}
  rate_limits:
    - {receiver: pager, notifications: 20, per: 1h}
  correlation: {labels: [cluster], window: 2m}
`);
  expect(print).toBe('');
  expect(config).toMatchObject({
    escalations: [
      {
        name: 'critical',
        matchers: [{ name: 'severity', op: '=', value: 'critical' }],
        steps: [
          { afterMs: 900_000, receiver: 'pager', activeTimeIntervals: ['nights'] },
          { afterMs: 3_600_000, receiver: 'team', activeTimeIntervals: [] },
        ],
      },
    ],
    correlation: { labels: ['cluster'], windowMs: 120_000 },
  });
  expect([...config.rateLimits.values()]).toEqual([{ receiver: 'pager', notifications: 20, perMs: 3_600_000 }]);
});

test('without the keys: no escalation, no limit, alerts of a service or instance belong together', () => {
  expect(load('alerting: {max_alerts: 5}\n').config).toEqual({
    escalations: [],
    rateLimits: new Map(),
    correlation: { labels: ['service', 'instance'], windowMs: 300_000 },
  });
});

test('every mistake at once, with its place and its fix', () => {
  expect(
    load(`
alerting:
  escalations:
    - name: critical
      matcher: [a="b"]
      steps:
        - {after: 15, receiver: pagr}
        - {after: 5m, receiver: team, active_time_intervals: [night]}
        - {after: 1m}
  rate_limits:
    - {receiver: pager, notifications: 0, per: 1h}
    - {receiver: pager, per: 2d}
`).print,
  ).toMatchInlineSnapshot(`
    "error[config/invalid-duration]: \`15\` is not a duration
     --> sightline.yml:7:19
      |
    7 |         - {after: 15, receiver: pagr}
      |                   ^^
      = key: alerting.escalations[0].steps[0].after
      = help: add a unit: \`15s\` for seconds

    error[alerting/step-order]: this step comes before the one above it
     --> sightline.yml:9:19
      |
    9 |         - {after: 1m}
      |                   ^^
      = key: alerting.escalations[0].steps[2].after
      = help: the time of each step counts from the start of the alert; put the steps in their order

    error[config/missing-key]: a step has no receiver
     --> sightline.yml:9:12
      |
    9 |         - {after: 1m}
      |            ^^^^^
      = key: alerting.escalations[0].steps[2]
      = help: name a receiver of alertmanager.yml

    error[config/unknown-key]: unknown key \`matcher\` in \`alerting.escalations[0]\`
     --> sightline.yml:5:7
      |
    5 |       matcher: [a="b"]
      |       ^^^^^^^
      = key: alerting.escalations[0].matcher
      = help: did you mean \`matchers\`?

    error[config/out-of-range]: \`0\` is outside 1 to 1000
      --> sightline.yml:11:40
       |
    11 |     - {receiver: pager, notifications: 0, per: 1h}
       |                                        ^
       = key: alerting.rate_limits[0].notifications

    error[alerting/duplicate-limit]: there are two limits for the receiver \`pager\`
      --> sightline.yml:12:18
       |
    12 |     - {receiver: pager, per: 2d}
       |                  ^^^^^
       = key: alerting.rate_limits[1].receiver
       = help: keep one

    error[config/missing-key]: a limit has no number
      --> sightline.yml:12:8
       |
    12 |     - {receiver: pager, per: 2d}
       |        ^^^^^^^^
       = key: alerting.rate_limits[1]
       = help: write how many messages in which time: \`notifications: 20\`, \`per: 1h\`

    error[config/out-of-range]: \`per\` has to be from 1s to 1d
      --> sightline.yml:12:30
       |
    12 |     - {receiver: pager, per: 2d}
       |                              ^^
       = key: alerting.rate_limits[1].per
       = help: write a time such as \`5m\` or \`1h\`

    error[alerting/unknown-receiver]: there is no receiver \`pagr\`
     --> sightline.yml:7:33
      |
    7 |         - {after: 15, receiver: pagr}
      |                                 ^^^^
      = key: alerting.escalations[0].steps[0].receiver
      = help: did you mean \`pager\`?

    error[alerting/unknown-time-interval]: there is no time interval \`night\`
     --> sightline.yml:8:63
      |
    8 |         - {after: 5m, receiver: team, active_time_intervals: [night]}
      |                                                               ^^^^^
      = key: alerting.escalations[0].steps[1].active_time_intervals[0]
      = help: did you mean \`nights\`?
    "
  `);
});

describe('business hours', () => {
  const WEEK =
    'alerting: {business_hours: {timezone: Europe/Berlin, weekdays: ["monday:thursday"], hours: ["08:00-12:00", "13:00-17:00"]}}\n';
  const ROUTES = `
route:
  receiver: team
  routes: [{receiver: pager, active_time_intervals: [off-hours]}, {receiver: team, mute_time_intervals: [business-hours]}]
receivers: [{name: team}, {name: pager}]
`;

  test.each([
    // 2026-03-02 is a Monday; Berlin is an hour ahead of UTC.
    ['2026-03-02T06:59:00Z', 'off-hours'],
    ['2026-03-02T07:00:00Z', 'business-hours'],
    ['2026-03-02T11:30:00Z', 'off-hours'],
    ['2026-03-05T15:59:00Z', 'business-hours'],
    ['2026-03-05T16:00:00Z', 'off-hours'],
    ['2026-03-06T09:00:00Z', 'off-hours'],
    ['2026-03-30T06:00:00Z', 'business-hours'],
  ])('%s is within %s and not the other', (time, name) => {
    const { intervals, print } = load(WEEK, ROUTES);
    expect(print).toBe('');
    const within = [...(intervals ?? [])].filter(([, list]) =>
      list.some((each) => containsTime(each, Date.parse(time))),
    );
    expect(within.map(([found]) => found)).toEqual([name]);
  });

  test('alertmanager.yml alone does not know them, as amtool does not', () => {
    const { diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text: ROUTES });
    expect(diagnostics.map(({ code }) => code)).toContain('alertmanager/unknown-time-interval');
  });

  test('a time interval of the same name in alertmanager.yml is a mistake of sightline.yml', () => {
    const own = `${ALERTMANAGER.trim().replace('name: nights', 'name: off-hours')}\n`;
    expect(load(WEEK, own).print).toContain('alertmanager.yml defines the time interval `off-hours` too');
  });

  test('hours over midnight, no zone, an unknown zone', () => {
    expect(load('alerting: {business_hours: {hours: ["22:00-06:00"]}}\n').print).toMatch(
      /no time zone[\s\S]*the end is not after the start[\s\S]*two ranges/,
    );
    expect(load('alerting: {business_hours: {timezone: Berlin}}\n').print).toContain('there is no time zone `Berlin`');
  });

  test('around the clock there are no off-hours', () => {
    const { intervals } = load(
      'alerting: {business_hours: {timezone: UTC, weekdays: ["sunday:saturday"], hours: ["00:00-24:00"]}}\n',
    );
    expect(intervals?.get('off-hours')).toEqual([]);
  });
});

test('a receiver or an interval that only an escalation uses is not called unused', () => {
  const used =
    'alerting: {escalations: [{name: a, steps: [{after: 1m, receiver: pager, active_time_intervals: [nights]}]}]}\n';
  expect(load(used).own).toEqual([]);
  expect(load('{}').own.map(({ code }) => code)).toEqual([
    'alertmanager/unused-receiver',
    'alertmanager/unused-interval',
  ]);
});

test('checked together with the alertmanager.yml that it names; receivers are not looked for when it names none', () => {
  const texts: Record<string, string> = {
    's.yml': 'alerting: {rate_limits: [{receiver: pagr, notifications: 1, per: 1h}]}\n',
    'a.yml': ALERTMANAGER,
  };
  const files = { readText: (name: string) => texts[name] ?? '', exists: () => true, glob: () => [] };
  const check = (alertmanagerFile: string) => checkAlertingFiles({ file: 's.yml', alertmanagerFile, files });
  expect(check('a.yml')).toMatchObject({ isValid: false });
  expect(check('a.yml').diagnostics.find(({ severity }) => severity === 'error')?.hint).toBe('did you mean `pager`?');
  expect(check('')).toEqual({ isValid: true, diagnostics: [], sources: new Map() });
});

test('the example of the reference is right', () => {
  const page = new URL('../../../../../../docs/reference/alerting.md', import.meta.url);
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? [];
  const { config, print } = load(
    example,
    'route: {receiver: pager}\nreceivers: [{name: pager}, {name: lead}, {name: chat}]\n',
  );
  expect(print).toBe('');
  expect(config.escalations).toHaveLength(1);
});
