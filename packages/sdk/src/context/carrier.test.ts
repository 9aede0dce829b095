import { describe, expect, it } from 'vitest';
import { carry, resume } from './carrier.ts';
import { correlation, setCorrelation, withCorrelation } from './correlation.ts';
import { active, Context, run } from './store.ts';

const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, traceState: 'foo=1', isRemote: false };
const overTheWire = (carrier: unknown): unknown => JSON.parse(JSON.stringify(carrier));

describe('carry and resume', () => {
  it('bring everything through JSON', () => {
    const values = { correlationId: 'c', requestId: 'r', userId: 'u', sessionId: 's' };
    const baggage = new Map([['tenant', { value: 'x'.repeat(4000), metadata: 'p=1' }]]);
    const carrier = overTheWire(run(new Context({ values, version: 0 }, span, baggage, undefined), carry));
    resume(carrier, () => {
      expect(correlation()).toEqual(values);
      expect(active().span).toEqual({ ...span, isRemote: true });
      expect(active().baggage).toEqual(baggage);
    });
  });

  it('bring ids that are no text for a header', () => {
    const carrier = withCorrelation({ correlationId: 'job 5: „Übung“', requestId: 'r' }, carry);
    expect(carrier).toEqual({ headers: { 'x-request-id': 'r' }, correlationId: 'job 5: „Übung“' });
    expect(resume(overTheWire(carrier), correlation)).toMatchObject({
      correlationId: 'job 5: „Übung“',
      requestId: 'r',
    });
  });

  it('carry nothing from outside of a context', () => {
    expect(carry()).toEqual({ headers: {} });
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'carrier'],
    ['an array', []],
    ['headers that are no object', { headers: 'x', userId: 5 }],
    ['values that are no text', { headers: { traceparent: 5, 'x-request-id': {}, baggage: [] }, correlationId: [] }],
    ['a text without end', { userId: 'x'.repeat(100_000), headers: { baggage: 'a=1,'.repeat(10_000) } }],
    ['a broken traceparent', { headers: { traceparent: '00-x-y-01' } }],
  ])('resume under %s as under an empty context', (_, carrier) => {
    withCorrelation('outer', () => {
      resume(carrier, () => {
        expect(active().span).toBeUndefined();
        expect(active().baggage).toBeUndefined();
        expect(Object.values(correlation() ?? {}).filter((id) => id !== undefined)).toEqual([]);
        expect(setCorrelation({ userId: 'u' })).toBe(true);
      });
      expect(correlation()).toEqual({ correlationId: 'outer' });
    });
  });

  it('hand on the result and the error', async () => {
    expect(resume({}, () => 5)).toBe(5);
    await expect(resume({}, async () => Promise.reject(new Error('in the job')))).rejects.toThrow('in the job');
  });
});
