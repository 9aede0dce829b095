import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { MemoryStateStore } from '../../storage/testing/memory-state-store.ts';
import { AlertRig, type RigOptions, routeConfig, START_MS } from '../testing/alert-rig.ts';

const DOWN = { alertname: 'Down', job: 'shop' };
const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['job'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
});

/** Alerts as a rule reports them: each minute, good for four. */
const REPEAT_SECONDS = 60;
const VALID_SECONDS = 240;

function start(state: MemoryStateStore, options: Partial<RigOptions> = {}): Promise<AlertRig> {
  return AlertRig.start({ plan: { route: ROUTE }, state, ...options });
}

async function fireFor(rig: AlertRig, seconds: number, labels: Record<string, string> = DOWN): Promise<void> {
  const startsAtMs = rig.clock.now();
  for (let t = 0; t < seconds; t += REPEAT_SECONDS) {
    rig.report(labels, VALID_SECONDS, startsAtMs);
    await rig.advance(REPEAT_SECONDS);
  }
}

/** The next process, `downSeconds` after this one. `isKilled`: it had no time to say goodbye. */
async function restart(rig: AlertRig, downSeconds: number, isKilled = false): Promise<AlertRig> {
  if (!isKilled) await rig.manager.close();
  const state = new MemoryStateStore();
  state.records.push(...rig.state.records);
  if (isKilled) await rig.manager.close();
  return start(state, { startMs: rig.clock.now() + downSeconds * 1000 });
}

const texts = (rig: AlertRig) => rig.told.flatMap(({ alerts }) => alerts);
const kinds = (rig: AlertRig) =>
  rig.events.map(({ kind }) => kind).filter((kind) => kind === 'firing' || kind === 'resolved');

describe.each([{ isKilled: false }, { isKilled: true }])('a restart (killed: $isKilled)', ({ isKilled }) => {
  test('an alert that goes on is told once', async () => {
    const first = await start(new MemoryStateStore());
    await fireFor(first, 120);
    expect(texts(first)).toEqual(['Down firing']);
    const second = await restart(first, 60, isKilled);
    await second.advance(180);
    await fireFor(second, 1_200);
    expect(texts(second)).toEqual([]);
    expect(kinds(second)).toEqual([]);
    expect([...second.manager.alerts].map(({ startsAtMs }) => startsAtMs)).toEqual([START_MS]);
    second.report(DOWN, 0);
    await second.advance(300);
    expect(texts(second)).toEqual(['Down ok']);
    await second.manager.close();
  });

  test('an alert that does not come back is told to be over, once its time to come back has passed', async () => {
    const first = await start(new MemoryStateStore());
    await fireFor(first, 120);
    const second = await restart(first, 60, isKilled);
    await second.advance(299);
    expect(texts(second)).toEqual([]);
    await second.advance(600);
    expect(texts(second)).toEqual(['Down ok']);
    expect(kinds(second)).toEqual(['resolved']);
    await second.manager.close();
  });

  test('an alert that was over when the process ended, but not yet told, is told', async () => {
    const first = await start(new MemoryStateStore());
    await fireFor(first, 120);
    first.report(DOWN, 0);
    await first.advance(1);
    const second = await restart(first, 10, isKilled);
    await second.advance(1);
    expect(texts(second)).toEqual(['Down ok']);
    await second.advance(3_600);
    expect(texts(second)).toEqual(['Down ok']);
    const third = await restart(second, 10, isKilled);
    await third.advance(3_600);
    expect(texts(third)).toEqual([]);
    await third.manager.close();
  });

  test('an end that was told is not told again beside alerts that go on', async () => {
    const first = await start(new MemoryStateStore());
    const other = { ...DOWN, alertname: 'Slow' };
    await fireFor(first, 60);
    first.report(other, 86_400, first.clock.now());
    await first.advance(300);
    expect(texts(first)).toEqual(['Down firing', 'Down ok', 'Slow firing']);
    first.report({ ...DOWN, alertname: 'Third' }, 86_400, first.clock.now());
    await first.advance(300);
    const before = texts(first).length;
    expect(before).toBe(5);
    const second = await restart(first, 10, isKilled);
    await second.advance(3_000);
    expect(texts(second)).toEqual([]);
    await second.manager.close();
  });

  test('an alert that began just before and was told to nobody is told once', async () => {
    const first = await start(new MemoryStateStore());
    first.report(DOWN, VALID_SECONDS, START_MS);
    await first.advance(1);
    const second = await restart(first, 10, isKilled);
    await fireFor(second, 600);
    expect(texts(second)).toEqual(['Down firing']);
    await second.manager.close();
  });
});

test('an alert that ended on its own is not taken for a firing one by the next process', async () => {
  const first = await start(new MemoryStateStore());
  first.report(DOWN, VALID_SECONDS, START_MS);
  await first.advance(1_000);
  expect(texts(first)).toEqual(['Down firing', 'Down ok']);
  expect(kinds(first)).toEqual(['firing', 'resolved']);
  expect(first.events.find(({ kind }) => kind === 'resolved')?.timeMs).toBe(START_MS + VALID_SECONDS * 1000);
  const second = await restart(first, 10, true);
  await second.advance(3_600);
  expect(texts(second)).toEqual([]);
  await second.manager.close();
});

test('an end that its sender gave, far ahead, stays', async () => {
  const first = await start(new MemoryStateStore());
  first.report(DOWN, 3_600, START_MS);
  await first.advance(60);
  const second = await restart(first, 60);
  await second.advance(3_400);
  expect(texts(second)).toEqual([]);
  await second.advance(600);
  expect(texts(second)).toEqual(['Down ok']);
  await second.manager.close();
});

test('repetitions and changed texts write little, and what is forgotten is removed', async () => {
  const rig = await start(new MemoryStateStore());
  const report = (value: number, endsInMs: number) =>
    rig.manager.receive({
      labels: Labels.fromObject(DOWN),
      annotations: Labels.fromObject({ value: String(value) }),
      startsAtMs: START_MS,
      endsAtMs: rig.clock.now() + endsInMs,
      generatorUrl: '',
    });
  const written = () => rig.state.records.filter(({ kind }) => kind === 'alert');
  for (let minute = 0; minute < 60; minute++) {
    report(minute, 240_000);
    await rig.advance(60);
  }
  expect(written()).toHaveLength(4);
  report(60, 0);
  await rig.advance(1);
  expect(JSON.parse(written().at(-1)?.payload ?? '{}')).toMatchObject({
    isResolved: true,
    annotations: { value: '60' },
  });
  await rig.advance(3_600);
  expect(written()).toEqual([]);
  await rig.manager.close();
});

test('the newest text is written when the process ends', async () => {
  const rig = await start(new MemoryStateStore());
  for (const value of ['1', '2']) {
    rig.manager.receive({
      labels: Labels.fromObject(DOWN),
      annotations: Labels.fromObject({ value }),
      startsAtMs: START_MS,
      endsAtMs: START_MS + 240_000,
      generatorUrl: '',
    });
    await rig.advance(1);
  }
  await rig.manager.close();
  const second = await start(rig.state, { startMs: rig.clock.now() });
  expect([...second.manager.alerts].map(({ annotations }) => annotations.get('value'))).toEqual(['2']);
  await second.manager.close();
});
