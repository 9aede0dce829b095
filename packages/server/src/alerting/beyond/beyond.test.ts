import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { AlertManagerPlan } from '../alert-manager.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { NotifyError } from '../receivers/receiver.ts';
import { AlertRig, matcher, type RigOptions, routeConfig, START_MS } from '../testing/alert-rig.ts';
import type { BeyondConfig, EscalationStepConfig } from './config/types.ts';

const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['alertname'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 86_400_000,
});
const HOURS = 7 * 3_600;
const down = { alertname: 'Down', instance: 'a', severity: 'critical' };
const downB = { alertname: 'Down', instance: 'b', severity: 'critical' };
const slow = { alertname: 'Slow', instance: 'c', severity: 'warning' };

function beyond(fields: Partial<BeyondConfig>): BeyondConfig {
  const correlation = { labels: ['service', 'instance'], windowMs: 300_000 };
  return { escalations: [], rateLimits: new Map(), correlation, ...fields };
}

function step(minutes: number, receiver: string, activeTimeIntervals: readonly string[] = []): EscalationStepConfig {
  return { afterMs: minutes * 60_000, receiver, activeTimeIntervals };
}

type StartOptions = Omit<Partial<RigOptions>, 'plan'> & { readonly plan?: Partial<AlertManagerPlan> };

function start(config: BeyondConfig, options: StartOptions = {}): Promise<AlertRig> {
  return AlertRig.start({ ...options, plan: { route: ROUTE, ...options.plan, beyond: config } });
}

function id(labels: Record<string, string>): string {
  return fingerprintOf(Labels.fromObject(labels));
}

/** Seconds, receiver, alerts. */
function taken(rig: AlertRig, receiver?: string): unknown[] {
  return rig
    .take()
    .filter((told) => receiver === undefined || told.receiver === receiver)
    .map(({ atSeconds, receiver: to, alerts }) => [atSeconds, to, ...alerts]);
}

describe('acknowledgement', () => {
  test('holds while the alert fires, is recorded with who did it, and ends with the alert', async () => {
    const rig = await start(beyond({}));
    const { acknowledgements } = rig.manager.beyond;
    rig.report(down, HOURS);
    const given = await acknowledgements.acknowledge(id(down), 'anna', 'on it');
    expect(given).toEqual({ by: 'anna', note: 'on it', timeMs: START_MS });
    expect(acknowledgements.of(id(down))).toEqual(given);
    expect(rig.events).toContainEqual(
      expect.objectContaining({ kind: 'acknowledged', actor: 'anna', detail: 'on it', fingerprint: id(down) }),
    );
    rig.report(down, 0);
    expect(acknowledgements.of(id(down))).toBeUndefined();
    rig.report(down, HOURS);
    expect(acknowledgements.of(id(down))).toBeUndefined();
    await rig.advance(30);
    expect(await rig.state.load('alert-episode')).toEqual([]);
  });

  test('ends when nobody repeats the alert, although nobody says that it is over', async () => {
    const rig = await start(beyond({}));
    rig.report(down, 60);
    await rig.manager.beyond.acknowledgements.acknowledge(id(down), 'anna', '');
    await rig.advance(61);
    expect(rig.manager.beyond.acknowledgements.of(id(down))).toBeUndefined();
    rig.report(down, HOURS);
    expect(rig.manager.beyond.acknowledgements.of(id(down))).toBeUndefined();
  });

  test('survives a restart, and ends with an alert that nobody reports after it', async () => {
    const first = await start(beyond({}));
    first.report(down, HOURS);
    first.report(downB, 100);
    await first.manager.beyond.acknowledgements.acknowledge(id(down), 'anna', 'on it');
    await first.manager.beyond.acknowledgements.acknowledge(id(downB), 'ben', '');
    const second = await start(beyond({}), { state: first.state, startMs: START_MS + 60_000 });
    const { acknowledgements } = second.manager.beyond;
    expect(acknowledgements.of(id(down))).toMatchObject({ by: 'anna', note: 'on it' });
    expect(acknowledgements.of(id(downB))?.by).toBe('ben');
    await second.advance(400);
    second.report(downB, HOURS);
    expect(acknowledgements.of(id(downB))).toBeUndefined();
    expect(acknowledgements.of(id(down))?.by).toBe('anna');
  });

  test('waits for an alert that is not known at the start, but not for long', async () => {
    const first = await start(beyond({}));
    for (const labels of [down, downB]) {
      first.report(labels, HOURS);
      await first.manager.beyond.acknowledgements.acknowledge(id(labels), 'anna', '');
    }
    await first.state.remove('alert', [id(down), id(downB)]);
    const second = await start(beyond({}), { state: first.state, startMs: START_MS + 60_000 });
    const { acknowledgements } = second.manager.beyond;
    await second.advance(600);
    expect(acknowledgements.of(id(down))).toBeUndefined();
    second.report(down, HOURS);
    expect(acknowledgements.of(id(down))?.by).toBe('anna');
    await second.advance(700);
    second.report(downB, HOURS);
    expect(acknowledgements.of(id(downB))).toBeUndefined();
  });

  test('can be taken back; what does not fire or is not acknowledged is refused', async () => {
    const rig = await start(beyond({}));
    const { acknowledgements } = rig.manager.beyond;
    await expect(acknowledgements.acknowledge(id(down), 'anna', '')).rejects.toMatchObject({
      code: 'alert_not_firing',
    });
    rig.report(down, HOURS);
    await expect(acknowledgements.withdraw(id(down), 'anna')).rejects.toMatchObject({ code: 'not_acknowledged' });
    await acknowledgements.acknowledge(id(down), 'anna', '');
    await acknowledgements.withdraw(id(down), 'ben');
    expect(acknowledgements.of(id(down))).toBeUndefined();
    expect(rig.events).toContainEqual(expect.objectContaining({ kind: 'unacknowledged', actor: 'ben' }));
  });

  test('what could not be stored did not happen', async () => {
    const rig = await start(beyond({}));
    const { acknowledgements } = rig.manager.beyond;
    rig.report(down, HOURS);
    const append = rig.state.append.bind(rig.state);
    rig.state.append = async () => Promise.reject(new Error('disk full'));
    await expect(acknowledgements.acknowledge(id(down), 'anna', '')).rejects.toThrow('disk full');
    rig.state.append = append;
    expect(acknowledgements.of(id(down))).toBeUndefined();
    expect(rig.events.some(({ kind }) => kind === 'acknowledged')).toBe(false);
  });
});

