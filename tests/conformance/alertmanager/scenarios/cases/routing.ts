/** Which receivers hear, and the time intervals of their routes. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, QUICK, TEAM } from './alerts.ts';

const ALWAYS = [{ times: [{ start_time: '00:00', end_time: '24:00' }] }];
const NEVER = [{ years: ['2000:2001'] }];

export const ROUTING: readonly Scenario[] = [
  {
    name: 'continue',
    route: {
      ...QUICK,
      routes: [
        { receiver: 'first', matchers: ['severity="page"'], continue: true },
        { receiver: 'second', matchers: ['job=~"x|y"'], continue: true, group_by: ['job'] },
        { receiver: 'third', matchers: ['job="x"'] },
        { receiver: 'fourth', matchers: ['severity!=""'] },
      ],
    },
    receivers: { team: [{}], first: [{}], second: [{}], third: [{}], fourth: [{}] },
    steps: [
      {
        at: 0,
        alerts: ['severity=page job=x', 'severity=page', 'job=y', 'job=z', 'severity=info'].map((text) =>
          firing(`Down ${text}`),
        ),
      },
    ],
  },
  {
    name: 'nested',
    route: {
      ...QUICK,
      routes: [
        {
          matchers: ['team="db"'],
          receiver: 'db',
          group_by: ['cluster'],
          routes: [
            {
              matchers: ['severity="page"'],
              receiver: 'pager',
              group_wait: 1.5,
              routes: [{ matchers: ['env="test"'] }],
            },
            { matchers: ['severity="info"'], receiver: 'log', group_by: ['...'] },
          ],
        },
        { matchers: ['team="web"'] },
      ],
    },
    receivers: { team: [{}], db: [{}], pager: [{}], log: [{}] },
    steps: [
      {
        at: 0,
        alerts: [
          'team=db severity=page cluster=a',
          'team=db severity=page cluster=a env=test',
          'team=db severity=info cluster=a',
          'team=db cluster=a',
          'team=web',
          'team=other',
        ].map((text) => firing(`Down ${text}`)),
      },
    ],
  },
  {
    name: 'same-receiver-twice',
    route: {
      ...QUICK,
      routes: [
        { matchers: ['a="1"'], continue: true },
        { matchers: ['b="1"'], group_by: ['b'], continue: true },
        // Two groups of the same key and receiver race for who tells, so the third has another key.
        { matchers: ['a=~"1"'], group_interval: 2 },
      ],
    },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down a=1 b=1', 0)] },
      { at: 4, alerts: [ended('Down a=1 b=1', 0, 4)] },
    ],
  },
  {
    name: 'matchers-old-and-new',
    route: {
      ...QUICK,
      routes: [
        { receiver: 'old', match: { severity: 'page' }, match_re: { job: 'x|y.*' } },
        { receiver: 'new', matchers: ['severity = page', 'job !~ "z.+"', "zone=~'?a|b'?"] },
        { receiver: 'both', match: { severity: 'info' }, matchers: ['{job!=""}'] },
        { receiver: 'empty', matchers: ['severity=""', 'missing!~".+"'] },
      ],
    },
    receivers: { team: [{}], old: [{}], new: [{}], both: [{}], empty: [{}] },
    steps: [
      {
        at: 0,
        alerts: [
          'severity=page job=x',
          'severity=page job=yy',
          'severity=page job=xx zone=b',
          'severity=page job=zz',
          'severity=info',
          'severity=info job=q',
          'job=q',
          'missing=there',
        ].map((text) => firing(`Down ${text}`)),
      },
    ],
  },
  {
    name: 'several-integrations',
    route: { ...QUICK, routes: [{ matchers: ['silent="yes"'], receiver: 'none' }] },
    receivers: { team: [{}, { send_resolved: false }, {}], none: [] },
    steps: [
      { at: 0, alerts: [firing('Down', 0), firing('Down silent=yes', 0)] },
      { at: 2, alerts: [ended('Down', 0, 2)] },
    ],
  },
  {
    name: 'muted',
    route: {
      ...QUICK,
      group_by: ['mute'],
      routes: [
        { matchers: ['mute="now"'], mute_time_intervals: ['always'] },
        { matchers: ['mute="never"'], mute_time_intervals: ['never'] },
        { matchers: ['mute="some"'], mute_time_intervals: ['never', 'always'] },
      ],
    },
    intervals: { always: ALWAYS, never: NEVER },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down mute=now', 0), firing('Down mute=never', 0), firing('Down mute=some', 0)] },
      { at: 3, alerts: [ended('Down mute=now', 0, 3), ended('Down mute=never', 0, 3)] },
    ],
  },
  {
    name: 'active',
    route: {
      ...QUICK,
      group_by: ['active'],
      routes: [
        { matchers: ['active="now"'], active_time_intervals: ['always'] },
        { matchers: ['active="never"'], active_time_intervals: ['never'] },
        { matchers: ['active="some"'], active_time_intervals: ['never', 'always'] },
        { matchers: ['active="both"'], active_time_intervals: ['always'], mute_time_intervals: ['always'] },
      ],
    },
    intervals: { always: ALWAYS, never: NEVER },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: ['now', 'never', 'some', 'both'].map((active) => firing(`Down active=${active}`, 0)) },
      { at: 3, alerts: ['now', 'never', 'some', 'both'].map((active) => ended(`Down active=${active}`, 0, 3)) },
    ],
  },
  {
    name: 'intervals-are-not-inherited',
    route: { ...QUICK, mute_time_intervals: ['always'], routes: [{ matchers: ['child="yes"'] }] },
    intervals: { always: ALWAYS },
    receivers: TEAM,
    steps: [{ at: 0, alerts: [firing('Down'), firing('Down child=yes')] }],
  },
];
