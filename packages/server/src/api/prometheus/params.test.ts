import { describe, expect, test } from 'vitest';
import { limitParam, parseStepMs, parseTimeMs, requiredDuration, requiredTime, timeBounds } from './params.ts';

const params = (text: string) => new URLSearchParams(text);

describe('parseTimeMs', () => {
  test.each([
    ['1435781430.781', 1435781430781],
    ['1435781430', 1435781430000],
    ['1e9', 1e12],
    ['-1.5', -1500],
    ['.5', 500],
    ['2015-07-01T20:10:51.781Z', 1435781451781],
    ['2015-07-01T20:10:51.781987654+02:00', 1435774251781],
    ['2015-07-01T20:10:51-00:30', 1435783251000],
    ['0001-01-01T00:00:00Z', -62135596800000],
    ['-292273086-05-16T16:47:06Z', -8.64e15],
    ['99999999999999999999', 8.64e15],
  ])('reads %s', (text, expected) => {
    expect(parseTimeMs(text)).toBe(expected);
  });

  test.each([
    '',
    'x',
    '2015-02-30T00:00:00Z',
    '2015-07-01',
    '2015-07-01T25:00:00Z',
    '2015-07-01t20:10:51z',
    '0x10',
    ' 1',
  ])('refuses "%s"', (text) => {
    expect(parseTimeMs(text)).toBeUndefined();
  });
});

describe('parseStepMs', () => {
  test.each([
    ['15', 15_000],
    ['0.1', 100],
    ['0.001', 1],
    ['1.1', 1100],
    ['1h30m', 5_400_000],
    ['-1', -1000],
  ])('reads %s', (text, expected) => {
    expect(parseStepMs(text)).toBe(expected);
  });

  test('refuses what Go cannot hold', () => {
    expect(() => parseStepMs('1e11')).toThrow('cannot parse "1e11" to a valid duration. It overflows int64');
    expect(() => parseStepMs('5 m')).toThrow('cannot parse "5 m" to a valid duration');
  });
});

describe('errors in the words of Prometheus', () => {
  test.each([
    [
      () => requiredTime(params('start=x'), 'start'),
      'invalid parameter "start": cannot parse "x" to a valid timestamp',
    ],
    [() => requiredDuration(params(''), 'step'), 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      () => timeBounds(params('end=x')),
      `invalid parameter "end": Invalid time value for 'end': cannot parse "x" to a valid timestamp`,
    ],
    [() => limitParam(params('limit=-1')), 'invalid parameter "limit": limit must be non-negative'],
    [() => limitParam(params('limit=x')), 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
  ])('%s', (read, message) => {
    expect(read).toThrow(message);
  });
});
