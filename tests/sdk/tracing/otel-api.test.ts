/** The SDK as the implementation behind `@opentelemetry/api`: contexts, baggage, propagation, binding. */
import { EventEmitter } from 'node:events';
import * as api from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { correlation, withCorrelation } from '../../../packages/sdk/src/context/correlation.ts';
import { injectHeaders } from '../../../packages/sdk/src/context/headers.ts';
import { current, run } from '../../../packages/sdk/src/context/store.ts';
import { SUPPRESSED } from '../../../packages/sdk/src/context/suppress.ts';
import { type Traced, traced } from './traced.ts';

let bench: Traced;
beforeEach(() => {
  bench = traced({ otelApi: api });
  expect(bench.tracing.otel.state).toBe('installed');
});
afterEach(() => bench.close());

const key = api.createContextKey('mine');
const REMOTE = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, isRemote: true };

test('a service that imports the API as a module needs no option', async () => {
  await bench.close();
  const found = traced({ otelApi: 'auto' });
  expect(found.tracing.otel.state).toBe('installed');
  expect(api.trace.getTracer('t').startSpan('s').isRecording()).toBe(true);
  await found.close();
  expect(api.trace.getTracer('t').startSpan('s').isRecording()).toBe(false);
});

describe('contexts', () => {
  test('values, spans and baggage over awaits, nested and from ROOT_CONTEXT', async () => {
    const span = api.trace.getTracer('t').startSpan('s');
    const baggage = api.propagation.createBaggage({
      tenant: { value: 'a b', metadata: api.baggageEntryMetadataFromString('p=1') },
    });
    const context = api.propagation.setBaggage(api.trace.setSpan(api.ROOT_CONTEXT.setValue(key, 1), span), baggage);
    await api.context.with(context, async () => {
      await new Promise(setImmediate);
      expect(api.context.active().getValue(key)).toBe(1);
      expect(api.trace.getActiveSpan()).toBe(span);
      expect(bench.tracing.tracer.active()).toBe(span);
      expect(api.propagation.getActiveBaggage()?.getEntry('tenant')).toMatchObject({ value: 'a b' });
      expect(injectHeaders()).toMatchObject({ baggage: 'tenant=a%20b;p=1' });
      api.context.with(api.context.active().setValue(key, 2), () => expect(api.context.active().getValue(key)).toBe(2));
      expect(api.context.active().deleteValue(key).getValue(key)).toBeUndefined();
      expect(api.context.active().getValue(key)).toBe(1);
      api.context.with(api.trace.deleteSpan(api.context.active()), () =>
        expect(api.trace.getActiveSpan()).toBeUndefined(),
      );
    });
    expect(api.trace.getActiveSpan()).toBeUndefined();
  });

  test('the correlation of the request stays whatever an instrumentation makes active', () => {
    withCorrelation({ correlationId: 'c1' }, () => {
      api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, api.trace.wrapSpanContext(REMOTE)), () => {
        expect(correlation()?.correlationId).toBe('c1');
        expect(current()?.span).toMatchObject(REMOTE);
        expect(api.trace.getActiveSpan()?.spanContext()).toEqual(REMOTE);
        expect(bench.tracing.startClientSpan('x').traceId).toBe(REMOTE.traceId);
      });
    });
  });

  test('with() gives this, arguments and result, and throws on', () => {
    const box = { base: 1 };
    const add = function (this: typeof box, a: number, b: number): number {
      return this.base + a + b;
    };
    expect(api.context.with(api.context.active(), add, box, 2, 3)).toBe(6);
    expect(() =>
      api.context.with(api.context.active(), () => {
        throw new Error('thrown');
      }),
    ).toThrow('thrown');
  });

  test('suppressed work has no span, no headers and no children', () => {
    run(SUPPRESSED, () => {
      api.trace.getTracer('t').startActiveSpan('s', (span) => {
        expect(api.isSpanContextValid(span.spanContext())).toBe(false);
        expect(span.isRecording()).toBe(false);
        const carrier: Record<string, string> = {};
        api.propagation.inject(api.context.active(), carrier);
        expect(carrier).toEqual({});
      });
    });
    expect(bench.ended).toEqual([]);
  });
});

