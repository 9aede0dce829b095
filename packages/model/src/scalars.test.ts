import { describe, expect, test } from 'vitest';
import { formatDuration, parseDurationMs } from './duration.ts';
import { Matcher } from './matcher.ts';
import { formatFloat, formatFloatG, formatFloatPlain } from './number.ts';
import { isStaleMarker, writeStaleMarker } from './stale.ts';

describe('durations', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 365 * 86_400_000 + 17 * 86_400_000 + 4 * 3_600_000 + 5 * 60_000 + 6_007],
    ['', undefined],
    ['5', undefined],
    ['1.5h', undefined],
    ['30m1h', undefined],
    ['1m1m', undefined],
    ['-5m', undefined],
    ['5 m', undefined],
    ['300y', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each([
    [0, '0s'],
    [90 * 86_400_000, '90d'],
    [14 * 86_400_000, '2w'],
    [365 * 86_400_000, '1y'],
    [86_400_000 + 3_600_000, '1d1h'],
    [5_400_001, '1h30m1ms'],
  ])('%d ms prints as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('floats', () => {
  test.each([
    [1, '1', '1', '1'],
    [0.1, '0.1', '0.1', '0.1'],
    [-0, '-0', '-0', '-0'],
    [1e21, '1e+21', '1e+21', '1000000000000000000000'],
    [123456789012345680000, '123456789012345680000', '1.2345678901234568e+20', '123456789012345680000'],
    [1e-7, '1e-07', '1e-07', '0.0000001'],
    [0.00001, '0.00001', '1e-05', '0.00001'],
    [0.0001, '0.0001', '0.0001', '0.0001'],
    [1000000, '1000000', '1e+06', '1000000'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf', '-Inf'],
  ])('%d', (value, json, general, plain) => {
    expect(formatFloat(value)).toBe(json);
    expect(formatFloatG(value)).toBe(general);
    expect(formatFloatPlain(value)).toBe(plain);
  });
});

test('the staleness marker is told from an ordinary NaN by its bits', () => {
  const values = new Float64Array([1, Number.NaN, 0]);
  writeStaleMarker(values, 2);
  expect([0, 1, 2].map((i) => isStaleMarker(values, i))).toEqual([false, false, true]);
  expect(Number.isNaN(values[2])).toBe(true);
});

test.each([
  ['=', '', '', true],
  ['=', 'a', '', false],
  ['!=', 'a', '', true],
  ['=~', 'a|', '', true],
  ['!~', '.+', '', true],
  ['!~', 'a', 'a', false],
] as const)('matcher %s%j on %j is %s', (op, value, text, expected) => {
  expect(new Matcher('x', op, value).matches(text)).toBe(expected);
});
