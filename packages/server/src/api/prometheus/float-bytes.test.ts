import { expect, test } from 'vitest';
import { FLOAT_ROOM, writeFloat } from './float-bytes.ts';

const out = new Uint8Array(FLOAT_ROOM);
const view = new DataView(out.buffer);
const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);

/** Undefined when it leaves the value to the caller. */
function textOf(value: number): string | undefined {
  float[0] = value;
  const end = writeFloat(out, view, 0, value, halves[1] as number, halves[0] as number);
  return end === -1 ? undefined : Buffer.from(out.subarray(0, end)).toString('latin1');
}

test.each([
  0,
  1,
  9,
  10,
  99,
  100,
  999_999_999,
  1e9,
  1_234_567_890,
  1e15,
  123_456_789_012_345_680,
  0.5,
  0.1,
  0.25,
  1 / 3,
  2 / 3,
  1e-6,
  1.5e-6,
  0.000_123,
  1.1,
  100.25,
  2 ** 52 - 0.5,
  2 ** 53,
  1e16,
  99_999_999_999_999_980,
  -1,
  -0.1,
  -1234.5678,
  5e-324,
  1_048_576.5,
  0.3,
  2.675,
  1.005,
  10.000_000_000_000_002,
  9.999_999_999_999_998,
  0.999_999_999_999_999_9,
])('writes %d as String does, or not at all', (value) => {
  expect([undefined, String(value)]).toContain(textOf(value));
});

test.each([0, 1, 12, 0.5, 0.1, 1 / 3, 1e16, -2.5, 123_456.789])('does %d itself', (value) => {
  expect(textOf(value)).toBe(String(value));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e17, 1e300, 1e-7, 5e-324])(
  'leaves %d to the caller',
  (value) => {
    expect(textOf(value)).toBeUndefined();
  },
);

test('minus zero keeps its sign', () => {
  expect(textOf(-0)).toBe('-0');
});

/** A small generator with a seed, so that a failure can be repeated. */
function* numbers(seed: number, count: number): Generator<number> {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const uniform = () => next() + next() / 2 ** 32;
  const shapes = [
    () => uniform(),
    () => uniform() * 1e6,
    () => Math.round(next() * 1e7) / 1e3,
    () => Math.exp(next() * 52 - 13) * (0.5 + uniform()),
    () => Math.floor(uniform() * 1e16),
    () => -Math.floor(next() * 1e5) / 60,
    () => 2 ** Math.floor(next() * 76 - 20) * (1 + Math.floor(next() * 8) / 8),
    () => Number((next() * 10 ** Math.floor(next() * 20 - 5)).toPrecision(1 + Math.floor(next() * 16))),
    () => 10 ** Math.floor(next() * 22 - 5) * (1 + (next() - 0.5) * 2 ** -50),
  ];
  for (let i = 0; i < count; i++) yield (shapes[i % shapes.length] as () => number)();
}

test('random values of many shapes have the digits of String, and few are left to the caller', () => {
  let left = 0;
  for (const value of numbers(7, 300_000)) {
    const text = textOf(value);
    if (text === undefined) left++;
    else if (text !== String(value)) expect(text).toBe(String(value));
  }
  expect(left).toBeLessThan(30_000);
});
