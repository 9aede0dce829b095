import { describe, expect, it } from 'vitest';
import { isolateMark, isolateSeries, legendRows, nextSort, toggleSeries } from './legend-model.ts';

const all = ['a', 'b', 'c'];
const stats = (last: number | null) => ({ last, mean: last, min: last, max: last });

describe('legend', () => {
  it('the swatch toggles one series', () => {
    const hidden = toggleSeries(new Set(), 'b');
    expect([...hidden]).toEqual(['b']);
    expect([...toggleSeries(hidden, 'b')]).toEqual([]);
  });

  it('the name isolates, and brings all back when it is alone', () => {
    const alone = isolateSeries(new Set(), 'b', all);
    expect([...alone].sort()).toEqual(['a', 'c']);
    expect([...isolateSeries(alone, 'b', all)]).toEqual([]);
    expect([...isolateSeries(alone, 'a', all)].sort()).toEqual(['b', 'c']);
  });

  it('isolating a hidden series shows only that one', () => {
    expect([...isolateSeries(new Set(['a']), 'a', all)].sort()).toEqual(['b', 'c']);
  });

  it('sorts numbers from the largest, names from A, missing values last', () => {
    const rows = [
      { key: 'x', name: 'x10', stats: stats(1) },
      { key: 'y', name: 'x9', stats: stats(null) },
      { key: 'z', name: 'x1', stats: stats(5) },
    ];
    const byLast = nextSort({ column: 'name', isDescending: false }, 'last');
    expect(legendRows(rows, byLast, '').map(({ key }) => key)).toEqual(['z', 'x', 'y']);
    expect(legendRows(rows, nextSort(byLast, 'last'), '').map(({ key }) => key)).toEqual(['x', 'z', 'y']);
    expect(legendRows(rows, nextSort(byLast, 'name'), '').map(({ name }) => name)).toEqual(['x1', 'x9', 'x10']);
    expect(legendRows(rows, byLast, 'X9').map(({ key }) => key)).toEqual(['y']);
  });

  it('sorts by change, growth from nothing first and what is unknown last', () => {
    const change = (share: number | null) => ({ now: 1, before: share === null ? 0 : 1, share });
    const rows = [
      { key: 'a', name: 'a', stats: stats(1), change: change(0.5) },
      { key: 'b', name: 'b', stats: stats(1), change: null },
      { key: 'c', name: 'c', stats: stats(1), change: change(null) },
      { key: 'd', name: 'd', stats: stats(1), change: change(-0.5) },
    ];
    const order = legendRows(rows, { column: 'change', isDescending: true }, '').map(({ key }) => key);
    expect(order.join('')).toBe('cadb');
  });

  it('alt click finds the same labels, or the same name, on other charts and leaves charts without them alone', () => {
    const mark = { name: 'sda', labels: { device: 'sda', __name__: 'reads' } };
    const other = [
      { key: '1', name: 'writes sda', labels: { device: 'sda', __name__: 'writes' } },
      { key: '2', name: 'writes sdb', labels: { device: 'sdb', __name__: 'writes' } },
      { key: '3', name: 'sda', labels: {} },
    ];
    expect([...(isolateMark(mark, other) ?? [])]).toEqual(['2']);
    expect(isolateMark(mark, [{ key: '4', name: 'cpu', labels: { mode: 'user' } }])).toBeNull();
  });
});
