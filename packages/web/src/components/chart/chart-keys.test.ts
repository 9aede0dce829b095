import { expect, it } from 'vitest';
import { moveCursor } from './chart-keys.ts';

const start = { index: -1, series: 0 };

it('the keyboard cursor starts at the newest point and stays inside', () => {
  expect(moveCursor('ArrowLeft', start, 10, [0, 1])).toEqual({ index: 9, series: 0 });
  expect(moveCursor('ArrowRight', { index: 9, series: 0 }, 10, [0, 1])).toEqual({ index: 9, series: 0 });
  expect(moveCursor('PageUp', { index: 5, series: 0 }, 10, [0, 1])).toEqual({ index: 0, series: 0 });
  expect(moveCursor('Home', { index: 5, series: 1 }, 10, [0, 1])).toEqual({ index: 0, series: 1 });
});

it('the keyboard cursor goes round the shown series only', () => {
  expect(moveCursor('ArrowDown', { index: 3, series: 2 }, 10, [0, 2])).toEqual({ index: 3, series: 0 });
  expect(moveCursor('ArrowUp', { index: 3, series: 0 }, 10, [0, 2])).toEqual({ index: 3, series: 2 });
  expect(moveCursor('ArrowLeft', { index: 3, series: 1 }, 10, [0, 2])).toEqual({ index: 2, series: 0 });
});

it('other keys and empty charts mean nothing', () => {
  expect(moveCursor('x', start, 10, [0])).toBeNull();
  expect(moveCursor('ArrowLeft', start, 0, [0])).toBeNull();
  expect(moveCursor('ArrowLeft', start, 10, [])).toBeNull();
});
