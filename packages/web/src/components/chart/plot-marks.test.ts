import { describe, expect, it } from 'vitest';
import { NO_MARKS, withLimits } from './plot-marks.ts';

describe('limits on the value axis', () => {
  const limit = (value: number) => ({ ...NO_MARKS, limits: [{ value, label: '' }] });

  it('widen it to where they are', () => {
    expect(withLimits(2, 4, limit(10))).toEqual([2, 10]);
    expect(withLimits(2, 4, limit(-1))).toEqual([-1, 4]);
    expect(withLimits(2, 4, limit(3))).toEqual([2, 4]);
  });
  it('are all of it when there are no values', () => {
    expect(withLimits(null, null, limit(3))).toEqual([3, 3]);
  });
  it('leave it alone when there are none', () => {
    expect(withLimits(null, 4, NO_MARKS)).toEqual([null, 4]);
  });
});