describe('escalation', () => {
  const config = beyond({
    escalations: [
      { name: 'critical', matchers: [matcher('severity=critical')], steps: [step(15, 'pager'), step(30, 'boss')] },
    ],
  });

  test('each step once, when its time has come and nobody acknowledged; others than those that match never', async () => {
    const rig = await start(config);
    rig.report(down, HOURS);
    rig.report(slow, HOURS);
    await rig.advance(6 * 3_600);
    expect(taken(rig)).toEqual([
      [10, 'team', 'Down firing'],
      [10, 'team', 'Slow firing'],
      [900, 'pager', 'Down firing'],
      [1_800, 'boss', 'Down firing'],
    ]);
    expect(
      rig.events.filter(({ kind }) => kind === 'escalated').map(({ receiver, detail }) => [receiver, detail]),
    ).toEqual([
      ['pager', 'step 1 of critical: not acknowledged for 15m'],
      ['boss', 'step 2 of critical: not acknowledged for 30m'],
    ]);
  });

  test('alerts of one group escalate together, and the end goes to those who were told', async () => {
    const rig = await start(config);
    rig.report(down, HOURS);
    rig.report(downB, HOURS);
    await rig.advance(1_000);
    expect(taken(rig, 'pager')).toEqual([[900, 'pager', 'Down firing', 'Down firing']]);
    rig.report(down, 0);
    rig.report(downB, 0);
    await rig.advance(HOURS);
    expect(taken(rig)).toEqual([
      [1_020, 'pager', 'Down ok', 'Down ok'],
      [1_030, 'team', 'Down ok', 'Down ok'],
    ]);
  });

  test('an acknowledgement stops it, taking it back lets it go on', async () => {
    const rig = await start(config);
    rig.report(down, HOURS);
    await rig.advance(960);
    await rig.manager.beyond.acknowledgements.acknowledge(id(down), 'anna', '');
    await rig.advance(3_000);
    expect(taken(rig).map((told) => (told as unknown[])[1])).toEqual(['team', 'pager']);
    await rig.manager.beyond.acknowledgements.withdraw(id(down), 'anna');
    await rig.advance(60);
    expect(taken(rig)).toEqual([[3_970, 'boss', 'Down firing']]);
  });

  test('an alert that is over does not escalate, and the next one begins anew', async () => {
    const rig = await start(config);
    rig.report(down, HOURS);
    await rig.advance(890);
    rig.report(down, 0);
    await rig.advance(100);
    rig.report(down, HOURS);
    await rig.advance(1_000);
    expect(taken(rig, 'pager')).toEqual([[1_890, 'pager', 'Down firing']]);
  });

  test('silenced: counts from the end of the silence, also of one that ended before the step was due', async () => {
    const rig = await start(config);
    const silence = (seconds: number, instance: string) =>
      rig.manager.silences.set({
        matchers: [matcher(`instance=${instance}`)],
        startsAtMs: START_MS,
        endsAtMs: START_MS + seconds * 1_000,
        createdBy: 'anna',
        comment: '',
      });
    await silence(2_000, 'a');
    await silence(600, 'z');
    rig.report(down, HOURS);
    rig.report({ ...down, alertname: 'Gone', instance: 'z' }, HOURS);
    await rig.advance(4_000);
    const told = taken(rig, 'pager') as [number, string, string][];
    expect(told.map(([, , alert]) => alert)).toEqual(['Gone firing', 'Down firing']);
    expect(told[0]?.[0]).toBe(1_500);
    expect(told[1]?.[0]).toBeGreaterThanOrEqual(2_900);
    expect(told[1]?.[0]).toBeLessThanOrEqual(2_920);
  });

  test('inhibited: counts from when nothing inhibits it any more', async () => {
    const inhibitRules = [
      { sourceMatchers: [matcher('alertname=Site')], targetMatchers: [matcher('alertname=Down')], equal: [] },
    ];
    const rig = await start(config, { plan: { inhibitRules } });
    rig.report({ alertname: 'Site' }, 1_200);
    rig.report(down, HOURS);
    await rig.advance(4_000);
    const [told] = taken(rig, 'pager') as [number][];
    expect(told?.[0]).toBeGreaterThanOrEqual(2_100);
    expect(told?.[0]).toBeLessThanOrEqual(2_110);
  });

  test('outside its time intervals a step waits until one begins; the others do not wait for it', async () => {
    const any = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };
    // The rig starts at 12:00 UTC.
    const timeIntervals = new Map([['afternoon', [{ ...any, times: [{ begin: 14 * 60, end: 18 * 60 }] }]]]);
    const steps = [step(15, 'pager', ['afternoon']), step(30, 'boss')];
    const rig = await start(beyond({ escalations: [{ name: 'all', matchers: [], steps }] }), {
      plan: { timeIntervals },
    });
    rig.report(down, HOURS);
    rig.report(slow, 3_600);
    await rig.advance(4 * 3_600);
    const told = taken(rig).filter((each) => (each as unknown[])[1] !== 'team' && !String(each).includes('ok'));
    expect(told).toEqual([
      [1_800, 'boss', 'Down firing'],
      [1_800, 'boss', 'Slow firing'],
      [7_200, 'pager', 'Down firing'],
    ]);
  });

  test('a receiver that fails hears of it later; once it is acknowledged it does not any more', async () => {
    let isBroken = true;
    const rig = await start(config, {
      onSend: ({ receiver }) => {
        if (receiver === 'pager' && isBroken) throw new NotifyError('permanent', 'answer 400');
      },
    });
    rig.report(down, HOURS);
    rig.report({ ...down, alertname: 'Full' }, HOURS);
    await rig.advance(1_000);
    await rig.manager.beyond.acknowledgements.acknowledge(id(down), 'anna', '');
    isBroken = false;
    await rig.advance(HOURS);
    expect(taken(rig, 'pager').filter((told) => !String(told).includes('ok'))).toEqual([
      [1_020, 'pager', 'Full firing'],
    ]);
  });

  test('a restart neither repeats nor forgets a step, and does not begin to count anew', async () => {
    const first = await start(config);
    first.report(down, HOURS);
    await first.advance(1_000);
    expect(taken(first, 'pager')).toHaveLength(1);
    const second = await start(config, { state: first.state, startMs: START_MS + 1_100_000 });
    second.report(down, HOURS);
    await second.advance(3_600);
    expect(taken(second)).toEqual([[1_800, 'boss', 'Down firing']]);
    second.report(down, 0);
    await second.advance(100);
    expect(
      taken(second)
        .map((told) => (told as unknown[])[1])
        .sort(),
    ).toEqual(['boss', 'pager', 'team']);
  });

  test('a step whose message was not taken before a restart is told after it', async () => {
    const first = await start(config, {
      onSend: ({ receiver }) => {
        if (receiver === 'pager') throw new NotifyError('permanent', 'answer 400');
      },
    });
    first.report(down, HOURS);
    await first.advance(950);
    const second = await start(config, { state: first.state, startMs: START_MS + 1_000_000 });
    second.report(down, HOURS);
    await second.advance(60);
    expect(taken(second, 'pager')).toEqual([[1_000, 'pager', 'Down firing']]);
  });

  test('a reload keeps what was told, and a new escalation takes alerts that fire already', async () => {
    const rig = await start(config);
    rig.report(down, HOURS);
    await rig.advance(1_000);
    taken(rig);
    const escalations = [...config.escalations, { name: 'late', matchers: [], steps: [step(20, 'desk')] }];
    rig.reload({ route: ROUTE, beyond: { ...config, escalations } });
    await rig.advance(1_000);
    expect(taken(rig)).toEqual([
      [1_200, 'desk', 'Down firing'],
      [1_800, 'boss', 'Down firing'],
    ]);
  });
});

