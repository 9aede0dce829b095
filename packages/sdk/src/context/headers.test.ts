import { describe, expect, it } from 'vitest';
import { eachHeader, extractHeaders, injectHeaders } from './headers.ts';
import { Context } from './store.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

const span = { traceId: TRACE, spanId: SPAN, traceFlags: 1, traceState: 'foo=1', isRemote: false };

describe('extractHeaders', () => {
  it('creates a request id and correlates by it when a request brings nothing', () => {
    const { correlation, parent, baggage } = extractHeaders({});
    expect(correlation.requestId).toMatch(/^req_[0-9a-f]{16}$/);
    expect(correlation.correlationId).toBe(correlation.requestId);
    expect(parent).toBeUndefined();
    expect(baggage).toBeUndefined();
  });

  it('takes all of them', () => {
    const extracted = extractHeaders({
      traceparent: TRACEPARENT,
      tracestate: 'foo=1',
      baggage: 'tenant=a',
      'x-request-id': 'r-1',
      'x-correlation-id': 'c-1',
    });
    expect(extracted.correlation).toMatchObject({ requestId: 'r-1', correlationId: 'c-1' });
    expect(extracted.parent).toMatchObject({ traceId: TRACE, spanId: SPAN, traceState: 'foo=1', isRemote: true });
    expect(extracted.baggage?.get('tenant')?.value).toBe('a');
  });

  it('joins headers that came in several lines', () => {
    const { baggage, parent } = extractHeaders({
      traceparent: TRACEPARENT,
      tracestate: ['foo=1', 'bar=2'],
      baggage: ['a=1', 'b=2'],
    });
    expect([...(baggage?.keys() ?? [])]).toEqual(['a', 'b']);
    expect(parent?.traceState).toBe('foo=1,bar=2');
  });

  it.each([
    ['too long', 'x'.repeat(129)],
    ['empty', ''],
    ['with a line break', 'a\nb'],
    ['with a space', 'a b'],
    ['with quotes', '"a"'],
    ['with letters outside ASCII', 'é'],
    ['several', ['a', 'b']],
  ])('does not take an id that is %s', (_, id) => {
    const { correlation } = extractHeaders({ 'x-request-id': id, 'x-correlation-id': id });
    expect(correlation.requestId).toMatch(/^req_/);
    expect(correlation.correlationId).toBe(correlation.requestId);
  });

  it('reads X-Trace-ID where there is no traceparent', () => {
    expect(extractHeaders({ 'x-trace-id': TRACE }).parent).toMatchObject({
      traceId: TRACE,
      spanId: '',
      isRemote: true,
    });
    expect(extractHeaders({ 'x-trace-id': TRACE, traceparent: TRACEPARENT }).parent).toMatchObject({ spanId: SPAN });
  });

  it.each(['0'.repeat(32), 'abc', TRACE.toUpperCase(), `${TRACE}0`])('ignores X-Trace-ID %s', (id) => {
    expect(extractHeaders({ 'x-trace-id': id }).parent).toBeUndefined();
  });
});

describe('injectHeaders', () => {
  const context = new Context(
    { values: { requestId: 'r-1', correlationId: 'c-1', userId: 'u-1' }, version: 0 },
    span,
    new Map([['tenant', { value: 'a b' }]]),
    undefined,
  );

  it('writes what extractHeaders reads, and no user or session', () => {
    const headers = injectHeaders({}, context);
    expect(headers).toEqual({
      traceparent: TRACEPARENT,
      tracestate: 'foo=1',
      'x-trace-id': TRACE,
      'x-request-id': 'r-1',
      'x-correlation-id': 'c-1',
      baggage: 'tenant=a%20b',
    });
    const { correlation, parent, baggage } = extractHeaders(headers);
    expect(correlation).toMatchObject({ requestId: 'r-1', correlationId: 'c-1' });
    expect(parent).toMatchObject({ traceId: TRACE, spanId: SPAN });
    expect(baggage?.get('tenant')?.value).toBe('a b');
  });

  it('keeps headers that are there', () => {
    expect(injectHeaders({ 'x-request-id': 'mine' }, context)['x-request-id']).toBe('mine');
  });

  it('writes nothing outside of any context', () => {
    expect(injectHeaders()).toEqual({});
  });

  it('names the trace alone when its span is not known', () => {
    const headers = injectHeaders({}, new Context(undefined, { ...span, spanId: '' }, undefined, undefined));
    expect(headers).toEqual({ 'x-trace-id': TRACE });
  });

  it('writes no id that is not plain text', () => {
    const values = { requestId: 'a\r\nx-evil: 1', correlationId: 'job 5' };
    eachHeader(new Context({ values, version: 0 }, undefined, undefined, undefined), (name) => {
      throw new Error(`unexpected header ${name}`);
    });
  });
});
