/** Alerts that hold others back. */
import type { Scenario } from '../scenario.ts';
import { ended, firing, labelsOf, QUICK, TEAM } from './alerts.ts';

const SEVERITY = { source_matchers: ['severity="page"'], target_matchers: ['severity="ticket"'] };

export const INHIBITION: readonly Scenario[] = [
  {
    name: 'inhibit-source-first',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Dead severity=page job=x', 0)] },
      { at: 1, alerts: [firing('Slow severity=ticket job=x', 1), firing('Slow severity=ticket job=y', 1)] },
      { at: 5, alerts: [ended('Dead severity=page job=x', 0, 5)] },
    ],
  },
  {
    name: 'inhibit-source-later',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Slow severity=ticket job=x', 0)] },
      { at: 2, alerts: [firing('Dead severity=page job=x', 2)] },
      { at: 3, alerts: [firing('Slow severity=ticket job=x n=2', 3)] },
      { at: 5, alerts: [ended('Slow severity=ticket job=x', 0, 5)] },
      { at: 7, alerts: [ended('Dead severity=page job=x', 2, 7)] },
    ],
  },
  {
    name: 'inhibit-within-the-wait',
    route: { ...QUICK, group_wait: 1.5 },
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Slow severity=ticket job=x', 0)] },
      { at: 1, alerts: [firing('Dead severity=page job=x', 1)] },
    ],
  },
  {
    name: 'inhibit-missing-equal',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['cluster', 'job'] }],
    steps: [
      { at: 0, alerts: [firing('Dead severity=page job=x', 0)] },
      { at: 1, alerts: [firing('Slow severity=ticket job=x'), firing('Slow severity=ticket job=x cluster=c')] },
    ],
  },
  {
    name: 'inhibit-no-equal',
    route: { ...QUICK, group_by: [] },
    receivers: TEAM,
    inhibit: [SEVERITY],
    steps: [
      { at: 0, alerts: [firing('Dead severity=page', 0), firing('Slow severity=ticket job=x', 0)] },
      { at: 3, alerts: [ended('Dead severity=page', 0, 3)] },
    ],
  },
  {
    name: 'inhibit-both-sides',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ source_matchers: ['alertname=~"A|B"'], target_matchers: ['alertname=~"B|C"'], equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('B job=x n=1', 0), firing('B job=x n=2', 0)] },
      { at: 1, alerts: [firing('C job=x', 1), firing('A job=y', 1), firing('B job=y', 1)] },
      { at: 3, alerts: [firing('A job=x', 3)] },
      { at: 4, alerts: [firing('B job=x n=3', 4)] },
    ],
  },
  {
    name: 'inhibit-source-times-out',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [{ labels: labelsOf('Dead severity=page job=x') }, firing('Slow severity=ticket job=x')] },
    ],
  },
  {
    name: 'inhibit-two-sources',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Dead severity=page job=x n=1', 0), firing('Dead severity=page job=x n=2', 0)] },
      { at: 0, alerts: [firing('Slow severity=ticket job=x', 0)] },
      { at: 2, alerts: [ended('Dead severity=page job=x n=1', 0, 2)] },
      { at: 5, alerts: [ended('Dead severity=page job=x n=2', 0, 5)] },
    ],
  },
  {
    name: 'inhibit-old-form',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ source_match: { severity: 'page' }, target_match_re: { severity: 'tick.*|info' }, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Dead severity=page job=x'), firing('Slow severity=ticket job=x')] },
      { at: 1, alerts: [firing('Hint severity=info job=x'), firing('Hint severity=info2 job=x')] },
    ],
  },
  {
    name: 'inhibit-resolves-while-inhibited',
    route: QUICK,
    receivers: TEAM,
    inhibit: [{ ...SEVERITY, equal: ['job'] }],
    steps: [
      { at: 0, alerts: [firing('Slow severity=ticket job=x', 0)] },
      { at: 2, alerts: [firing('Dead severity=page job=x', 2)] },
      { at: 4, alerts: [ended('Slow severity=ticket job=x', 0, 4)] },
      { at: 6, alerts: [ended('Dead severity=page job=x', 2, 6)] },
      { at: 7, alerts: [firing('Slow severity=ticket job=x', 7)] },
    ],
  },
];
