import { describe, expect, test } from 'vitest';
import { RowChunks } from './row-buffer.ts';
import { decimalsOf, POWERS_OF_TEN, RAW, toWhole } from './sample-code.ts';

describe('decimalsOf', () => {
  test.each([
    [0, 0],
    [42, 0],
    [-7, 0],
    [0.5, 1],
    [12.345, 3],
    [1e-9, 9],
    [1e-10, RAW],
    [-0, RAW],
    [Number.NaN, RAW],
    [Number.POSITIVE_INFINITY, RAW],
    [2 ** 53, RAW],
    [2 ** 53 - 1, 0],
    [1 / 3, RAW],
  ])('%d has %d', (value, expected) => {
    expect(decimalsOf(value, 0)).toBe(expected);
  });

  test('stays with the hint while that is exact', () => {
    expect(decimalsOf(12.5, 3)).toBe(3);
    expect(decimalsOf(2 ** 52, 3)).toBe(0);
    expect(decimalsOf(12.3456, 3)).toBe(4);
  });

  test('whatever is stored as a decimal reads back to the same float', () => {
    let seed = 1;
    const wrong: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const value = (seed / 2_147_483_647 - 0.5) * 10 ** (i % 12);
      const rounded = Math.round(value * 10 ** (i % 7)) / 10 ** (i % 7);
      for (const candidate of [value, rounded]) {
        const decimals = decimalsOf(candidate, i % 10);
        if (decimals === RAW) continue;
        const read = toWhole(candidate, decimals) / (POWERS_OF_TEN[decimals] as number);
        if (!Object.is(read, candidate)) wrong.push(candidate);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('RowChunks', () => {
  test('cuts at rows, bytes and a hundred days', () => {
    const byRows = new RowChunks(2);
    for (let i = 0; i < 5; i++) byRows.next(0);
    expect(byRows.chunks.map(({ rows }) => rows)).toEqual([2, 2, 1]);
    const byDays = new RowChunks();
    for (let day = 0; day < 150; day++) byDays.next(day);
    byDays.next(120);
    expect(byDays.chunks.map(({ rows }) => rows)).toEqual([100, 51]);
    const byBytes = new RowChunks(1_000, 10);
    byBytes.next(0).text('0123456789');
    byBytes.next(0);
    expect(byBytes.chunks.length).toBe(2);
  });
});
