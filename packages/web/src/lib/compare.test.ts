import { describe, expect, it } from 'vitest';
import type { ChartData } from './chart-data.ts';
import { changeOf, compareChoice, compareShiftMs, formatChange, shiftWords, withGhosts } from './compare.ts';

const series = (key: string, values: readonly (number | null)[]) => ({
  key,
  name: key,
  labels: {},
  identity: {},
  values,
});
const data = (...all: ReturnType<typeof series>[]): ChartData => ({ times: [10, 20, 30], series: all });

describe('compare', () => {
  it('knows its choices and nothing else', () => {
    expect(['previous', '1d', '1w', 'deploy', '', undefined].map(compareChoice)).toEqual([
      'previous',
      '1d',
      '1w',
      null,
      null,
      null,
    ]);
  });

  it('goes back by whole steps, so that both lie on one grid', () => {
    expect(compareShiftMs('previous', 3_600_000, 15_000)).toBe(3_600_000);
    expect(compareShiftMs('previous', 3_601_000, 15_000)).toBe(3_600_000);
    expect(compareShiftMs('previous', 5_000, 15_000)).toBe(15_000);
    expect(compareShiftMs('1d', 3_600_000, 15_000)).toBe(86_400_000);
    expect(compareShiftMs('1w', 3_600_000, 7_000) % 7_000).toBe(0);
  });

  it('joins earlier values by key and leaves new series alone', () => {
    const joined = withGhosts(
      data(series('a', [1, 2, 3]), series('new', [4, 5, 6])),
      data(series('a', [7, null, 9, 10])),
    );
    expect(joined.series.map(({ ghost }) => ghost)).toEqual([[7, null, 9], undefined]);
    const same = data(series('a', [1, 2, 3]));
    expect(withGhosts(same, data())).toBe(same);
  });

  it('compares means and knows when there is nothing to compare', () => {
    expect(changeOf([2, 4, null], [1, 1, 1])).toEqual({ now: 3, before: 1, share: 2 });
    expect(changeOf([2], undefined)).toBeNull();
    expect(changeOf([2], [null])).toBeNull();
    expect(changeOf([0], [0])?.share).toBe(0);
    expect(changeOf([3], [0])?.share).toBeNull();
    expect(changeOf([-1], [-2])?.share).toBe(0.5);
  });

  it.each([
    [[112], [100], '▲ +12\u202f%'],
    [[96.6], [100], '▼ −3.4\u202f%'],
    [[100], [100], '= 0\u202f%'],
    [[5000], [100], '▲ ×50'],
    [[5], [0], '▲ from 0'],
    [[-5], [0], '▼ from 0'],
    [[5], [null], '–'],
  ] as const)('%j after %j reads %s', (now, before, text) => {
    expect(formatChange(changeOf(now, before))).toBe(text);
  });

  it('says how far back', () => {
    expect(shiftWords('previous', 3_600_000)).toBe('previous period, 1\u202fh earlier');
    expect(shiftWords('1w', 604_800_000)).toBe('1 week before');
  });
});
