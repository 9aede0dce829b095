import { expect, test } from 'vitest';
import { createMetricsRegistry } from '../../../telemetry/create-registry.ts';
import { exposed } from '../../../telemetry/testing/exposed.ts';
import { NotifyError } from '../../receivers/receiver.ts';
import { AlertRig, matcher, type RigOptions, routeConfig, START_MS } from '../../testing/alert-rig.ts';
import { NOTHING_BEYOND } from '../config/types.ts';

const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['alertname'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 86_400_000,
});
const DAY = 86_400;
const HELD = 'NotificationsHeld';

function start(options: Partial<RigOptions> & { readonly notifications?: number } = {}): Promise<AlertRig> {
  const { notifications = 2, ...others } = options;
  const limit = { receiver: 'team', notifications, perMs: 3_600_000 };
  const beyond = { ...NOTHING_BEYOND, rateLimits: new Map([['team', limit]]) };
  return AlertRig.start({ plan: { route: ROUTE, beyond }, ...others });
}

function fire(rig: AlertRig, ...names: readonly string[]): void {
  for (const alertname of names) rig.report({ alertname }, DAY);
}

function resolve(rig: AlertRig, ...names: readonly string[]): void {
  for (const alertname of names) rig.report({ alertname }, 0);
}

function taken(rig: AlertRig): unknown[] {
  return rig.take().map(({ atSeconds, alerts }) => [atSeconds, ...alerts]);
}

test('what is beyond the limit comes in one message that says so, as soon as the limit allows it', async () => {
  const texts: (string | undefined)[] = [];
  const rig = await start({
    onSend: ({ alerts: [first], groupLabels }) =>
      void texts.push(
        groupLabels.get('alertname') === HELD
          ? Object.values(first?.annotations.toObject() ?? {}).join('\n')
          : undefined,
      ),
  });
  fire(rig, 'A', 'B', 'C', 'D');
  await rig.advance(60);
  fire(rig, 'E');
  await rig.advance(4 * 3_600);
  expect(taken(rig)).toEqual([
    [10, 'A firing'],
    [10, 'B firing'],
    [3_610, `${HELD} firing`, 'C firing', 'D firing', 'E firing'],
  ]);
  expect(texts.at(-1)).toBe(
    'The receiver gets at most 2 notifications per 1h. Held were: C (1 alert), D (1 alert), E (1 alert).\n' +
      '3 notifications about 3 alerts held since 2026-03-02 12:00 UTC',
  );
  const limited = rig.events.filter(({ kind }) => kind === 'limited');
  expect(limited.map(({ detail, receiver, integration }) => [detail, receiver, integration])).toEqual(
    Array(3).fill(['held: the limit is 2 per 1h', 'team', 'webhook[0]']),
  );
  const sent = rig.events.filter(({ kind, detail }) => kind === 'sent' && detail === 'digest');
  // Under the keys of their own groups, so that each alert's story is whole.
  expect(sent.map(({ groupKey }) => groupKey)).toEqual([
    `digest:team/webhook[0]:${START_MS + 3_610_000}`,
    ...['C', 'D', 'E'].map((name) => `{}:{alertname="${name}"}`),
  ]);
});

test('a digest takes one place of the limit, however much it tells; what comes later has its turn', async () => {
  const rig = await start();
  fire(rig, 'A', 'B');
  await rig.advance(1_800);
  fire(rig, ...Array.from({ length: 40 }, (_, index) => `N${index}`));
  await rig.advance(2_000);
  const told = taken(rig) as string[][];
  expect(told.map((each) => each.length - 1)).toEqual([1, 1, 41]);
  fire(rig, 'C', 'D');
  await rig.advance(3_600);
  expect((taken(rig) as number[][]).map(([at, ...alerts]) => [at, alerts.length])).toEqual([
    [3_810, 1],
    [7_210, 2],
  ]);
});

test('the end of what was told alone is never held; what a digest told ends in one message, too', async () => {
  const rig = await start();
  fire(rig, 'A', 'B', 'C', 'D', 'E');
  await rig.advance(3_700);
  taken(rig);
  resolve(rig, 'A', 'C', 'D');
  await rig.advance(300);
  expect(taken(rig)).toEqual([[3_730, 'A ok']]);
  resolve(rig, 'E');
  await rig.advance(300);
  expect(taken(rig)).toEqual([[4_030, `${HELD} ok`, 'C ok', 'D ok', 'E ok']]);
  resolve(rig, 'B');
  await rig.advance(DAY);
  expect(taken(rig)).toEqual([[4_330, 'B ok']]);
});