describe('incidents', () => {
  const at = (labels: Record<string, string>) => ({ alertname: 'A', ...labels });

  test('what begins within the window with the same service or instance', async () => {
    const rig = await start(beyond({}));
    const a = at({ service: 'checkout', instance: '1' });
    const b = at({ alertname: 'B', service: 'checkout', instance: '2' });
    const c = at({ alertname: 'C', service: 'search', instance: '3' });
    rig.report(a, HOURS, rig.clock.now());
    rig.report(c, HOURS, rig.clock.now());
    expect(rig.manager.beyond.incidents.list()).toEqual([]);
    await rig.advance(200);
    rig.report(b, HOURS, rig.clock.now());
    const [incident] = rig.manager.beyond.incidents.list();
    expect(incident).toMatchObject({ title: 'service=checkout', startedMs: START_MS, fingerprints: [id(a), id(b)] });
    expect(rig.manager.beyond.incidents.idOf(id(b))).toBe(incident?.id);
    expect(rig.manager.beyond.incidents.idOf(id(c))).toBeUndefined();
    await rig.advance(200);
    rig.report(at({ alertname: 'D', service: 'checkout' }), HOURS, rig.clock.now());
    expect(rig.manager.beyond.incidents.list()).toHaveLength(1);
    expect(rig.manager.beyond.incidents.list()[0]?.fingerprints).toHaveLength(2);
  });

  test('an alert that belongs to two makes them one; the id stays while alerts of it end', async () => {
    const rig = await start(beyond({}));
    const a = at({ service: 's', instance: '1' });
    rig.report(a, HOURS, rig.clock.now());
    rig.report(at({ alertname: 'B', service: 's' }), HOURS, rig.clock.now());
    rig.report(at({ alertname: 'C', instance: '2' }), HOURS, rig.clock.now());
    rig.report(at({ alertname: 'D', instance: '2' }), HOURS, rig.clock.now());
    expect(rig.manager.beyond.incidents.list()).toHaveLength(2);
    rig.report(at({ alertname: 'E', service: 's', instance: '2' }), HOURS, rig.clock.now());
    const [incident, ...others] = rig.manager.beyond.incidents.list();
    expect(others).toEqual([]);
    expect(incident?.fingerprints).toHaveLength(5);
    rig.report(a, 0);
    await rig.advance(60);
    expect(rig.manager.beyond.incidents.list()[0]).toMatchObject({ id: incident?.id, title: 'instance=2' });
    expect(rig.manager.beyond.incidents.idOf(id(a))).toBeUndefined();
  });

  test('no label, no incident; the labels are taken over at a reload', async () => {
    const off = { labels: [], windowMs: 300_000 };
    const rig = await start(beyond({ correlation: off }));
    rig.report(at({ service: 's', cluster: 'k' }), HOURS, rig.clock.now());
    rig.report(at({ alertname: 'B', service: 't', cluster: 'k' }), HOURS, rig.clock.now());
    expect(rig.manager.beyond.incidents.list()).toEqual([]);
    rig.reload({ route: ROUTE, beyond: beyond({ correlation: { labels: ['cluster'], windowMs: 60_000 } }) });
    expect(rig.manager.beyond.incidents.list().map(({ title }) => title)).toEqual(['cluster=k']);
  });
});
