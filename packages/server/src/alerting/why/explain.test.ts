import type { AlertWhy } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { AlertEventQuery, AlertEventRecord } from '../../storage/alert-event-store.ts';
import { RepeatFilter } from '../events/repeat-filter.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { AlertInstances } from '../instances/alert-instances.ts';
import { AlertRig, matcher, type RigOptions, routeConfig, START_MS } from '../testing/alert-rig.ts';
import { explainAlert } from './explain.ts';

const LABELS = { alertname: 'Down', job: 'shop' };
const MARKS = { acknowledgement: () => undefined, incidentId: () => undefined };
const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['alertname'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 3_600_000,
});

/** What was recorded, as the store would give it: repetitions are left out. */
async function find(rig: AlertRig, query: AlertEventQuery): Promise<readonly AlertEventRecord[]> {
  const filter = new RepeatFilter();
  return rig.events
    .filter((event) => filter.isNews(event))
    .map((event) => ({ actor: '', labels: undefined, ...event }))
    .filter(({ fingerprint, timeMs }) => fingerprint === query.fingerprint && timeMs <= query.endMs);
}

async function whyOf(rig: AlertRig, labels: Record<string, string> = LABELS, atSeconds?: number): Promise<AlertWhy> {
  const now = () => rig.clock.now();
  const rules = {
    externalLabels: Labels.EMPTY,
    groups: () => [],
    configuration: rig,
    toldLabels: (labels: Labels) => labels,
  };
  const parts = {
    manager: rig.manager,
    instances: new AlertInstances({ manager: rig.manager, rules, marks: MARKS, now }),
    events: { find: (query: AlertEventQuery) => find(rig, query) },
    now,
  };
  const timeMs = atSeconds === undefined ? undefined : START_MS + atSeconds * 1000;
  const answer = await explainAlert(parts, fingerprintOf(Labels.fromObject(labels)), timeMs);
  if (answer === undefined) throw new Error('nothing is known');
  return answer;
}

function start(plan: Partial<RigOptions['plan']> = {}, options: Partial<RigOptions> = {}): Promise<AlertRig> {
  return AlertRig.start({ ...options, plan: { route: ROUTE, ...plan } });
}

const chain = ({ steps }: AlertWhy) => steps.map(({ stage, outcome }) => `${stage} ${outcome}`);

