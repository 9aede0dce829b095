import { expect, test } from 'vitest';
import { SimulatedClock } from './simulated-clock.ts';

const settle = async () => undefined;

test('timers run in the order of their times, then of their making, and see their own time', async () => {
  const clock = new SimulatedClock(1_000);
  const ran: string[] = [];
  const add = (name: string, delayMs: number) => clock.setTimer(delayMs, () => ran.push(`${name} ${clock.now()}`));
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['d', 30],
    ['b', 20],
    ['now', -5],
    ['late', 500],
  ] as const)
    add(name, delayMs);
  await clock.advanceTo(1_100, settle);
  expect(ran).toEqual(['now 1000', 'a 1010', 'b 1020', 'c 1030', 'd 1030']);
  expect(clock.now()).toBe(1_100);
});

test('a timer can make others and cancel others; what it starts is over before time goes on', async () => {
  const clock = new SimulatedClock(0);
  const ran: string[] = [];
  const doomed = clock.setTimer(40, () => ran.push('doomed'));
  const tick = () => {
    doomed.cancel();
    if (clock.now() < 100) clock.setTimer(25, tick);
    void Promise.resolve().then(() => ran.push(String(clock.now())));
  };
  clock.setTimer(25, tick);
  await clock.advanceTo(1_000, () => new Promise(setImmediate));
  expect(ran).toEqual(['25', '50', '75', '100']);
});

test('many timers come out sorted', async () => {
  const clock = new SimulatedClock(0);
  const ran: number[] = [];
  for (let i = 0; i < 1_000; i++) clock.setTimer((i * 7_919) % 1_009, () => ran.push(clock.now()));
  await clock.advanceTo(2_000, settle);
  expect(ran).toHaveLength(1_000);
  expect(ran).toEqual(ran.toSorted((a, b) => a - b));
});
