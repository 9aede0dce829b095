/** Receivers that fail and come back. Tries come at random times, so moments are compared less strictly. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, QUICK, TEAM } from './alerts.ts';

export const FAILING: readonly Scenario[] = [
  {
    name: 'fails-and-recovers',
    route: { ...QUICK, group_interval: 4 },
    receivers: { team: [{}, {}] },
    tolerance: 1.5,
    steps: [
      { at: 0, answers: { 'team/0': 500 }, alerts: [firing('Down', 0)] },
      { at: 2, answers: { 'team/0': 200 } },
      { at: 6, alerts: [firing('Down instance=b', 6)] },
    ],
  },
  {
    name: 'refuses-until-the-next-interval',
    route: { ...QUICK, group_interval: 2 },
    receivers: TEAM,
    steps: [
      { at: 0, answers: { 'team/0': 400 }, alerts: [firing('Down', 0)] },
      { at: 2, answers: { 'team/0': 200 }, alerts: [firing('Down instance=b', 2)] },
      { at: 4, answers: { 'team/0': 404 }, alerts: [firing('Down instance=c', 4)] },
      { at: 8, answers: { 'team/0': 204 } },
    ],
  },
  {
    name: 'ends-while-refused',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, answers: { 'team/0': 400 }, alerts: [firing('Down', 0), firing('Slow', 0)] },
      { at: 3, alerts: [ended('Down', 0, 3)] },
      { at: 5, answers: { 'team/0': 200 } },
      { at: 7, answers: { 'team/0': 400 }, alerts: [ended('Slow', 0, 7)] },
      { at: 10, answers: { 'team/0': 200 } },
    ],
  },
];
