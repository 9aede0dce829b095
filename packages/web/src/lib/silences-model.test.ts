import { describe, expect, it } from 'vitest';
import type { HeldAlert, Silence } from '../api/silences.ts';
import { countStates, endingSoon, filterSilences, silenceRows } from './silences-model.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;

function silence(
  id: string,
  state: Silence['status']['state'],
  endInMin: number,
  more: Partial<Silence> = {},
): Silence {
  return {
    id,
    status: { state },
    matchers: [{ name: 'alertname', value: 'HighLatency', isRegex: false, isEqual: true }],
    startsAt: new Date(NOW - 60 * MINUTE).toISOString(),
    endsAt: new Date(NOW + endInMin * MINUTE).toISOString(),
    updatedAt: new Date(NOW).toISOString(),
    createdBy: 'anna',
    comment: 'new database',
    ...more,
  };
}

const held = (...silencedBy: string[]): HeldAlert => ({
  fingerprint: '0011223344556677',
  labels: { alertname: 'HighLatency' },
  startsAt: new Date(NOW).toISOString(),
  status: { silencedBy },
});

describe('silences', () => {
  const rows = silenceRows(
    [
      silence('old', 'expired', -500),
      silence('late', 'active', 300),
      silence('lately', 'expired', -5),
      silence('soon', 'active', 10, { createdBy: 'Bob' }),
      silence('next', 'pending', 700),
    ],
    [held('soon', 'late'), held('soon')],
  );

  it('are in the order in which they matter, with the alerts they hold', () => {
    expect(rows.map((row) => row.silence.id)).toEqual(['soon', 'late', 'next', 'lately', 'old']);
    expect(rows.map((row) => row.held.length)).toEqual([2, 1, 0, 0, 0]);
    expect(countStates(rows)).toEqual({ active: 2, pending: 1, expired: 2 });
  });

  it('are found by state, matcher, author and id', () => {
    const ids = (...args: [Parameters<typeof filterSilences>[1], string]) =>
      filterSilences(rows, ...args).map((row) => row.silence.id);
    expect(ids('expired', '')).toEqual(['lately', 'old']);
    expect(ids('all', 'alertname=HighLatency bob')).toEqual(['soon']);
    expect(ids('all', 'alertname="highlatency" old')).toEqual(['old']);
    expect(ids('active', 'carol')).toEqual([]);
  });

  it('warn when they end soon while they hold alerts', () => {
    expect(endingSoon(rows, NOW).map((row) => row.silence.id)).toEqual(['soon']);
    expect(endingSoon(rows, NOW - 10 * MINUTE)).toEqual([]);
    expect(endingSoon(rows, NOW + 290 * MINUTE).map((row) => row.silence.id)).toEqual(['late']);
  });
});