test('what ended while it was held is told as ended; when all of it ended the message is no alarm', async () => {
  const rig = await start();
  fire(rig, 'A', 'B', 'C', 'D');
  await rig.advance(100);
  resolve(rig, 'C');
  await rig.advance(3_600);
  expect(taken(rig).at(-1)).toEqual([3_610, `${HELD} firing`, 'C ok', 'D firing']);
  fire(rig, 'X', 'Y', 'Z');
  await rig.advance(100);
  resolve(rig, 'Z', 'Y');
  await rig.advance(DAY / 2);
  expect(taken(rig)).toEqual([
    [3_710, 'X firing'],
    [7_210, `${HELD} ok`, 'Y ok', 'Z ok'],
  ]);
});

test('without send_resolved a digest has only what fires', async () => {
  const rig = await start({ sendResolved: false });
  fire(rig, 'A', 'B', 'C', 'D');
  await rig.advance(100);
  resolve(rig, 'C');
  await rig.advance(3_600);
  expect(taken(rig).at(-1)).toEqual([3_610, `${HELD} firing`, 'D firing']);
  resolve(rig, 'D');
  await rig.advance(3_600);
  expect(taken(rig)).toEqual([]);
});

test('silenced while it is held: not told then, and told alone when the silence ends', async () => {
  const rig = await start();
  fire(rig, 'A', 'B', 'C', 'D');
  await rig.advance(100);
  await rig.manager.silences.set({
    matchers: [matcher('alertname=C')],
    startsAtMs: rig.clock.now(),
    endsAtMs: START_MS + 7_200_000,
    createdBy: 'anna',
    comment: '',
  });
  await rig.advance(8_000);
  expect(taken(rig).slice(2)).toEqual([
    [3_610, `${HELD} firing`, 'D firing'],
    [7_210, 'C firing'],
  ]);
});

test('a new alert of a group that was told before is held with its group, whose end is told alone', async () => {
  const rig = await start();
  fire(rig, 'A', 'B');
  await rig.advance(20);
  rig.report({ alertname: 'A', instance: 'x' }, DAY);
  await rig.advance(3_700);
  expect(taken(rig).at(-1)).toEqual([3_610, `${HELD} firing`, 'A firing', 'A firing']);
  resolve(rig, 'A');
  rig.report({ alertname: 'A', instance: 'x' }, 0);
  await rig.advance(100);
  expect(taken(rig)).toEqual([[3_730, 'A ok', 'A ok']]);
});

test('a message that was not taken takes no place; a digest that was not taken comes again', async () => {
  let isBroken = true;
  const rig = await start({
    notifications: 1,
    onSend: () => {
      if (isBroken) throw new NotifyError('permanent', 'answer 400');
    },
  });
  fire(rig, 'A');
  await rig.advance(20);
  isBroken = false;
  await rig.advance(60);
  expect(taken(rig)).toEqual([[70, 'A firing']]);
  fire(rig, 'B', 'C');
  await rig.advance(3_500);
  isBroken = true;
  await rig.advance(150);
  isBroken = false;
  await rig.advance(100);
  expect(taken(rig)).toEqual([[3_790, `${HELD} firing`, 'B firing', 'C firing']]);
});

test('a restart loses nothing that is held, and does not begin the limit anew', async () => {
  const first = await start();
  fire(first, 'A', 'B', 'C', 'D');
  await first.advance(600);
  expect(taken(first)).toHaveLength(2);
  const second = await start({ state: first.state, startMs: START_MS + 700_000 });
  fire(second, 'A', 'B', 'C', 'D');
  await second.advance(3_000);
  expect(taken(second)).toEqual([[3_610, `${HELD} firing`, 'C firing', 'D firing']]);
  const third = await start({ state: first.state, startMs: START_MS + 4_000_000 });
  fire(third, 'A', 'B', 'C', 'D');
  await third.advance(100);
  resolve(third, 'C', 'D');
  await third.advance(100);
  expect(taken(third)).toEqual([[4_130, `${HELD} ok`, 'C ok', 'D ok']]);
});

test('a reload keeps what is held; without a limit its groups tell it themselves', async () => {
  const rig = await start();
  fire(rig, 'A', 'B', 'C', 'D');
  await rig.advance(100);
  taken(rig);
  const limit = { receiver: 'team', notifications: 2, perMs: 600_000 };
  rig.reload({ route: ROUTE, beyond: { ...NOTHING_BEYOND, rateLimits: new Map([['team', limit]]) } });
  await rig.advance(900);
  expect(taken(rig)).toEqual([[610, `${HELD} firing`, 'C firing', 'D firing']]);
  fire(rig, 'E', 'F', 'G');
  await rig.advance(20);
  expect(taken(rig)).toHaveLength(1);
  rig.reload({ route: ROUTE });
  await rig.advance(60);
  expect(taken(rig).map((told) => (told as unknown[])[1])).toEqual(['F firing', 'G firing']);
});

test('held messages are counted by receiver', async () => {
  const registry = createMetricsRegistry();
  const rig = await start({ registry });
  fire(rig, 'A', 'B', 'C', 'D', 'E');
  await rig.advance(600);
  expect(await exposed(registry)).toContain('sightline_notifications_held_total{receiver="team"} 3');
});
