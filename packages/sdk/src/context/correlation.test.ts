import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bindContext, correlation, setCorrelation, withCorrelation } from './correlation.ts';
import { active, Context, current, mapForeignKey, ROOT, run, runWith } from './store.ts';

const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, traceState: undefined, isRemote: false };

describe('withCorrelation', () => {
  it('gives its ids to what runs in it and to nothing else', () => {
    expect(correlation()).toBeUndefined();
    const result = withCorrelation('job-1', () => correlation()?.correlationId);
    expect(result).toBe('job-1');
    expect(correlation()).toBeUndefined();
  });

  it('inherits what it is not given', () => {
    withCorrelation({ correlationId: 'c', userId: 'u' }, () => {
      withCorrelation({ requestId: 'r', userId: undefined }, () => {
        expect(correlation()).toEqual({ correlationId: 'c', userId: 'u', requestId: 'r' });
      });
      expect(correlation()).toEqual({ correlationId: 'c', userId: 'u' });
    });
  });

  it('keeps changes inside: a nested correlation is its own', () => {
    withCorrelation('outer', () => {
      withCorrelation('inner', () => setCorrelation({ userId: 'u' }));
      expect(correlation()).toEqual({ correlationId: 'outer' });
    });
  });

  it('keeps the span, the baggage and the request of the surrounding context', () => {
    const outer = new Context(undefined, span, new Map([['a', { value: '1' }]]), undefined);
    outer.request = { route: '/a' };
    run(outer, () => {
      withCorrelation('inner', () => {
        expect(active()).toMatchObject({ span, baggage: outer.baggage, request: outer.request });
      });
    });
  });

  it('ends with an error thrown in it, and hands it on', () => {
    expect(() =>
      withCorrelation('job', () => {
        throw new Error('in the job');
      }),
    ).toThrow('in the job');
    expect(current()).toBeUndefined();
  });
});

describe('setCorrelation', () => {
  it('reaches contexts that were made before', () => {
    withCorrelation('c', () => {
      const child = active().withSpan(span);
      const before = child.cell?.version;
      expect(setCorrelation({ userId: 'u' })).toBe(true);
      run(child, () => expect(correlation()).toEqual({ correlationId: 'c', userId: 'u' }));
      expect(child.cell?.version).not.toBe(before);
    });
  });

  it('keeps an id when it is given undefined', () => {
    withCorrelation({ userId: 'u' }, () => {
      setCorrelation({ userId: undefined, sessionId: 's' });
      expect(correlation()).toEqual({ userId: 'u', sessionId: 's' });
    });
  });

  it('takes the four ids only', () => {
    withCorrelation('c', () => {
      setCorrelation(JSON.parse('{ "__proto__": { "admin": true }, "role": "x", "userId": "u" }') as object);
      expect(Object.keys(correlation() ?? {})).toEqual(['correlationId', 'userId']);
      expect((correlation() as { admin?: boolean }).admin).toBeUndefined();
    });
  });

  it('says that there is nothing to set outside', () => {
    expect(setCorrelation({ userId: 'u' })).toBe(false);
  });
});

describe('bindContext', () => {
  it('runs a listener under the context it was bound in, with its this and arguments', () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    withCorrelation('first', () => {
      emitter.on(
        'event',
        bindContext(function listener(this: EventEmitter, value: number) {
          seen.push([correlation()?.correlationId, this === emitter, value]);
        }),
      );
    });
    withCorrelation('second', () => emitter.emit('event', 5));
    expect(seen).toEqual([['first', true, 5]]);
  });

  it('bound outside of a context it runs outside', () => {
    const bound = bindContext(() => correlation());
    expect(withCorrelation('c', () => bound())).toBeUndefined();
  });
});

describe('Context', () => {
  const key = Symbol('key');

  it('has the values of OpenTelemetry contexts, immutable', () => {
    const one = ROOT.setValue(key, 1);
    const two = one.setValue(key, 2);
    expect([ROOT.getValue(key), one.getValue(key), two.getValue(key)]).toEqual([undefined, 1, 2]);
    expect(two.deleteValue(key).getValue(key)).toBeUndefined();
    expect(two.getValue(key)).toBe(2);
    expect(ROOT.deleteValue(key)).toBe(ROOT);
  });

  it('keeps correlation, values and request with another span or baggage', () => {
    const context = new Context({ values: { userId: 'u' }, version: 0 }, undefined, undefined, new Map([[key, 1]]));
    context.request = {};
    const next = context.withSpan(span).withBaggage(new Map());
    expect(next).toMatchObject({ cell: context.cell, span, values: context.values, request: context.request });
  });

  it('answers for a foreign key by its field', () => {
    const foreign = Symbol('foreign');
    mapForeignKey(foreign, {
      get: (context) => context.span,
      set: (context, value) => context.withSpan(value as typeof span | undefined),
    });
    const context = ROOT.setValue(foreign, span);
    expect(context.span).toBe(span);
    expect(context.getValue(foreign)).toBe(span);
    expect(context.deleteValue(foreign).span).toBeUndefined();
  });

  it('runWith hands on arguments without a closure', () => {
    const context = ROOT.setValue(key, 1);
    expect(runWith(context, (first: number, second: number) => [active(), first, second], 1, 2)).toEqual([
      context,
      1,
      2,
    ]);
  });
});
