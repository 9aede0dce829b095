import { describe, expect, it } from 'vitest';
import {
  buildChartData,
  commonLabels,
  largestSeries,
  seriesName,
  seriesText,
  stackColumns,
  statsOf,
} from './chart-data.ts';

describe('chart data', () => {
  it('puts points on the grid and leaves gaps empty', () => {
    const matrix = [{ metric: { job: 'a' }, values: [[10, '1'] as const, [30, '3'] as const] }];
    const data = buildChartData([{ ref: 'A', matrix }], 10_000, 40_000, 10_000);
    expect(data.times).toEqual([10, 20, 30, 40]);
    expect(data.series[0]?.values).toEqual([1, null, 3, null]);
  });

  it('keeps NaN as a gap and infinity as a value', () => {
    const matrix = [{ metric: {}, values: [[0, 'NaN'] as const, [1, '+Inf'] as const, [2, '-Inf'] as const] }];
    expect(buildChartData([{ ref: 'A', matrix }], 0, 2_000, 1_000).series[0]?.values).toEqual([
      null,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('names series by what sets them apart', () => {
    const series = [
      { __name__: 'up', job: 'a', instance: '1' },
      { __name__: 'up', job: 'a', instance: '2' },
    ];
    const common = commonLabels(series);
    expect(common).toEqual({ __name__: 'up', job: 'a' });
    expect(seriesName(series[0] ?? {}, common)).toBe('1');
    expect(seriesText(series[0] ?? {})).toBe('up{instance="1", job="a"}');
    expect(commonLabels(series.slice(0, 1))).toEqual({});
  });

  it('stacks, and a gap adds nothing', () => {
    expect(
      stackColumns(
        [
          [1, 2, 3],
          [10, null, 30],
          [100, 100, 100],
        ],
        (index) => index !== 1,
      ),
    ).toEqual([
      [1, 2, 3],
      [null, null, null],
      [101, 102, 103],
    ]);
    expect(
      stackColumns(
        [
          [1, 2],
          [10, null],
        ],
        () => true,
      ),
    ).toEqual([
      [1, 2],
      [11, null],
    ]);
  });

  it('keeps the largest series when there are too many', () => {
    const data = {
      times: [0],
      series: [1, 9, 5].map((value) => ({ key: `${value}`, name: '', labels: {}, identity: {}, values: [value] })),
    };
    expect(largestSeries(data, 2).series.map(({ key }) => key)).toEqual(['9', '5']);
  });

  it('has no statistics without values', () => {
    expect(statsOf([null, null])).toEqual({ last: null, mean: null, min: null, max: null });
    expect(statsOf([1, null, 3])).toEqual({ last: 3, mean: 2, min: 1, max: 3 });
  });
});
