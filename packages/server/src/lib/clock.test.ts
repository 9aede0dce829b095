import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { TestClock } from './testing/test-clock.ts';

test('the system clock runs timers once, and not the cancelled ones', async () => {
  const ran: string[] = [];
  systemClock.setTimer(-5, () => ran.push('past')).cancel();
  systemClock.setTimer(30, () => ran.push('cancelled')).cancel();
  await new Promise<void>((resolve) => {
    systemClock.setTimer(-1, () => ran.push('at once'));
    expect(ran).toEqual([]);
    systemClock.setTimer(40, resolve);
  });
  expect(ran).toEqual(['at once']);
  // Longer than setTimeout takes: it must not fire at once.
  const far = systemClock.setTimer(2 ** 40, () => ran.push('far'));
  await new Promise((resolve) => setTimeout(resolve, 10));
  far.cancel();
  expect(ran).toEqual(['at once']);
});

test('a test moves its clock: timers run in the order of time, also those that timers set', async () => {
  const clock = new TestClock(1_000);
  const ran: [string, number][] = [];
  const note = (name: string) => () => ran.push([name, clock.now()]);
  clock.setTimer(30, note('c'));
  clock.setTimer(10, () => {
    note('a')();
    clock.setTimer(10, note('b'));
  });
  clock.setTimer(15, note('never')).cancel();
  await clock.advance(25, async () => undefined);
  expect(ran).toEqual([
    ['a', 1_010],
    ['b', 1_020],
  ]);
  expect(clock.now()).toBe(1_025);
  await clock.advance(5, async () => undefined);
  expect(ran.at(-1)).toEqual(['c', 1_030]);
});
