import { describe, expect, it } from 'vitest';
import { localTimes } from './time-format.ts';

describe('times in the sentences of the server', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00Z');
  it('are read on the clock of the person', () => {
    const text = 'firing since 2026-11-21T07:25:29.665Z, looked at next at 2026-11-21T08:00:00+01:00.';
    expect(localTimes(text, 'Europe/Berlin', nowMs)).toBe(
      'firing since 21 Nov 08:25:29, looked at next at 21 Nov 08:00:00.',
    );
  });
  it('leave everything else as it is', () => {
    expect(localTimes('in group {}:{date="2026-11-21"}', 'utc', nowMs)).toBe('in group {}:{date="2026-11-21"}');
  });
});
