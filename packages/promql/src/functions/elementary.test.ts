import { expect, test } from 'vitest';
import { acos, asin, atan, atan2, cos, cosh, ln, log10, log2, power, sin, sinh, tan, tanh } from './elementary.ts';

const OWN = { acos, asin, atan, cos, cosh, ln, log10, log2, sin, sinh, tan, tanh };
const OF_V8: Readonly<Record<string, (value: number) => number>> = { ...pickMath(), ln: Math.log };
const SPECIAL = [0, -0, 1, -1, 0.5, -0.5, 2, 1e-310, 5e-324, 1.7976931348623157e308, Infinity, -Infinity, Number.NaN];

function pickMath(): Record<string, (value: number) => number> {
  const { acos, asin, atan, cos, cosh, log10, log2, sin, sinh, tan, tanh } = Math;
  return { acos, asin, atan, cos, cosh, log10, log2, sin, sinh, tan, tanh };
}

function isNear(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-11 * Math.max(Math.abs(a), Math.abs(b));
}

test.each(Object.entries(OWN))('%s is right to a few last digits, and in special cases', (name, compute) => {
  const expected = OF_V8[name] as (value: number) => number;
  const values = [...SPECIAL, ...Array.from({ length: 2000 }, (_, i) => (i - 1000.5) / 37)];
  const wrong = values.filter((value) => !isNear(compute(value), expected(value)));
  expect(wrong.map((value) => [value, compute(value), expected(value)])).toEqual([]);
});

test('powers, in special cases as IEEE 754 has them', () => {
  const wrong: unknown[] = [];
  for (const base of [...SPECIAL, 3, -3, 10, 1.1]) {
    for (const exponent of [...SPECIAL, 3, -3, 17, 2.75, 400, 1e10]) {
      const isOne = base === 1 || (base === -1 && Math.abs(exponent) === Infinity);
      const expected = isOne ? 1 : base ** exponent;
      if (!isNear(power(base, exponent), expected)) wrong.push([base, exponent, power(base, exponent), expected]);
    }
  }
  expect(wrong).toEqual([]);
});

test('the angle of every quadrant and axis', () => {
  for (const y of [...SPECIAL, 3]) {
    for (const x of [...SPECIAL, 3]) expect(isNear(atan2(y, x), Math.atan2(y, x)), `${y} ${x}`).toBe(true);
  }
});

/** Answers of Prometheus 2.42, some of which differ from V8's. */
test.each([
  ['log10', log10(1000), 3],
  ['log10', log10(3.25), 0.5118833609788744],
  ['log10', log10(17.85), 1.2516382204482122],
  ['log2', log2(1024), 10],
  ['power', power(2, 0.5), Math.SQRT2],
])('%s has the last digit of Prometheus', (_name, value, expected) => {
  expect(value).toBe(expected);
});