describe('why, now', () => {
  test('before the first look it waits for company, until a known time', async () => {
    const rig = await start();
    rig.report(LABELS);
    await rig.advance(10);
    const why = await whyOf(rig);
    expect(chain(why)).toEqual(['alert passed', 'route passed', 'group waiting']);
    expect(why.summary).toBe('Its group for team waits for company until 2026-03-02T12:00:30Z.');
    await rig.manager.close();
  });

  test('once sent, it says when, and when it is told again', async () => {
    const rig = await start();
    rig.report(LABELS, 86_400);
    await rig.advance(31);
    const why = await whyOf(rig);
    expect(chain(why)).toEqual([
      'alert passed',
      'route passed',
      'group passed',
      'inhibition passed',
      'time passed',
      'silence passed',
      'send sent',
      'dedup held',
    ]);
    expect(why.summary).toBe(
      'Sent to team (webhook[0]) at 2026-03-02T12:00:30Z; nothing new since 2026-03-02T12:00:30Z; told again after 2026-03-02T13:00:30Z.',
    );
    await rig.manager.close();
  });

  test('a silence, who made it, until when and since when it counts', async () => {
    const rig = await start();
    const endsAtMs = START_MS + 7_200_000;
    const draft = {
      matchers: [matcher('job=shop')],
      startsAtMs: START_MS,
      endsAtMs,
      createdBy: 'anna',
      comment: 'disk',
    };
    const id = await rig.manager.silences.set(draft);
    rig.report(LABELS, 86_400);
    await rig.advance(400);
    const why = await whyOf(rig);
    expect(why.steps.at(-1)).toMatchObject({
      stage: 'silence',
      outcome: 'held',
      timeMs: START_MS + 30_000,
      text: `silenced by anna until 2026-03-02T14:00:00Z: disk (silence ${id})`,
    });
    expect(why.summary).toMatch(/^For team it is silenced by anna until/);
    await rig.manager.close();
  });

  test('an inhibition by another alert, and nothing behind it', async () => {
    const inhibitRules = [
      { sourceMatchers: [matcher('alertname=Host')], targetMatchers: [matcher('job=shop')], equal: [] },
    ];
    const rig = await start({ inhibitRules });
    rig.report({ alertname: 'Host' }, 86_400);
    rig.report(LABELS, 86_400);
    await rig.advance(31);
    const why = await whyOf(rig);
    expect(chain(why)).toEqual(['alert passed', 'route passed', 'group passed', 'inhibition held']);
    expect(why.steps.at(-1)?.text).toBe('inhibited by {alertname="Host"}, inhibition rule 1');
    await rig.manager.close();
  });

  test('a time interval, with the minute at which it ends', async () => {
    const noon = {
      times: [{ begin: 720, end: 765 }],
      weekdays: [],
      daysOfMonth: [],
      months: [],
      years: [],
      location: 'UTC',
    };
    const route = routeConfig({ ...ROUTE, muteTimeIntervals: ['lunch'] });
    const rig = await start({ route, timeIntervals: new Map([['lunch', [noon]]]) });
    rig.report(LABELS, 86_400);
    await rig.advance(31);
    const why = await whyOf(rig);
    expect(why.steps.at(-1)).toMatchObject({ stage: 'time', outcome: 'held' });
    expect(why.steps.at(-1)?.text).toBe('muted by lunch until 2026-03-02T12:45:00Z');
    await rig.manager.close();
  });

  test('a receiver that refuses: what it said, and when it is tried again', async () => {
    const onSend = () => {
      throw new Error('503 from the chat');
    };
    const rig = await start({}, { onSend });
    rig.report(LABELS, 86_400);
    await rig.advance(331);
    const why = await whyOf(rig);
    const failed = why.steps.find(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject({ stage: 'send', receiver: 'team', integration: 'webhook[0]' });
    expect(failed?.text).toContain('503 from the chat');
    expect(why.summary).toContain('did not take it: 503 from the chat');
    await rig.manager.close();
  });

  test('each route of several is told on its own', async () => {
    const child = routeConfig({ receiver: 'web', matchers: [matcher('job=shop')], continue: true });
    const other = routeConfig({ receiver: 'all', groupWaitMs: 600_000 });
    const rig = await start({ route: routeConfig({ ...ROUTE, routes: [child, other] }) });
    rig.report(LABELS, 86_400);
    await rig.advance(31);
    const why = await whyOf(rig);
    const routes = why.steps.filter(({ stage }) => stage === 'route').map(({ receiver }) => receiver);
    expect(routes).toEqual(['web', 'all']);
    expect(why.summary).toMatch(/^Sent to web .*; its group for all waits for company until/);
    await rig.manager.close();
  });
});

describe('why, at an earlier time', () => {
  test('each time has its own answer: waiting, sent, silenced, over', async () => {
    const rig = await start();
    rig.report(LABELS, 86_400);
    await rig.advance(100);
    await rig.manager.silences.set({
      matchers: [matcher('job=shop')],
      startsAtMs: START_MS + 100_000,
      endsAtMs: START_MS + 2_000_000,
      createdBy: 'anna',
      comment: 'known',
    });
    await rig.advance(900);
    rig.report(LABELS, 0);
    await rig.advance(3_000);
    const at = async (seconds: number) => await whyOf(rig, LABELS, seconds);
    expect(chain(await at(10))).toEqual(['alert passed', 'route passed', 'group waiting']);
    expect((await at(60)).summary).toBe('Sent to team (webhook[0]) at 2026-03-02T12:00:30Z.');
    const silenced = await at(700);
    expect(silenced.steps.at(-1)).toMatchObject({ stage: 'silence', outcome: 'held', timeMs: START_MS + 330_000 });
    expect(silenced.steps.at(-1)?.text).toMatch(/^silenced by silence .* of anna: known$/);
    const over = await at(3_900);
    expect(over.steps[0]?.text).toBe('over since 2026-03-02T12:16:40Z');
    // The silence outlived the alert: that it is over was told to nobody.
    expect(over.summary).toMatch(/^For team it is silenced by silence/);
    await rig.manager.close();
  });

  test('of a time before anything was recorded nothing is known', async () => {
    const rig = await start();
    await rig.advance(100);
    rig.report(LABELS);
    await expect(whyOf(rig, LABELS, 50)).rejects.toThrow('nothing is known');
    await rig.manager.close();
  });
});
