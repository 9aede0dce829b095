import { describe, expect, it } from 'vitest';
import { decimal } from './number.ts';

describe('a number as JSON', () => {
  it.each([
    0,
    -0,
    1,
    -1,
    0.1 + 0.2,
    45.2,
    0.001,
    0.0005,
    0.0009999999999999998,
    999.999,
    1e-7,
    5e-324,
    1e12,
    1e12 - 0.001,
    999_999_999_999.999,
    2 ** 31,
    2 ** 53,
    1e21,
    -12.5,
    Number.MAX_VALUE,
  ])('%d is what String gives', (value) => {
    expect(decimal(value)).toBe(String(value));
  });

  it('is what String gives for every number of thousandths and its neighbours', () => {
    const wrong: number[] = [];
    const double = new Float64Array(1);
    const bits = new BigInt64Array(double.buffer);
    const check = (value: number): void => {
      if (decimal(value) !== String(value)) wrong.push(value);
    };
    for (let digits = 1; digits < 16; digits++) {
      for (let index = 0; index < 2000; index++) {
        double[0] = Math.floor(10 ** digits * (((index + 1) * 0.618_033_988_749_895) % 1)) / 1000;
        check(double[0]);
        bits[0] = (bits[0] ?? 0n) + 1n;
        check(double[0]);
      }
    }
    expect(wrong).toEqual([]);
  });
});
