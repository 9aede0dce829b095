import { describe, expect, it } from 'vitest';
import { DEFAULT_SHAPE, lonelyPoints, plotColumns, tooltipRows, valueRange } from './plot-model.ts';

const series = (key: string, ...values: (number | null)[]) => ({ key, name: key, labels: {}, identity: {}, values });
const data = { times: [0, 1, 2], series: [series('a', 1, 2, 3), series('b', 10, 20, 30), series('c', 100, null, 300)] };

describe('plot', () => {
  it('starts filled charts and those that come near zero at zero', () => {
    expect(valueRange(1, 10, DEFAULT_SHAPE)[0]).toBe(0);
    expect(valueRange(98, 100, DEFAULT_SHAPE)[0]).toBeGreaterThan(97);
    expect(valueRange(98, 100, { ...DEFAULT_SHAPE, style: 'area' })[0]).toBe(0);
    expect(valueRange(-5, 5, DEFAULT_SHAPE)[0]).toBeLessThan(-5);
  });

  it('gives flat and empty data a height', () => {
    for (const [low, high] of [
      valueRange(5, 5, DEFAULT_SHAPE),
      valueRange(0, 0, DEFAULT_SHAPE),
      valueRange(null, null, DEFAULT_SHAPE),
      valueRange(-3, -3, DEFAULT_SHAPE),
    ]) {
      expect(high).toBeGreaterThan(low);
    }
  });

  it('keeps the ends that a person fixed', () => {
    expect(valueRange(1, 10, { ...DEFAULT_SHAPE, min: -2, max: 4 })).toEqual([-2, 4]);
  });

  it('has no place for zero on a logarithmic axis', () => {
    expect(
      plotColumns({ times: [0], series: [series('a', 0)] }, { ...DEFAULT_SHAPE, isLog: true }, new Set())[0],
    ).toEqual([null]);
    expect(valueRange(3, 700, { ...DEFAULT_SHAPE, isLog: true })).toEqual([1, 1000]);
  });

  it('finds points without neighbours', () => {
    expect(lonelyPoints([1, null, 2, 3, null, 4])).toEqual([0, 5]);
  });

  it('lists the nearest series first, then by value, without hidden and missing ones', () => {
    const distance = (index: number): number => [5, 50, 500][index] ?? 0;
    expect(tooltipRows(data, 0, new Set(), false, distance).rows.map(({ index }) => index)).toEqual([0, 2, 1]);
    expect(tooltipRows(data, 1, new Set(['a']), false, null).rows.map(({ index }) => index)).toEqual([1]);
    expect(tooltipRows(data, 0, new Set(), true, null).rows.map(({ index }) => index)).toEqual([2, 1, 0]);
  });

  it('keeps the places of the rows while the pointer moves', () => {
    const turned = { times: [0, 1], series: [series('a', 1, 100), series('b', 10, 20)] };
    const { order } = tooltipRows(turned, 0, new Set(), false, null);
    expect(tooltipRows(turned, 1, new Set(), false, null, order).rows.map(({ index }) => index)).toEqual([1, 0]);
    expect(tooltipRows(turned, 1, new Set(), false, null).rows.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('shows ten rows and counts the rest', () => {
    const many = { times: [0], series: Array.from({ length: 25 }, (_, index) => series(`s${index}`, index)) };
    const { rows, more } = tooltipRows(many, 0, new Set(), false, null);
    expect([rows.length, more]).toEqual([10, 15]);
  });
});
