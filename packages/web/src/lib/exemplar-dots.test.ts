import { describe, expect, it } from 'vitest';
import { thinExemplars, wantsExemplars } from './exemplar-dots.ts';

const at = (atMs: number, value: number) => ({ atMs, value, labels: { trace_id: `t${atMs}` }, series: {} });

describe('exemplars on a chart', () => {
  it('are at most one in twelve pixels, the largest', () => {
    const many = [at(0, 1), at(1, 9), at(2, 3), at(500, 4), at(1_000, 5), at(2_000, 7), at(-1, 7), at(3, Number.NaN)];
    expect(thinExemplars(many, 0, 1_000, 120).map(({ atMs }) => atMs)).toEqual([1, 500, 1_000]);
    expect(thinExemplars(many, 0, 1_000, 5).map(({ atMs }) => atMs)).toEqual([1]);
  });

  it('are asked for where a query is about a histogram, unless someone says otherwise', () => {
    const quantile = 'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))';
    expect(wantsExemplars(undefined, ['up', quantile])).toBe(true);
    expect(wantsExemplars(undefined, ['up', 'sum(rate(a_buckets_total[5m]))'])).toBe(false);
    expect(wantsExemplars('0', [quantile])).toBe(false);
    expect(wantsExemplars('1', ['up'])).toBe(true);
  });
});
