import { describe, expect, it } from 'vitest';
import { endOf, momentText, parseMoment, tomorrowMorning } from './silence-time.ts';

const NOW = Date.parse('2026-11-21T14:00:00Z');
const at = (text: string, zone = 'utc'): string | null => {
  const ms = parseMoment(text, NOW, NOW, zone);
  return ms === null ? null : new Date(ms).toISOString().slice(0, 16);
};

describe('the end of a silence', () => {
  it('is a span from its start', () => {
    expect(at('45m')).toBe('2026-11-21T14:45');
    expect(at('1d 12h')).toBe('2026-11-23T02:00');
    expect(at('for 2 hours')).toBe('2026-11-21T16:00');
    expect(parseMoment('1h', NOW + 3_600_000, NOW, 'utc')).toBe(NOW + 7_200_000);
  });

  it('is a time that comes', () => {
    expect(at('18:00')).toBe('2026-11-21T18:00');
    expect(at('09:30')).toBe('2026-11-22T09:30');
    expect(at('2026-11-25 09:00')).toBe('2026-11-25T09:00');
    expect(at('18:00', 'Europe/Berlin')).toBe('2026-11-21T17:00');
    expect(at('now+6h')).toBe('2026-11-21T20:00');
  });

  it('is not made up from anything else', () => {
    for (const text of ['', 'soon', '5 parsecs', '25:99']) expect(at(text), text).toBeNull();
  });

  it('tomorrow is the next day of the zone, also when the clocks change', () => {
    expect(new Date(tomorrowMorning(NOW, 'utc')).toISOString()).toBe('2026-11-22T09:00:00.000Z');
    expect(new Date(tomorrowMorning(Date.parse('2026-11-21T23:30:00Z'), 'Europe/Berlin')).toISOString()).toBe(
      '2026-11-23T08:00:00.000Z',
    );
    expect(new Date(tomorrowMorning(Date.parse('2026-03-28T12:00:00Z'), 'Europe/Berlin')).toISOString()).toBe(
      '2026-03-29T07:00:00.000Z',
    );
  });

  it('is written as it is typed', () => {
    expect(momentText(NOW, 'Europe/Berlin')).toBe('2026-11-21 15:00');
    const ms = NOW + 12_000;
    expect(parseMoment(momentText(ms, 'Asia/Kolkata'), NOW, NOW, 'Asia/Kolkata')).toBe(ms);
  });

  it('has presets', () => {
    expect(endOf('30m', '', NOW, NOW, 'utc')).toBe(NOW + 1_800_000);
    expect(endOf('custom', 'nonsense', NOW, NOW, 'utc')).toBeNull();
  });
});
