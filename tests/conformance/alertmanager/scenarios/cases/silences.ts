/** Silences in every order with alerts and flushes. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, QUICK, TEAM } from './alerts.ts';

const silence = (from: number, to: number, ...matchers: string[]) => ({ ref: 's', matchers, from, to });

export const SILENCES: readonly Scenario[] = [
  {
    name: 'silence-before',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(0, 4, 'instance=a') },
      { at: 1, alerts: [firing('Down instance=a', 1), firing('Down instance=b', 1), firing('Slow instance=a', 1)] },
    ],
  },
  {
    name: 'silence-during',
    route: { ...QUICK, repeat_interval: 1.5 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0)] },
      { at: 1, silence: silence(1, 7, 'instance=a') },
      { at: 3, alerts: [firing('Down instance=b', 3)] },
    ],
  },
  {
    name: 'silence-expired-by-hand',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(0, 50, 'alertname=Down'), alerts: [firing('Down', 0)] },
      { at: 4, expire: 's' },
    ],
  },
  {
    name: 'silence-made-longer',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(0, 3, 'alertname=Down'), alerts: [firing('Down', 0)] },
      { at: 2, silence: silence(0, 6, 'alertname=Down') },
    ],
  },
  {
    name: 'silence-made-shorter',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(0, 50, 'alertname=Down'), alerts: [firing('Down', 0)] },
      { at: 2, silence: silence(0, 4, 'alertname=Down') },
    ],
  },
  {
    name: 'silence-with-other-matchers',
    route: { ...QUICK, group_by: ['instance'] },
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(0, 50, 'instance=a'), alerts: [firing('Down instance=a'), firing('Down instance=b')] },
      { at: 3, silence: silence(3, 6, 'instance=b'), alerts: [firing('Slow instance=b')] },
    ],
  },
  {
    name: 'silence-pending',
    route: { ...QUICK, repeat_interval: 0.5 },
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(3, 6, 'alertname=Down'), alerts: [firing('Down', 0)] },
      { at: 1, silence: silence(4, 6, 'alertname=Down') },
    ],
  },
  {
    name: 'silence-pending-expired',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: silence(2, 50, 'alertname=Down') },
      { at: 1, expire: 's' },
      { at: 3, alerts: [firing('Down', 3)] },
    ],
  },
  {
    name: 'silence-operators',
    route: { ...QUICK, group_by: ['...'] },
    receivers: TEAM,
    steps: [
      { at: 0, silence: { ref: 'a', matchers: ['instance=~a.*|b', 'job!=x'], from: 0, to: 50 } },
      { at: 0, silence: { ref: 'b', matchers: ['job!~x|y', 'zone='], from: 0, to: 50 } },
      {
        at: 1,
        alerts: ['ab job=z', 'b job=x', 'b', 'c job=y', 'c job=z zone=1', 'c job=z', 'xab job=y'].map((text) =>
          firing(`Down instance=${text}`),
        ),
      },
    ],
  },
  {
    name: 'silenced-when-it-ends',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0), firing('Slow instance=a', 0), firing('Slow instance=b', 0)] },
      { at: 1, silence: silence(1, 5, 'instance=a') },
      { at: 3, alerts: [ended('Down instance=a', 0, 3), ended('Slow instance=a', 0, 3)] },
      { at: 7, alerts: [firing('Down instance=a', 7), firing('Slow instance=a', 7)] },
    ],
  },
];
