import { expect, it } from 'vitest';
import { EventWindow } from './event-window.ts';

it('gives what was added in the window', () => {
  const window = new EventWindow(60_000);
  expect(window.read(0, 100, 200)).toEqual([0, 0]);
  expect(window.read(30_000, 150, 260)).toEqual([50, 60]);
  expect(window.read(60_000, 160, 270)).toEqual([60, 70]);
  // The beginning is now at 30 s.
  expect(window.read(90_000, 170, 290)).toEqual([20, 30]);
  // When exactly the last one came, between 90 s and now, nobody saw: it counts.
  expect(window.read(600_000, 171, 291)).toEqual([1, 1]);
});

it('keeps at most 61 steps, however often it is read', () => {
  const window = new EventWindow(60_000);
  let last: readonly [number, number] = [0, 0];
  for (let ms = 0; ms <= 600_000; ms += 100) last = window.read(ms, ms, ms * 2);
  // The step that holds the beginning may be one step old.
  expect(last[0]).toBeGreaterThanOrEqual(60_000);
  expect(last[0]).toBeLessThanOrEqual(61_100);
  expect(last[1]).toBe(last[0] * 2);
});

it('begins anew when the numbers fall', () => {
  const window = new EventWindow(60_000);
  window.read(0, 100, 100);
  expect(window.read(10_000, 5, 6)).toEqual([0, 0]);
  expect(window.read(20_000, 6, 8)).toEqual([1, 2]);
});
