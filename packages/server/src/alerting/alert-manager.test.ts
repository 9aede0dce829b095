import { describe, expect, test } from 'vitest';
import { NotifyError } from './receivers/receiver.ts';
import { AlertRig, matcher, routeConfig, START_MS } from './testing/alert-rig.ts';

const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['alertname'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 3_600_000,
});

const down = { alertname: 'Down', instance: 'a' };
const downB = { alertname: 'Down', instance: 'b' };

describe('grouping and its timers', () => {
  test('alerts wait for company, then go out together', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down);
    await rig.advance(5);
    rig.report(downB);
    rig.report({ alertname: 'Slow' });
    await rig.advance(4);
    expect(rig.take()).toEqual([]);
    await rig.advance(6);
    expect(rig.take()).toEqual([
      { atSeconds: 10, receiver: 'team', group: '{alertname="Down"}', alerts: ['Down firing', 'Down firing'] },
      { atSeconds: 15, receiver: 'team', group: '{alertname="Slow"}', alerts: ['Slow firing'] },
    ]);
  });

  test('a new alert of a known group waits for the interval; nothing new is not told', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, 7_200);
    await rig.advance(75);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([10]);
    rig.report(downB, 7_200);
    await rig.advance(100);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, alerts.length])).toEqual([[130, 2]]);
  });

  test('an alert that began long ago does not wait', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, undefined, START_MS - 60_000);
    await rig.advance(0);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([0]);
  });

  test('told again after the repeat interval, at a tick of the group', async () => {
    const rig = await AlertRig.start({ plan: { route: { ...ROUTE, repeatIntervalMs: 150_000 } } });
    rig.report(down, 7_200);
    await rig.advance(400);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([10, 190, 370]);
  });
});

describe('resolving', () => {
  test('told once, then forgotten; firing again is told again', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, 7_200);
    await rig.advance(20);
    rig.report(down, 0);
    await rig.advance(200);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([
      [10, 'Down firing'],
      [70, 'Down ok'],
    ]);
    rig.report(down, 7_200);
    await rig.advance(120);
    expect(rig.take().flatMap(({ alerts }) => alerts)).toEqual(['Down firing']);
  });

  test('an alert that nobody repeats resolves after resolve_timeout', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE, resolveTimeoutMs: 100_000 } });
    rig.report(down);
    await rig.advance(200);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([
      [10, 'Down firing'],
      [130, 'Down ok'],
    ]);
  });

  test('what resolved before anybody was told is never told alone', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    rig.report(down, 5);
    await rig.advance(200);
    expect(rig.take()).toEqual([]);
  });

  test('without send_resolved the end is not told, and a new start is', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE }, sendResolved: false });
    rig.report(down, 30);
    await rig.advance(100);
    rig.report(down, 7_200);
    await rig.advance(100);
    expect(rig.take().map(({ alerts }) => alerts)).toEqual([['Down firing'], ['Down firing']]);
  });
});

describe('what holds alerts back', () => {
  test('inhibition, for as long as the source fires', async () => {
    const inhibitRules = [
      { sourceMatchers: [matcher('severity=critical')], targetMatchers: [matcher('severity=warning')], equal: ['job'] },
    ];
    const rig = await AlertRig.start({ plan: { route: ROUTE, inhibitRules } });
    rig.report({ alertname: 'Dead', severity: 'critical', job: 'x' }, 100);
    rig.report({ alertname: 'Slow', severity: 'warning', job: 'x' }, 7_200);
    await rig.advance(90);
    expect(rig.take().map(({ alerts }) => alerts)).toEqual([['Dead firing']]);
    expect(rig.events.some(({ kind }) => kind === 'inhibited')).toBe(true);
    await rig.advance(100);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([
      [130, 'Dead ok'],
      [130, 'Slow firing'],
    ]);
  });

  test('a silence, until it ends', async () => {
    const rig = await AlertRig.start({ plan: { route: ROUTE } });
    await rig.manager.silences.set({
      matchers: [matcher('instance=a')],
      startsAtMs: START_MS,
      endsAtMs: START_MS + 100_000,
      createdBy: 'anna',
      comment: 'moving house',
    });
    rig.report(down, 7_200);
    await rig.advance(100);
    expect(rig.take()).toEqual([]);
    expect(rig.events.find(({ kind }) => kind === 'silenced')?.detail).toMatch(/anna: moving house/);
    await rig.advance(100);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([130]);
  });

  test('mute and active times', async () => {
    const any = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };
    const timeIntervals = new Map([
      ['lunch', [{ ...any, times: [{ begin: 720, end: 722 }] }]],
      ['afternoon', [{ ...any, times: [{ begin: 724, end: 1_000 }] }]],
    ]);
    const route = {
      ...ROUTE,
      routes: [
        routeConfig({ matchers: [matcher('alertname=Down')], muteTimeIntervals: ['lunch'] }),
        routeConfig({ matchers: [matcher('alertname=Slow')], activeTimeIntervals: ['afternoon'] }),
      ],
    };
    const rig = await AlertRig.start({ plan: { route, timeIntervals } });
    rig.report(down, 7_200);
    rig.report({ alertname: 'Slow' }, 7_200);
    await rig.advance(300);
    expect(rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts])).toEqual([
      [130, 'Down firing'],
      [250, 'Slow firing'],
    ]);
    expect(new Set(rig.events.map(({ kind }) => kind))).toContain('inactive');
  });
});

