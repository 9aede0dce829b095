/**
 * A new alertmanager.yml while alerts fire, a quarter after unit 4. Where a group has several alerts its new wait is longer than they
 * are old: otherwise Alertmanager tells at once of as many as it happens to have read. There are no inhibition rules: for a moment
 * after a reload Alertmanager has forgotten who holds back whom (Sightline has not, see alert-manager.test.ts).
 */
import type { Scenario } from '../scenario.ts';
import { ended, firing, QUICK, TEAM } from './alerts.ts';

export const RELOAD_AT = 4.25;

const PATIENT = { ...QUICK, group_wait: 4.5 };
const ALWAYS = [{ times: [{ start_time: '00:00', end_time: '24:00' }] }];

export const RELOADING: readonly Scenario[] = [
  {
    name: 'reload-of-the-same',
    route: { ...QUICK, group_by: [] },
    routeAfterReload: { ...PATIENT, group_by: [] },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down', 0), firing('Slow', 0), firing('Gone', 0)] },
      { at: 2, alerts: [ended('Gone', 0, 2)] },
      { at: 4, alerts: [firing('New', 4), ended('Slow', 0, 4)] },
      { at: 7, alerts: [ended('Down', 0, 7)] },
    ],
  },
  {
    name: 'reload-while-waiting',
    route: { ...QUICK, group_wait: 20 },
    routeAfterReload: QUICK,
    receivers: TEAM,
    steps: [
      { at: 3, alerts: [firing('Down', 3)] },
      { at: 4, alerts: [firing('Slow', 4)] },
    ],
  },
  {
    name: 'reload-while-within-the-interval',
    route: { ...QUICK, group_interval: 20 },
    routeAfterReload: PATIENT,
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down instance=a', 0)] },
      { at: 2, alerts: [firing('Down instance=b', 2)] },
    ],
  },
  {
    name: 'reload-to-another-receiver',
    route: QUICK,
    routeAfterReload: { ...QUICK, receiver: 'other' },
    receivers: { team: [{}], other: [{}, {}] },
    steps: [
      { at: 0, alerts: [firing('Down', 0)] },
      { at: 7, alerts: [ended('Down', 0, 7)] },
    ],
  },
  {
    name: 'reload-to-other-groups',
    route: QUICK,
    routeAfterReload: { ...PATIENT, group_by: ['job'] },
    receivers: TEAM,
    steps: [
      { at: 0, alerts: [firing('Down job=x', 0), firing('Slow job=x', 0), firing('Slow job=y', 0)] },
      { at: 3, alerts: [ended('Slow job=x', 0, 3)] },
    ],
  },
  {
    name: 'reload-to-a-shorter-repetition',
    route: QUICK,
    routeAfterReload: { ...QUICK, repeat_interval: 2.5 },
    receivers: TEAM,
    steps: [{ at: 0, alerts: [firing('Down', 0)] }],
  },
  {
    name: 'reload-to-muted',
    route: { ...QUICK, repeat_interval: 1.5 },
    routeAfterReload: { ...QUICK, repeat_interval: 1.5, mute_time_intervals: ['always'] },
    intervals: { always: ALWAYS },
    receivers: TEAM,
    steps: [{ at: 0, alerts: [firing('Down', 0)] }],
  },
  {
    name: 'reload-with-a-silence',
    route: QUICK,
    receivers: TEAM,
    steps: [
      { at: 0, silence: { ref: 's', matchers: ['alertname=Quiet'], from: 0, to: 8 } },
      { at: 0, alerts: [firing('Quiet', 0)] },
    ],
  },
  {
    name: 'reload-while-refused',
    route: QUICK,
    receivers: { team: [{}, {}] },
    steps: [
      { at: 0, answers: { 'team/0': 400 }, alerts: [firing('Down', 0)] },
      { at: 6, answers: { 'team/0': 200 } },
    ],
  },
  {
    name: 'reload-while-failing',
    route: { ...QUICK, group_interval: 20 },
    receivers: { team: [{}, {}] },
    tolerance: 1.5,
    steps: [
      { at: 0, answers: { 'team/0': 503 }, alerts: [firing('Down', 0)] },
      { at: 4, answers: { 'team/0': 200 } },
    ],
  },
];
