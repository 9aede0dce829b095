import { describe, expect, test } from 'vitest';
import type { TimeInterval } from '../config/types.ts';
import { containsTime } from './time-interval.ts';

const ANY: TimeInterval = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };
const at = (text: string) => Date.parse(text);

describe('containsTime', () => {
  test('no restriction holds always', () => {
    expect(containsTime(ANY, at('2026-02-03T04:05:06Z'))).toBe(true);
  });

  test('times include their first minute and not their last', () => {
    const office = { ...ANY, times: [{ begin: 9 * 60, end: 17 * 60 }] };
    const within = (time: string) => containsTime(office, at(`2026-03-02T${time}Z`));
    expect([within('08:59:59'), within('09:00:00'), within('16:59:59'), within('17:00:00')]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('until midnight', () => {
    const evening = { ...ANY, times: [{ begin: 20 * 60, end: 24 * 60 }] };
    expect(containsTime(evening, at('2026-03-02T23:59:30Z'))).toBe(true);
    expect(containsTime(evening, at('2026-03-03T00:00:00Z'))).toBe(false);
  });

  test('weekdays, months and years', () => {
    const mondays = { ...ANY, weekdays: [{ begin: 1, end: 1 }], months: [{ begin: 3, end: 4 }] };
    expect(containsTime(mondays, at('2026-03-02T12:00:00Z'))).toBe(true);
    expect(containsTime(mondays, at('2026-03-03T12:00:00Z'))).toBe(false);
    expect(containsTime(mondays, at('2026-05-04T12:00:00Z'))).toBe(false);
    expect(containsTime({ ...ANY, years: [{ begin: 2027, end: 2028 }] }, at('2026-03-02T12:00:00Z'))).toBe(false);
  });

  test.each([
    ['the last day', { begin: -1, end: -1 }, '2026-02-28', true],
    ['not the last day', { begin: -1, end: -1 }, '2026-02-27', false],
    ['the last three days', { begin: -3, end: -1 }, '2026-04-28', true],
    ['to the end of a short month', { begin: 25, end: 31 }, '2026-02-28', true],
    ['a day that the month lacks', { begin: 30, end: 31 }, '2026-02-28', false],
    ['from the first to the last but one', { begin: 1, end: -2 }, '2026-03-31', false],
  ])('days of the month: %s', (_name, span, day, expected) => {
    expect(containsTime({ ...ANY, daysOfMonth: [span] }, at(`${day}T10:00:00Z`))).toBe(expected);
  });

  test('in the zone of the interval, across a change of the clocks', () => {
    const office = { ...ANY, times: [{ begin: 540, end: 600 }], location: 'Europe/Berlin' };
    expect(containsTime(office, at('2026-03-28T08:30:00Z'))).toBe(true);
    expect(containsTime(office, at('2026-03-29T07:30:00Z'))).toBe(true);
    expect(containsTime(office, at('2026-03-29T08:30:00Z'))).toBe(false);
  });

  test('the day is that of the zone', () => {
    const sundays = { ...ANY, weekdays: [{ begin: 0, end: 0 }], location: 'Pacific/Auckland' };
    expect(containsTime(sundays, at('2026-03-07T12:00:00Z'))).toBe(true);
    expect(containsTime(sundays, at('2026-03-08T12:00:00Z'))).toBe(false);
  });
});
