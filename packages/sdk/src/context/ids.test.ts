import { describe, expect, it } from 'vitest';
import { isoTime } from './clock.ts';
import { newRequestId, newSpanId, newTraceId } from './ids.ts';

describe('ids', () => {
  it('have the form of W3C Trace Context and are not made twice', () => {
    const traces = new Set(Array.from({ length: 5000 }, newTraceId));
    const spans = new Set(Array.from({ length: 5000 }, newSpanId));
    expect([traces.size, spans.size]).toEqual([5000, 5000]);
    for (const id of traces) expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const id of spans) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('name a request', () => {
    expect(newRequestId()).toMatch(/^req_[0-9a-f]{16}$/);
  });
});

describe('isoTime', () => {
  it.each([0, 1, 999, 1000, 1_700_000_000_007, 1_700_000_000_070, 1_700_000_000_700, -1, -1500, 253_402_300_799_999])(
    'writes %d as Date does',
    (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    },
  );
});
