/** Time intervals of every kind, in many zones, against the moment the test runs at: what holds now is for Alertmanager to say. */
import type { RouteSpec, Scenario } from '../scenario.ts';
import { firing, QUICK, TEAM } from './alerts.ts';

const ZONES = ['UTC', 'America/New_York', 'America/St_Johns', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Auckland'];

const DATES: readonly object[] = [
  ...['sunday', 'monday:tuesday', 'wednesday', 'thursday:saturday'].map((day) => ({ weekdays: [day] })),
  ...['1:10', '11:20', '21:31', '-5:-1', '-31:-10'].map((days) => ({ days_of_month: [days] })),
  { months: ['january:march', 'july'] },
  { months: ['april:june', 'september', '11:12'] },
  { years: ['2020:2030'], weekdays: ['monday:friday'] },
  { years: ['1990', '2090:2099'] },
];

const HOURS: readonly object[] = [
  ['00:00', '03:30'],
  ['03:30', '09:45'],
  ['09:45', '12:00'],
  ['12:00', '18:15'],
  ['18:15', '24:00'],
].map(([start_time, end_time]) => ({ times: [{ start_time, end_time }] }));

const INTERVALS: readonly object[] = ZONES.flatMap((location) =>
  [...HOURS, ...DATES].map((each) => ({ ...each, location })),
);

const routes = (kind: 'mute_time_intervals' | 'active_time_intervals'): RouteSpec[] =>
  INTERVALS.map((_, index) => ({ matchers: [`n="${index}"`], [kind]: [`i${index}`] }));

function calendar(name: string, kind: 'mute_time_intervals' | 'active_time_intervals'): Scenario {
  return {
    name,
    route: { ...QUICK, group_by: ['n'], routes: routes(kind) },
    intervals: Object.fromEntries(INTERVALS.map((interval, index) => [`i${index}`, [interval]])),
    receivers: TEAM,
    steps: [{ at: 0, alerts: INTERVALS.map((_, index) => firing(`Down n=${index}`, 0)) }],
  };
}

export const CALENDAR: readonly Scenario[] = [
  calendar('calendar-muted', 'mute_time_intervals'),
  calendar('calendar-active', 'active_time_intervals'),
];
