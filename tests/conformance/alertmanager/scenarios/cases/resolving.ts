/** Ends of alerts: told, guessed, taken back. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, labelsOf, QUICK, TEAM } from './alerts.ts';

const QUIET = { team: [{ send_resolved: false }] };

export const RESOLVING: readonly Scenario[] = [
  {
    name: 'ends',
    route: QUICK,
    receivers: { team: [{}, { send_resolved: false }] },
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0), firing('Down instance=b', 0)] },
      { at: 2, alerts: [ended('Down instance=a', 0, 2)] },
      { at: 4, alerts: [ended('Down instance=b', 0, 4)] },
    ],
  },
  {
    name: 'ends-by-its-own-time',
    route: QUICK,
    receivers: TEAM,
    steps: [{ at: 0, alerts: [ended('Down instance=a', 0, 2), ended('Down instance=b', 0, 4)] }],
  },
  {
    name: 'resolve-timeout',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [{ labels: labelsOf('Down instance=a') }, { labels: labelsOf('Slow instance=a') }] },
      { at: 2, alerts: [{ labels: labelsOf('Slow instance=a') }] },
    ],
  },
  {
    name: 'timeout-kept-alive',
    route: QUICK,
    receivers: TEAM,
    steps: [0, 1, 2, 3, 4, 5].map((at) => ({ at, alerts: [{ labels: labelsOf('Down'), startsAt: 0 }] })),
  },
  {
    name: 'end-then-timeout',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down', 0), ended('Slow', 0, 5)] },
      {
        at: 1,
        alerts: [
          { labels: labelsOf('Down'), startsAt: 1 },
          { labels: labelsOf('Slow'), startsAt: 1 },
        ],
      },
      { at: 2, alerts: [{ labels: labelsOf('Up'), startsAt: 2 }, ended('Slow', 2, 3)] },
      { at: 3, alerts: [ended('Up', 2, 4)] },
    ],
  },
  {
    name: 'ends-before-it-was-told',
    route: { ...QUICK, group_wait: 2.5 },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0), firing('Slow instance=a', 0), firing('Slow instance=b', 0)] },
      { at: 1, alerts: [ended('Down instance=a', 0, 1), ended('Slow instance=b', 0, 1)] },
      { at: 5, alerts: [firing('Down instance=a', 5)] },
    ],
  },
  {
    name: 'fires-again-within-the-interval',
    route: { ...QUICK, group_interval: 4 },
    receivers: { team: [{}, { send_resolved: false }] },
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0), firing('Down instance=b', 0)] },
      { at: 1, alerts: [ended('Down instance=a', 0, 1)] },
      { at: 2, alerts: [firing('Down instance=a', 2)] },
    ],
  },
  {
    name: 'fires-again-later',
    route: QUICK,
    receivers: { team: [{}, { send_resolved: false }] },
    steps: [
      { at: 0, alerts: [firing('Down', 0)] },
      { at: 2, alerts: [ended('Down', 0, 2)] },
      { at: 4, alerts: [firing('Down', 4)] },
      { at: 6, alerts: [ended('Down', 4, 6)] },
      { at: 8, alerts: [firing('Down', 8)] },
    ],
  },
  {
    name: 'quiet-receiver-ends-and-fires',
    route: { ...QUICK, group_interval: 2 },
    receivers: QUIET,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0), firing('Down instance=b', 0)] },
      { at: 2, alerts: [ended('Down instance=a', 0, 2)] },
      { at: 4, alerts: [firing('Down instance=a', 4)] },
      { at: 6, alerts: [ended('Down instance=a', 4, 6), ended('Down instance=b', 0, 6)] },
      { at: 9, alerts: [firing('Down instance=b', 9)] },
    ],
  },
  {
    name: 'ended-alerts-alone',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [ended('Down', -5, -2), { labels: labelsOf('Slow'), endsAt: -1 }] },
      { at: 2, alerts: [firing('Slow', 2), ended('Down', -5, 1)] },
    ],
  },
  {
    name: 'ended-beside-firing',
    route: { ...QUICK, group_by: [] },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Slow', 0)] },
      { at: 1, alerts: [ended('Down', -5, -2)] },
      { at: 3, alerts: [ended('Late', 2, 3)] },
    ],
  },
  {
    name: 'end-moves',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [ended('Longer', 0, 3), ended('Shorter', 0, 8), ended('Earlier', 0, 6)] },
      { at: 2, alerts: [ended('Longer', 0, 6), ended('Shorter', 0, 4), ended('Earlier', -2, 6)] },
      { at: 5, alerts: [ended('Shorter', 0, 3)] },
    ],
  },
];