describe('receivers that fail', () => {
  test('a temporary failure is tried again with growing pauses', async () => {
    let failures = 3;
    const rig = await AlertRig.start({
      plan: { route: ROUTE },
      onSend: () => {
        if (failures-- > 0) throw new NotifyError('temporary', 'answer 503');
      },
    });
    rig.report(down, 7_200);
    await rig.advance(40);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([10 + 0.5 + 0.75 + 1.125]);
    expect(rig.events.filter(({ kind }) => kind === 'retried').map(({ detail }) => detail)).toEqual([
      'try 1: answer 503',
      'try 2: answer 503',
      'try 3: answer 503',
    ]);
  });

  test('a permanent one is left until the next interval', async () => {
    let failures = 1;
    const rig = await AlertRig.start({
      plan: { route: ROUTE },
      onSend: () => {
        if (failures-- > 0) throw new NotifyError('permanent', 'answer 400');
      },
    });
    rig.report(down, 7_200);
    await rig.advance(100);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([70]);
    expect(rig.events.find(({ kind }) => kind === 'failed')?.detail).toBe(
      'answer 400 (will be refused again, after 1 try)',
    );
  });

  test('down for ten minutes: nothing lost, one message afterwards', async () => {
    const rig = await AlertRig.start({
      plan: { route: ROUTE },
      onSend: () => {
        if (rig.clock.now() < START_MS + 600_000) throw new NotifyError('temporary', 'connection refused');
      },
    });
    rig.report(down, 7_200);
    await rig.advance(300);
    rig.report(downB, 7_200);
    await rig.advance(900);
    const told = rig.take();
    expect(told.map(({ alerts }) => alerts.length)).toEqual([2]);
    expect(told[0]?.atSeconds).toBeLessThan(700);
  });
});

describe('across a restart or a reload', () => {
  test('what was told is not told again; what was not is', async () => {
    const first = await AlertRig.start({ plan: { route: ROUTE } });
    first.report(down, 7_200);
    await first.advance(20);
    first.report({ alertname: 'Slow' }, 7_200);
    await first.advance(5);
    expect(first.take().map(({ alerts }) => alerts)).toEqual([['Down firing']]);
    const second = await AlertRig.start({ plan: { route: ROUTE }, state: first.state, startMs: START_MS + 30_000 });
    second.report(down, 7_200);
    second.report({ alertname: 'Slow' }, 7_200);
    await second.advance(200);
    expect(second.take().map(({ alerts }) => alerts)).toEqual([['Slow firing']]);
  });

  test('a new configuration keeps alerts and silences', async () => {
    const rig = await AlertRig.start({ plan: { route: { ...ROUTE, groupWaitMs: 600_000 } } });
    rig.report(down, 7_200);
    await rig.advance(60);
    expect(rig.take()).toEqual([]);
    rig.reload({ route: ROUTE });
    await rig.advance(30);
    expect(rig.take().map(({ alerts }) => alerts)).toEqual([['Down firing']]);
  });
});
