/** Hours, weekends and floods of alerts, with a clock that the test moves. */
import { describe, expect, test } from 'vitest';
import type { TimeInterval } from './config/types.ts';
import { NotifyError } from './receivers/receiver.ts';
import { AlertRig, matcher, routeConfig, START_MS } from './testing/alert-rig.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const ROUTE = routeConfig({ receiver: 'team', groupBy: ['alertname'] });
const LONG = 400 * DAY;
const down = { alertname: 'Down', instance: 'a' };

describe('the usual times: 30 s, 5 m, 4 h', () => {
  test('repeated at the first look after four hours, for a week without drift', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, LONG);
    await rig.advance(7 * DAY);
    const at = rig.take().map(({ atSeconds }) => atSeconds);
    expect(at).toEqual(
      Array.from({ length: 42 }, (_, index) => 30 + index * (4 * HOUR + 5 * MINUTE)).slice(0, at.length),
    );
    expect(at.length).toBe(42);
  });

  test('reported every minute it fires; five minutes after the last report it is over', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE, resolveTimeoutMs: 5 * MINUTE * 1000 } });
    for (let minute = 0; minute < 60; minute++) {
      rig.report(down, undefined, START_MS);
      await rig.advance(MINUTE);
    }
    expect(rig.take().map(({ alerts }) => alerts)).toEqual([['Down firing']]);
    await rig.advance(HOUR);
    // Last reported at 59 m, so over at 64 m; looked at 30 s after every fifth minute.
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([[65 * MINUTE + 30, 'Down ok']]);
  });

  test('the end is told although what was told of its start has expired from the log', async () => {
    const interval: TimeInterval = { ...ANY, times: [{ begin: 12 * 60 + 1, end: 12 * 60 + 13 }] };
    const route = { ...ROUTE, groupIntervalMs: 60_000, repeatIntervalMs: 60_000, muteTimeIntervals: ['lunch'] };
    const rig = await AlertRig.start({ plan: { route, timeIntervals: new Map([['lunch', [interval]]]) } });
    rig.report(down, 12.6 * MINUTE);
    await rig.advance(14 * MINUTE);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([
      [30, 'Down firing'],
      [13.5 * MINUTE, 'Down ok'],
    ]);
  });

  test('the log forgets what is over, in memory and where it is stored', async () => {
    const rig = await AlertRig.start({ plan: { route: { ...ROUTE, repeatIntervalMs: HOUR * 1000 } } });
    rig.report(down, 60);
    await rig.advance(HOUR);
    const logged = () => rig.state.records.filter(({ kind }) => kind === 'notification');
    expect(logged()).not.toEqual([]);
    await rig.advance(3 * HOUR);
    expect(logged()).toEqual([]);
  });
});

const ANY: TimeInterval = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };

describe('time intervals with zones', () => {
  test('muted at the weekend in New York, over the night in which clocks go forward', async () => {
    // Friday, 6 March 2026, noon UTC; clocks go forward on Sunday.
    const startMs = Date.UTC(2026, 2, 6, 12);
    const weekend = {
      ...ANY,
      weekdays: [
        { begin: 6, end: 6 },
        { begin: 0, end: 0 },
      ],
      location: 'America/New_York',
    };
    const route = { ...ROUTE, repeatIntervalMs: HOUR * 1000, muteTimeIntervals: ['weekend'] };
    const rig = await AlertRig.start({ plan: { route, timeIntervals: new Map([['weekend', [weekend]]]) }, startMs });
    rig.report(down, LONG);
    await rig.advance(4 * DAY);
    const times = rig.take().map(({ atSeconds }) => START_MS + atSeconds * 1000);
    const isQuiet = (ms: number) => ms >= Date.UTC(2026, 2, 7, 5) && ms < Date.UTC(2026, 2, 9, 4);
    expect(times.filter(isQuiet)).toEqual([]);
    const [last = 0, first = 0] = [
      times.findLast((ms) => ms < Date.UTC(2026, 2, 8)),
      times.find((ms) => ms > Date.UTC(2026, 2, 8)),
    ];
    expect(Date.UTC(2026, 2, 7, 5) - last, 'told until midnight in New York').toBeLessThanOrEqual(
      (HOUR + 5 * MINUTE) * 1000,
    );
    expect(first - Date.UTC(2026, 2, 9, 4), 'told from midnight in New York').toBeLessThanOrEqual(5 * MINUTE * 1000);
  });

  test('business hours in Berlin keep their hours when clocks go back', async () => {
    // Thursday, 22 October 2026; clocks go back on Sunday, the 25th.
    const startMs = Date.UTC(2026, 9, 22);
    const times = [{ begin: 9 * 60, end: 17 * 60 }];
    const office = { ...ANY, times, weekdays: [{ begin: 1, end: 5 }], location: 'Europe/Berlin' };
    const route = { ...ROUTE, repeatIntervalMs: 1, activeTimeIntervals: ['office'] };
    const rig = await AlertRig.start({ plan: { route, timeIntervals: new Map([['office', [office]]]) }, startMs });
    rig.report(down, LONG);
    await rig.advance(6 * DAY);
    const byDay = new Map<string, string[]>();
    for (const { atSeconds } of rig.take()) {
      const [day = '', time = ''] = new Date(START_MS + atSeconds * 1000).toISOString().split('T');
      byDay.set(day, [...(byDay.get(day) ?? []), time.slice(0, 5)]);
    }
    expect([...byDay].map(([day, told]) => [day, told[0], told.at(-1)])).toEqual([
      ['2026-10-22', '07:00', '14:55'],
      ['2026-10-23', '07:00', '14:55'],
      ['2026-10-26', '08:00', '15:55'],
      ['2026-10-27', '08:00', '15:55'],
    ]);
  });
});

