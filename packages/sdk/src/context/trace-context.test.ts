import { describe, expect, it } from 'vitest';
import { formatTraceParent, parseTraceParent } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${SPAN}-01`;

const stateOf = (tracestate: string) => parseTraceParent(VALID, tracestate)?.traceState;

describe('traceparent (W3C Trace Context 3.2)', () => {
  it('reads version 00', () => {
    expect(parseTraceParent(VALID, undefined)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      traceState: undefined,
      isRemote: true,
    });
  });

  it.each([
    ['not sampled', `00-${TRACE}-${SPAN}-00`, 0],
    ['sampled and random (level 2)', `00-${TRACE}-${SPAN}-03`, 3],
    ['flags it does not know', `00-${TRACE}-${SPAN}-fe`, 254],
    ['white space around', ` ${VALID}\t`, 1],
    ['a later version', `cc-${TRACE}-${SPAN}-01`, 1],
    ['a later version with more fields', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, 1],
  ])('takes %s', (_, header, flags) => {
    expect(parseTraceParent(header, undefined)).toMatchObject({ traceId: TRACE, spanId: SPAN, traceFlags: flags });
  });

  it.each([
    ['an empty text', ''],
    ['a text that is too short', VALID.slice(0, -1)],
    ['the forbidden version ff', `ff-${TRACE}-${SPAN}-01`],
    ['a version that is not hex', `.0-${TRACE}-${SPAN}-01`],
    ['an upper-case version', `0A-${TRACE}-${SPAN}-01`],
    ['version 00 with more fields', `${VALID}-01`],
    ['version 00 with a dash at the end', `${VALID}-`],
    ['a later version that goes on without a dash', `cc-${TRACE}-${SPAN}-01.what`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['an upper-case trace id', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['an upper-case span id', `00-${TRACE}-${SPAN.toUpperCase()}-01`],
    ['a trace id with another letter', `00-.${TRACE.slice(1)}-${SPAN}-01`],
    ['a span id with another letter', `00-${TRACE}-${SPAN.slice(1)}x-01`],
    ['flags that are not hex', `00-${TRACE}-${SPAN}-.0`],
    ['upper-case flags', `00-${TRACE}-${SPAN}-0A`],
    ['other separators', `00_${TRACE}_${SPAN}_01`],
    ['two headers in one', `${VALID}, ${VALID}`],
    ['a letter outside ASCII', `00-${TRACE.slice(1)}é-${SPAN}-01`],
  ])('refuses %s', (_, header) => {
    expect(parseTraceParent(header, undefined)).toBeUndefined();
  });

  it('writes version 00 with the flags that version knows', () => {
    const span = { traceId: TRACE, spanId: SPAN, traceState: undefined, isRemote: false };
    expect(formatTraceParent({ ...span, traceFlags: 1 })).toBe(VALID);
    expect(formatTraceParent({ ...span, traceFlags: 0 })).toBe(`00-${TRACE}-${SPAN}-00`);
    expect(formatTraceParent({ ...span, traceFlags: 255 })).toBe(`00-${TRACE}-${SPAN}-03`);
  });
});

describe('tracestate (W3C Trace Context 3.3)', () => {
  it.each([
    ['one member', 'foo=1', 'foo=1'],
    ['several with white space', 'foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
    ['empty members', 'foo=1,,,bar=2,', 'foo=1,bar=2'],
    ['all letters of a key', '0abcdefghijklmnopqrstuvwxyz_-*/@9=1', '0abcdefghijklmnopqrstuvwxyz_-*/@9=1'],
    ['a tenant', 'fw529a3039@dt=FfFfFf', 'fw529a3039@dt=FfFfFf'],
    ['a value with spaces inside', 'foo=a b !"#;<>~', 'foo=a b !"#;<>~'],
    ['a key of 256 letters', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    ['the same key twice', 'foo=1,foo=2', 'foo=1,foo=2'],
  ])('takes %s', (_, header, text) => {
    expect(stateOf(header)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['only commas', ',,'],
    ['an upper-case key', 'Foo=1'],
    ['a key that begins with a sign', '_foo=1'],
    ['a space in a key', 'foo =1'],
    ['no value', 'foo='],
    ['no equals sign', 'foo'],
    ['an equals sign in a value', 'foo=bar=baz'],
    ['a control letter', 'foo=a\u0001b'],
    ['a key of 257 letters', `${'z'.repeat(257)}=1`],
    ['a value of 257 letters', `a=${'z'.repeat(257)}`],
    ['33 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
    ['an endless text', 'a=1,'.repeat(10_000)],
  ])('drops all of it for %s, but keeps the trace', (_, header) => {
    expect(parseTraceParent(VALID, header)).toMatchObject({ traceId: TRACE, traceState: undefined });
  });

  it('takes 32 members', () => {
    const header = Array.from({ length: 32 }, (_, index) => `k${index}=1`).join(',');
    expect(stateOf(header)).toBe(header);
  });

  it('shortens to 512 letters: long members first, then the last', () => {
    const long = `long=${'x'.repeat(200)}`;
    const short = Array.from({ length: 8 }, (_, index) => `k${index}=${'y'.repeat(50)}`);
    expect(stateOf([long, ...short].join(','))).toBe(short.join(','));
    const many = Array.from({ length: 12 }, (_, index) => `k${String(index).padStart(2, '0')}=${'y'.repeat(46)}`);
    expect(stateOf(many.join(','))).toBe(many.slice(0, 10).join(','));
  });

  it('gives no line break to a header, whatever carried it', () => {
    expect(stateOf('foo=1\r\n,bar=2\n')).toBe('foo=1,bar=2');
    expect(stateOf('foo=1\r\nx-evil: 1')).toBeUndefined();
  });
});