describe('bind', () => {
  const context = (): api.Context => api.context.active().setValue(key, 'bound');
  const seen = (): unknown => api.context.active().getValue(key);

  test('functions keep this, length and result', () => {
    const fn = function (this: { x: number }, a: number): unknown[] {
      return [this.x, a, seen()];
    };
    const bound = api.context.bind(context(), fn);
    expect(bound).toHaveLength(1);
    expect(bound.call({ x: 1 }, 2)).toEqual([1, 2, 'bound']);
    expect(api.context.bind(context(), 'text')).toBe('text');
  });

  test('listeners of an emitter run in the context and can be removed', () => {
    const emitter = api.context.bind(context(), new EventEmitter());
    const heard: unknown[] = [];
    const listener = (value: unknown): void => {
      heard.push(value, seen());
    };
    emitter.on('a', listener);
    emitter.emit('a', 1);
    emitter.off('a', listener);
    emitter.emit('a', 2);
    expect(heard).toEqual([1, 'bound']);
    emitter.once('b', listener);
    emitter.off('b', listener);
    emitter.emit('b', 3);
    expect(emitter.listenerCount('b')).toBe(0);
    heard.length = 0;
    emitter.once('c', listener);
    emitter.prependListener('c', listener);
    emitter.prependOnceListener('c', listener);
    emitter.emit('c', 4);
    emitter.emit('c', 5);
    expect(heard).toEqual([4, 'bound', 4, 'bound', 4, 'bound', 5, 'bound']);
    emitter.removeAllListeners();
    expect(emitter.eventNames()).toEqual([]);
  });
});

describe('propagation', () => {
  test('inject and extract with the ids of the request', () => {
    withCorrelation({ correlationId: 'c1', requestId: 'r1' }, () => {
      bench.tracing.tracer.span('s', (span) => {
        const carrier: Record<string, string> = {};
        api.propagation.inject(api.context.active(), carrier);
        expect(carrier).toMatchObject({
          traceparent: `00-${span.traceId}-${span.spanId}-01`,
          'x-request-id': 'r1',
          'x-correlation-id': 'c1',
        });
        const context = api.propagation.extract(api.ROOT_CONTEXT, { ...carrier, tracestate: 'v=1', baggage: 'k=v' });
        expect(api.trace.getSpanContext(context)).toMatchObject({
          traceId: span.traceId,
          spanId: span.spanId,
          isRemote: true,
        });
        expect(api.trace.getSpanContext(context)?.traceState?.get('v')).toBe('1');
        expect(api.propagation.getBaggage(context)?.getEntry('k')?.value).toBe('v');
      });
    });
    expect(api.propagation.fields()).toContain('traceparent');
  });

  test('carriers with several values or none', () => {
    const context = api.propagation.extract(api.ROOT_CONTEXT, {
      traceparent: [`00-${REMOTE.traceId}-${REMOTE.spanId}-01`],
      tracestate: ['a=1', 'b=2'],
    });
    expect(api.trace.getSpanContext(context)?.traceState?.serialize()).toBe('a=1,b=2');
    expect(api.trace.getSpanContext(api.propagation.extract(api.ROOT_CONTEXT, { traceparent: 'x' }))).toBeUndefined();
  });
});

describe('a span of the API', () => {
  test('its span context and trace state', () => {
    const parent = api.trace.setSpanContext(api.ROOT_CONTEXT, {
      ...REMOTE,
      traceState: api.createTraceState('a=1,b=2'),
    });
    const span = api.trace.getTracer('t').startSpan('s', {}, parent);
    const { traceState, ...ids } = span.spanContext();
    expect(ids).toEqual({ traceId: REMOTE.traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/), traceFlags: 1 });
    expect(traceState?.set('c', '3').unset('b').serialize()).toBe('c=3,a=1');
    expect(traceState?.get('b')).toBe('2');
  });

  test('startActiveSpan with options and context', () => {
    const context = api.trace.setSpanContext(api.ROOT_CONTEXT, REMOTE);
    const result = api.trace
      .getTracer('t', '1')
      .startActiveSpan('s', { kind: api.SpanKind.CLIENT }, context, (span) => {
        expect(api.trace.getActiveSpan()).toBe(span);
        span.end();
        return 'result';
      });
    expect(result).toBe('result');
    expect(bench.ended[0]).toMatchObject({ kind: 2, parentSpanId: REMOTE.spanId, scope: { name: 't', version: '1' } });
  });
});