describe('silences over days', () => {
  test('listed for five days after their end, stored for a year', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    const id = await rig.manager.silences.set({
      matchers: [matcher('instance=a')],
      startsAtMs: START_MS,
      endsAtMs: START_MS + HOUR * 1000,
      createdBy: 'anna',
      comment: 'moving',
    });
    await rig.advance(5 * DAY);
    expect(rig.manager.silences.get(id)?.comment).toBe('moving');
    await rig.advance(2 * HOUR);
    expect(rig.manager.silences.get(id)).toBeUndefined();
    await rig.manager.close();
    expect(await rig.state.history('silence', id)).toHaveLength(1);
    const later = await AlertRig.start({
      plan: { route: ROUTE },
      state: rig.state,
      startMs: START_MS + 400 * DAY * 1000,
    });
    expect(await rig.state.history('silence', id)).toEqual([]);
    await later.manager.close();
  });
});

const GROUPS = 200;
const OF_GROUP = 50;
/** Of groups that are tried again and again. */
const FEW = 50;
const LONGEST_MS = 60_000;

/** Reports everything once more. */
function reportAll(rig: AlertRig): void {
  for (let group = 0; group < GROUPS; group++) {
    for (let instance = 0; instance < OF_GROUP; instance++) {
      rig.report({ alertname: `Alert${group}`, instance: String(instance) }, undefined, START_MS);
    }
  }
}

describe('many groups', { timeout: LONGEST_MS }, () => {
  test('10,000 alerts in 200 groups: every group is told on time, once, and of everything', async () => {
    const rig = await AlertRig.start({ plan: { route: { ...ROUTE, repeatIntervalMs: 10 * MINUTE * 1000 } } });
    for (let minute = 0; minute < 16; minute += 4) {
      reportAll(rig);
      await rig.advance(4 * MINUTE);
    }
    const told = rig.take();
    const counts = new Map<number, number>();
    for (const { atSeconds } of told) counts.set(atSeconds, (counts.get(atSeconds) ?? 0) + 1);
    // After group_wait; repeated at the first look more than ten minutes later.
    expect([...counts]).toEqual([
      [30, GROUPS],
      [30 + 15 * MINUTE, GROUPS],
    ]);
    expect(new Set(told.map(({ alerts }) => alerts.length))).toEqual(new Set([OF_GROUP]));
    await rig.manager.close();
  });

  test('a receiver down for ten minutes: tried with pauses, then one message for each group with all that is new', async () => {
    const upMs = START_MS + 10 * MINUTE * 1000;
    let tries = 0;
    const rig = await AlertRig.start({
      plan: { route: { ...ROUTE, groupIntervalMs: MINUTE * 1000 } },
      onSend: () => {
        tries++;
        if (rig.clock.now() < upMs) throw new NotifyError('temporary', 'connection refused');
      },
    });
    for (let group = 0; group < FEW; group++) rig.report({ alertname: `Alert${group}`, instance: 'a' }, LONG);
    await rig.advance(5 * MINUTE);
    for (let group = 0; group < FEW; group++) rig.report({ alertname: `Alert${group}`, instance: 'b' }, LONG);
    await rig.advance(5 * MINUTE - 1);
    expect(rig.take()).toEqual([]);
    const before = tries;
    // Some ten tries in each of ten minutes.
    expect(before / FEW).toBeLessThan(120);
    await rig.advance(10 * MINUTE);
    const told = rig.take();
    expect(told.length).toBe(FEW);
    expect(tries - before, 'tries since it is back').toBeLessThan(2 * FEW);
    expect(new Set(told.map(({ alerts }) => alerts.length))).toEqual(new Set([2]));
    expect(Math.max(...told.map(({ atSeconds }) => atSeconds))).toBeLessThanOrEqual(11 * MINUTE);
    await rig.manager.close();
  });
});

describe('a clock that is set', () => {
  test.each([
    ['back by an hour', -HOUR],
    ['forward by an hour', HOUR],
  ])('%s: groups are still looked at in their interval', async (_name, bySeconds) => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, LONG);
    await rig.advance(60);
    rig.clock.set(rig.clock.now() + bySeconds * 1000);
    rig.report({ ...down, instance: 'b' }, LONG);
    await rig.advance(5 * MINUTE);
    rig.report({ ...down, instance: 'c' }, LONG);
    await rig.advance(5 * MINUTE);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, alerts.length])).toEqual([
      [30, 1],
      [30 + 5 * MINUTE + bySeconds, 2],
      [30 + 10 * MINUTE + bySeconds, 3],
    ]);
  });

  test('forward past the end of alerts: their end is told at the next look', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down);
    await rig.advance(60);
    rig.clock.set(rig.clock.now() + DAY * 1000);
    await rig.advance(5 * MINUTE);
    expect(rig.take().flatMap(({ alerts }) => alerts)).toEqual(['Down firing', 'Down ok']);
  });
});
