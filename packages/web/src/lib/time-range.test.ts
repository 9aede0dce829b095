import { describe, expect, it } from 'vitest';
import { parseRange, resolveRange } from './time-range.ts';
import { instantOf, offsetName, wallClock } from './zone.ts';

const at = (iso: string): number => Date.parse(iso);
const NOW = at('2026-11-20T15:30:20.500Z');
const utc = { nowMs: NOW, zone: 'utc' };
const berlin = { nowMs: NOW, zone: 'Europe/Berlin' };

function parsed(text: string, context = utc): [string, string] {
  const result = parseRange(text, context);
  if (!result.ok) throw new Error(result.message);
  return [new Date(result.fromMs).toISOString(), new Date(result.toMs).toISOString()];
}

describe('time grammar', () => {
  it.each([
    ['now-6h', '2026-11-20T09:30:20.500Z', '2026-11-20T15:30:20.500Z'],
    ['now-6h..now-1h', '2026-11-20T09:30:20.500Z', '2026-11-20T14:30:20.500Z'],
    ['now-6h to now', '2026-11-20T09:30:20.500Z', '2026-11-20T15:30:20.500Z'],
    ['now-1d/d..now-1d/d', '2026-11-19T00:00:00.000Z', '2026-11-19T23:59:59.999Z'],
    ['now/d', '2026-11-20T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['now-1M/M..now-1M/M', '2026-10-01T00:00:00.000Z', '2026-10-31T23:59:59.999Z'],
    ['now/Q', '2026-10-01T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['now/y', '2026-01-01T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['now/w', '2026-11-16T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['yesterday', '2026-11-19T00:00:00.000Z', '2026-11-19T23:59:59.999Z'],
    ['today', '2026-11-20T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['this week', '2026-11-16T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
    ['last monday', '2026-11-16T00:00:00.000Z', '2026-11-16T23:59:59.999Z'],
    ['last friday', '2026-11-13T00:00:00.000Z', '2026-11-13T23:59:59.999Z'],
    ['15m', '2026-11-20T15:15:20.500Z', '2026-11-20T15:30:20.500Z'],
    ['last 6 hours', '2026-11-20T09:30:20.500Z', '2026-11-20T15:30:20.500Z'],
    ['14:00±10m', '2026-11-20T13:50:00.000Z', '2026-11-20T14:10:00.000Z'],
    ['14:00 +- 10m', '2026-11-20T13:50:00.000Z', '2026-11-20T14:10:00.000Z'],
    ['14:00 +30m', '2026-11-20T14:00:00.000Z', '2026-11-20T14:30:00.000Z'],
    ['around 14:05', '2026-11-20T13:50:00.000Z', '2026-11-20T14:20:00.000Z'],
    ['1700000000000..1700003600000', '2023-11-14T22:13:20.000Z', '2023-11-14T23:13:20.000Z'],
    ['1700000000..1700003600', '2023-11-14T22:13:20.000Z', '2023-11-14T23:13:20.000Z'],
    ['2026-11-20 14:00..2026-11-20 14:30:15', '2026-11-20T14:00:00.000Z', '2026-11-20T14:30:15.000Z'],
    ['2026-11-20T14:00:00+02:00..2026-11-20T13:00:00Z', '2026-11-20T12:00:00.000Z', '2026-11-20T13:00:00.000Z'],
    ['nov 19 14:00..nov 19 15:00', '2026-11-19T14:00:00.000Z', '2026-11-19T15:00:00.000Z'],
    ['nov 19 14:00 to 15:00', '2026-11-19T14:00:00.000Z', '2026-11-19T15:00:00.000Z'],
    ['nov 18 23:50..00:10', '2026-11-18T23:50:00.000Z', '2026-11-19T00:10:00.000Z'],
    ['15:00..16:00', '2026-11-20T15:00:00.000Z', '2026-11-20T16:00:00.000Z'],
    ['dec 24 to now', '2025-12-24T00:00:00.000Z', '2026-11-20T15:30:20.500Z'],
  ])('%s in UTC', (text, from, to) => {
    expect(parsed(text)).toEqual([from, to]);
  });

  it.each([
    ['yesterday', '2026-11-18T23:00:00.000Z', '2026-11-19T22:59:59.999Z'],
    ['14:00±10m', '2026-11-20T12:50:00.000Z', '2026-11-20T13:10:00.000Z'],
    ['1700000000000..1700003600000', '2023-11-14T22:13:20.000Z', '2023-11-14T23:13:20.000Z'],
  ])('%s in Berlin', (text, from, to) => {
    expect(parsed(text, berlin)).toEqual([from, to]);
  });

  it('a clock time that would be in the future means yesterday', () => {
    expect(parsed('18:00..18:30')).toEqual(['2026-11-19T18:00:00.000Z', '2026-11-19T18:30:00.000Z']);
  });

  it('yesterday lasts 25 hours when the clock goes back and 23 when it goes forward', () => {
    const autumn = parseRange('yesterday', { nowMs: at('2026-10-26T12:00:00Z'), zone: 'Europe/Berlin' });
    const spring = parseRange('yesterday', { nowMs: at('2026-03-30T12:00:00Z'), zone: 'Europe/Berlin' });
    expect(autumn.ok && autumn.toMs - autumn.fromMs + 1).toBe(25 * 3_600_000);
    expect(spring.ok && spring.toMs - spring.fromMs + 1).toBe(23 * 3_600_000);
  });

  it('now-1d keeps the wall clock over a change of the clock, now-24h does not', () => {
    const context = { nowMs: at('2026-10-25T12:00:00Z'), zone: 'Europe/Berlin' };
    const day = parseRange('now-1d', context);
    const hours = parseRange('now-24h', context);
    expect(day.ok && (day.toMs - day.fromMs) / 3_600_000).toBe(25);
    expect(hours.ok && (hours.toMs - hours.fromMs) / 3_600_000).toBe(24);
  });

  it('months stop at the last day', () => {
    expect(parsed('now-1M', { nowMs: at('2026-03-31T10:00:00Z'), zone: 'utc' })[0]).toBe('2026-02-28T10:00:00.000Z');
  });

  it('keeps relative points as they are and turns the rest into milliseconds', () => {
    expect(parseRange('now-1d/d..now-1d/d', utc)).toMatchObject({ from: 'now-1d/d', to: 'now-1d/d' });
    expect(parseRange('14:00', utc)).toMatchObject({ from: String(at('2026-11-20T14:00:00Z')), to: 'now' });
  });

  it('swaps ends that are the wrong way round and says so', () => {
    const result = parseRange('now..now-1h', utc);
    expect(result).toMatchObject({ ok: true, from: 'now-1h', to: 'now' });
    expect(result.ok && result.notice).toMatch(/swapped/);
  });

  it.each(['garbage', 'now-', '25:00', '2026-13-40', '14:99±10m', 'now-5x', '1..2..3', '', '2026-02-30 10:00'])(
    'refuses %j with a reason',
    (text) => {
      const result = parseRange(text, utc);
      expect(result.ok).toBe(false);
      expect(!result.ok && result.message.length).toBeGreaterThan(10);
    },
  );

  it('suggests what was probably meant', () => {
    const typo = parseRange('yesteday', utc);
    const unit = parseRange('now-5hours', utc);
    expect(!typo.ok && typo.suggestion).toBe('yesterday');
    expect(!unit.ok && unit.suggestion).toBe('now-5h');
  });

  it.each(['since deploy', 'since deploy checkout', 'before deploy', 'alert'])(
    'refuses %s with the reason until there is one',
    (text) => {
      const result = parseRange(text, utc);
      expect(!result.ok && result.message).toMatch(/deploy|alert/i);
    },
  );

  it('refuses less than a second', () => {
    expect(parseRange('1700000000000..1700000000500', utc).ok).toBe(false);
  });

  it('resolves what the address bar holds and nothing else', () => {
    expect(resolveRange('now-1h', 'now', utc)?.fromMs).toBe(NOW - 3_600_000);
    expect(resolveRange('nonsense', 'now', utc)).toBeUndefined();
  });
});

describe('zones', () => {
  it('finds the instant of a wall clock time on both sides of a change', () => {
    const wall = { year: 2026, month: 10, day: 25, hour: 12, minute: 0, second: 0 };
    expect(instantOf(wall, 'Europe/Berlin')).toBe(at('2026-10-25T11:00:00Z'));
    expect(instantOf({ ...wall, hour: 1 }, 'Europe/Berlin')).toBe(at('2026-10-24T23:00:00Z'));
  });

  it('takes the first of a repeated hour and moves a skipped one forward', () => {
    expect(instantOf({ year: 2026, month: 10, day: 25, hour: 2, minute: 30, second: 0 }, 'Europe/Berlin')).toBe(
      at('2026-10-25T00:30:00Z'),
    );
    const skipped = instantOf({ year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 }, 'Europe/Berlin');
    expect(wallClock(skipped, 'Europe/Berlin')).toMatchObject({ hour: 3, minute: 30 });
  });

  it('names offsets', () => {
    expect(offsetName(at('2026-11-20T00:00:00Z'), 'Europe/Berlin')).toBe('UTC+1');
    expect(offsetName(at('2026-11-20T00:00:00Z'), 'Asia/Kolkata')).toBe('UTC+5:30');
    expect(offsetName(at('2026-11-20T00:00:00Z'), 'utc')).toBe('UTC');
  });
});
