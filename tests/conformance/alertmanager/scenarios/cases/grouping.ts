/** Who is told together, and when: group_by, group_wait, group_interval, repeat_interval, payloads of groups. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, QUICK, TEAM } from './alerts.ts';

export const GROUPING: readonly Scenario[] = [
  {
    name: 'group-by-name',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=b job=x'), firing('Down instance=a job=x'), firing('Slow instance=a')] },
      { at: 2, alerts: [firing('Down instance=c job=y')] },
      { at: 3, alerts: [firing('Slow instance=b'), firing('Other')] },
    ],
  },
  {
    name: 'group-by-all',
    route: { ...QUICK, group_by: ['...'] },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a'), firing('Down instance=b'), firing('Down')] },
      { at: 2, alerts: [ended('Down instance=a', 0, 2)] },
    ],
  },
  {
    name: 'group-by-nothing',
    route: { ...QUICK, group_by: [] },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a'), firing('Slow instance=a severity=page')] },
      { at: 1, alerts: [firing('Slow instance=b')] },
    ],
  },
  {
    name: 'group-by-absent-label',
    route: { ...QUICK, group_by: ['cluster', 'alertname', 'zone'] },
    receivers: TEAM,
    steps: [
      {
        at: 0,
        alerts: [firing('Down cluster=x'), firing('Down'), firing('Down zone=z'), firing('Down cluster=x n=1')],
      },
    ],
  },
  {
    name: 'wait-for-company',
    route: { ...QUICK, group_wait: 2.5, group_interval: 2 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0)] },
      { at: 1, alerts: [firing('Down instance=b', 1)] },
      { at: 2, alerts: [firing('Down instance=c', 2)] },
      { at: 3, alerts: [firing('Down instance=d', 3)] },
    ],
  },
  {
    name: 'old-alerts-do-not-wait',
    route: { ...QUICK, group_wait: 4.5, group_interval: 1.25 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', -10)] },
      { at: 2, alerts: [firing('Slow instance=a', 2)] },
      { at: 3, alerts: [firing('Slow instance=b', -10), firing('Down instance=b', 3)] },
      { at: 4, alerts: [firing('Slow instance=c', -10)] },
    ],
  },
  {
    name: 'long-interval',
    route: { ...QUICK, group_interval: 4 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a')] },
      { at: 1, alerts: [firing('Down instance=b')] },
      { at: 2, alerts: [ended('Down instance=a', 0, 2), firing('Down instance=c')] },
      { at: 6, alerts: [firing('Down instance=a')] },
    ],
  },
  {
    name: 'repeats',
    route: { ...QUICK, repeat_interval: 1.5 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down')] },
      { at: 7, alerts: [ended('Down', 0, 7)] },
    ],
  },
  {
    name: 'repeats-anew-after-a-change',
    route: { ...QUICK, repeat_interval: 3.5 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a')] },
      { at: 2, alerts: [firing('Down instance=b')] },
    ],
  },
  {
    name: 'nothing-new-is-not-told',
    route: QUICK,
    receivers: TEAM,
    steps: [0, 1, 2, 3, 4, 5].map((at) => ({
      at,
      alerts: [firing('Down instance=a', 0), firing('Down instance=b', 0)],
    })),
  },
  {
    name: 'annotations-alone-do-not-tell',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0, { value: '1', summary: 'same' })] },
      { at: 1, alerts: [firing('Down instance=a', 0, { value: '2', summary: 'same' })] },
      { at: 3, alerts: [firing('Down instance=b', 3, { value: '3', summary: 'same' })] },
    ],
  },
  {
    name: 'order-in-a-group',
    route: { ...QUICK, group_by: [] },
    receivers: TEAM,
    steps: [
      {
        at: 0,
        alerts: [
          firing('Z instance=b job=a'),
          firing('A instance=a job=b'),
          firing('A instance=c'),
          firing('B'),
          firing('A b=1'),
          firing('A a=2'),
          firing('A a=1 b=1'),
          firing('Z instance=a job=a'),
          firing('Ä instance=ü'),
        ],
      },
    ],
  },
  {
    name: 'max-alerts',
    route: { ...QUICK, group_by: [] },
    receivers: { team: [{ max_alerts: 2 }, { max_alerts: 1, send_resolved: false }, { max_alerts: 0 }] },
    steps: [
      { at: 0, alerts: [firing('A n=1'), firing('A n=2'), firing('B')] },
      { at: 1, alerts: [firing('C')] },
      { at: 3, alerts: [ended('A n=1', 0, 3), ended('A n=2', 0, 3), ended('B', 0, 3), ended('C', 1, 3)] },
    ],
  },
  {
    name: 'strange-labels',
    route: { ...QUICK, group_by: ['...'] },
    receivers: TEAM,
    steps: [
      {
        at: 0,
        alerts: [
          { labels: { alertname: 'Q "quoted" \\ back', text: 'line\nbreak\ttab' }, annotations: { a: '<b>&"\u2028' } },
          { labels: { alertname: 'Ünï', emoji: '🔥', empty: '', control: '\u0001\u007f' } },
        ],
      },
    ],
  },
];
