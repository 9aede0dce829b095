import { describe, expect, it } from 'vitest';
import { sprint } from '../format/print.ts';
import { formatTime } from './layout.ts';
import { instantOf, parseTime, timeFromMs, timeIn } from './time.ts';

const at = (text: string) => parseTime(text) ?? timeFromMs(0);

describe('layouts', () => {
  const time = at('2024-02-29T03:04:05.120Z');
  it.each([
    ['Monday Mon January Jan', 'Thursday Thu February Feb'],
    ['2006 06 1 01 2 02 _2 002 __2', '2024 24 2 02 29 29 29 060  60'],
    ['15 3 03 4 04 5 05 PM pm', '03 3 03 4 04 5 05 AM am'],
    ['.0 .00 .000 ,000000 .9 .999 .999999999', '.1 .12 .120 ,120000 .1 .12 .12'],
    ['Z07:00 -07:00 -0700 -07 Z0700 MST', 'Z +00:00 +0000 +00 Z UTC'],
    ['Janus Monty', 'Janus Monty'],
    ['_2006 20060102150405', '_2024 20240229030405'],
  ])('%s', (layout, expected) => {
    expect(formatTime(time.instant, layout)).toBe(expected);
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Berlin', '2024-01-15T12:00:00Z', '2024-01-15 13:00:00 +0100 CET'],
    ['Europe/Berlin', '2024-07-15T12:00:00Z', '2024-07-15 14:00:00 +0200 CEST'],
    ['America/New_York', '2024-03-10T06:59:59Z', '2024-03-10 01:59:59 -0500 EST'],
    ['America/New_York', '2024-03-10T07:00:00Z', '2024-03-10 03:00:00 -0400 EDT'],
    ['Asia/Tokyo', '2024-01-15T12:00:00Z', '2024-01-15 21:00:00 +0900 JST'],
    ['Asia/Kolkata', '2024-01-15T12:00:00Z', '2024-01-15 17:30:00 +0530 IST'],
    ['America/Sao_Paulo', '2024-01-15T12:00:00Z', '2024-01-15 09:00:00 -0300 -03'],
    ['UTC', '2024-01-15T12:00:00+05:00', '2024-01-15 07:00:00 +0000 UTC'],
  ])('%s at %s', (zone, text, expected) => {
    expect(sprint([timeIn(at(text), zone)])).toBe(expected);
  });

  it.each(['Nowhere/Land', '+01:00', '../etc/passwd', 'Europe/Berlin\n'])('does not know %s', (zone) => {
    expect(() => timeIn(at('2024-01-15T12:00:00Z'), zone)).toThrow(`unknown time zone ${zone}`);
  });
});

describe('parseTime', () => {
  it('keeps nanoseconds and the offset', () => {
    expect(instantOf(at('2024-02-29T23:59:59.123456789+05:30'))).toMatchObject({
      nanos: 123456789,
      seconds: 1709231399,
    });
    expect(sprint([at('2024-02-29T23:59:59.123456789+05:30')])).toBe('2024-02-29 23:59:59.123456789 +0530 +0530');
  });

  it.each(['', '2024', '2024-02-29', '2024-02-29 23:59:59Z', '2024-02-29T23:59Z'])('refuses %s', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('knows the zero time', () => {
    expect(sprint([at('0001-01-01T00:00:00Z')])).toBe('0001-01-01 00:00:00 +0000 UTC');
  });
});
