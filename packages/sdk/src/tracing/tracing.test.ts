/** Spans as the program makes them: parents, status, exceptions, limits, sampling, tail rules. */
import { describe, expect, test } from 'vitest';
import { active, current, run, withCorrelationCell } from '../context/store.ts';
import { SUPPRESSED } from '../context/suppress.ts';
import { parseTraceParent } from '../context/trace-context.ts';
import { type Core, createCore } from '../core/core.ts';
import { Notices } from '../lib/notices.ts';
import { Registry } from '../metrics/registry.ts';
import { toRecord } from './attributes.ts';
import type { TracingOptions } from './options.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { Span } from './span.ts';
import { createTracing, type Tracing } from './tracing.ts';

interface Bench {
  readonly core: Core;
  readonly tracing: Tracing;
  readonly ended: RecordingSpan[];
  readonly registry: Registry;
}

function bench(options: TracingOptions = {}, env: Record<string, string> = {}): Bench {
  const core = createCore({}, env, new Notices(() => undefined));
  const registry = new Registry({ losses: core.losses });
  const tracing = createTracing(core, registry, options);
  const ended: RecordingSpan[] = [];
  tracing.addSink((span) => ended.push(span));
  return { core, tracing, ended, registry };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('span()', () => {
  test('nests over awaits and timers, ends and gives the result', async () => {
    const { tracing, ended } = bench();
    const { tracer } = tracing;
    const result = await tracer.span('outer', async (outer) => {
      expect(tracer.active()).toBe(outer);
      await wait(1);
      const inner = tracer.span('inner', () => {
        expect(tracer.active()?.traceId).toBe(outer.traceId);
        return 7;
      });
      expect(tracer.active()).toBe(outer);
      return inner;
    });
    expect(result).toBe(7);
    expect(tracer.active()).toBeUndefined();
    const [inner, outer] = ended;
    expect([inner?.name, outer?.name]).toEqual(['inner', 'outer']);
    expect(inner?.parentSpanId).toBe(outer?.spanId);
    expect(inner?.traceId).toBe(outer?.traceId);
    expect(outer?.parentSpanId).toBeUndefined();
    expect((outer?.endMs ?? 0) - (outer?.startMs ?? 0)).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs((outer?.startMs ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  test('what is thrown is recorded and thrown on, now or later', async () => {
    const { tracing, ended } = bench();
    const error = new TypeError('no such order');
    const sync = (): never => {
      throw error;
    };
    expect(() => tracing.tracer.span('sync', sync)).toThrow(error);
    await expect(tracing.tracer.span('async', async () => sync())).rejects.toBe(error);
    for (const span of ended) {
      expect(span.statusCode).toBe(2);
      expect(span.statusMessage).toBe('no such order');
      expect(span.extras?.events.map(({ name, attributes }) => ({ name, ...toRecord(attributes) }))).toMatchObject([
        { name: 'exception', 'exception.type': 'TypeError', 'exception.message': 'no such order' },
      ]);
    }
    expect(ended).toHaveLength(2);
  });

  test('wrap() keeps arguments, this and result', () => {
    const { tracing, ended } = bench();
    const box = {
      base: 10,
      add: tracing.tracer.wrap('add', function (this: { base: number }, n: number) {
        return this.base + n;
      }),
    };
    expect(box.add(5)).toBe(15);
    expect(ended[0]?.name).toBe('add');
  });

  test('options: kind, attributes, links, start time, root', () => {
    const { tracing, ended } = bench();
    const { tracer } = tracing;
    tracer.span('outer', (outer) => {
      const options = {
        kind: 'producer',
        attributes: { queue: 'mail', size: 3, tags: ['a', null], skipped: undefined },
        links: [{ context: outer.spanContext(), attributes: { why: 'batch' } }],
        startTime: new Date(5000),
        root: true,
      } as const;
      tracer.startSpan('send', options).end(new Date(6000));
    });
    const [send] = ended;
    expect(send).toMatchObject({ kind: 3, startMs: 5000, parentSpanId: undefined });
    expect(send?.traceId).not.toBe(ended[1]?.traceId);
    expect(toRecord(send?.attributes ?? [])).toEqual({ queue: 'mail', size: 3, tags: ['a', null] });
    expect(send?.extras?.links[0]?.context.spanId).toBe(ended[1]?.spanId);
  });

  test('keeps the correlation of the request', () => {
    const { tracing } = bench();
    run(withCorrelationCell({ correlationId: 'c1' }), () => {
      tracing.tracer.span('work', () => expect(current()?.cell?.values.correlationId).toBe('c1'));
    });
  });
});

describe('a span', () => {
  test('takes nothing after its end, and never ends before it began', () => {
    const { tracing, ended } = bench();
    const span = tracing.tracer.startSpan('once', { startTime: new Date(2000) });
    span.end(new Date(1000));
    span.setAttribute('late', 1).setAttributes({ late: 2 }).addEvent('late').recordException(new Error('late'));
    span.setStatus('error').updateName('late').end();
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ name: 'once', startMs: 2000, endMs: 2000, statusCode: 0, extras: undefined });
    expect(span.isRecording()).toBe(false);
  });

  test('ok is final, error replaces unset, a message belongs to an error', () => {
    const { tracing } = bench();
    const span = tracing.tracer.startSpan('s') as RecordingSpan;
    expect(span.setStatus('error', 'first')).toMatchObject({ statusCode: 2, statusMessage: 'first' });
    expect(span.setStatus('unset')).toMatchObject({ statusCode: 2 });
    expect(span.setStatus({ code: 1, message: 'fine' })).toMatchObject({ statusCode: 1, statusMessage: undefined });
    expect(span.setStatus('error', 'again')).toMatchObject({ statusCode: 1 });
  });

  test('limits: attributes, events, links, length of values', () => {
    const { tracing, ended } = bench({ limits: { attributes: 2, events: 2, links: 1, valueLength: 5 } });
    const span = tracing.tracer.startSpan('s', { attributes: { a: 'longer text', b: ['longer text', 'x'], c: 1 } });
    span.setAttribute('a', 'other text').setAttribute('d', 1);
    for (const name of ['1', '2', '3']) span.addEvent(name, { x: 1, y: 2, z: 3 });
    for (let index = 0; index < 3; index++) span.addLink({ context: span.spanContext() });
    span.end();
    expect(toRecord(ended[0]?.attributes ?? [])).toEqual({ a: 'other', b: ['longe', 'x'] });
    expect(ended[0]?.extras).toMatchObject({ droppedAttributes: 2, droppedEvents: 1, droppedLinks: 2 });
    expect(ended[0]?.extras?.events).toMatchObject([
      { name: '2', dropped: 1 },
      { name: '3', dropped: 1 },
    ]);
  });

  test.each<[string, NonNullable<TracingOptions['limits']>, string[], object, number]>([
    ['none', {}, [], { path: '/a', status: 200 }, 702],
    ['one of the program', {}, ['path', '/mine'], { path: '/a', status: 200 }, 707],
    ['a short limit of values', { valueLength: 1 }, [], { path: '/', status: 200 }, 701],
    ['a limit of their number', { attributes: 1 }, [], { path: '/a' }, 702],
  ])('attributes all at once, beside %s', (_, limits, [key, value], expected, size) => {
    const { tracing, ended } = bench({ limits });
    const span = tracing.startServerSpan('s', undefined) as RecordingSpan;
    if (key !== undefined) span.setAttribute(key, value);
    span.describe(['path', '/a', 'status', 200]);
    span.setAttribute('path', '/a').end();
    span.describe(['late', 1]);
    expect(toRecord(ended[0]?.attributes ?? [])).toEqual(expected);
    expect(ended[0]?.size).toBe(size + Math.min(2, limits.valueLength ?? 2));
    expect(ended[0]?.extras?.droppedAttributes ?? 0).toBe(limits.attributes === 1 ? 1 : 0);
  });

  test('limits by the environment', () => {
    const { tracing, ended } = bench(
      { limits: { events: 1 } },
      {
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '9',
        OTEL_SPAN_LINK_COUNT_LIMIT: 'many',
      },
    );
    tracing.tracer
      .startSpan('s', { attributes: { a: 'abcdef', b: 1 } })
      .addEvent('1')
      .addEvent('2')
      .end();
    expect(toRecord(ended[0]?.attributes ?? [])).toEqual({ a: 'abc' });
    expect(ended[0]?.extras).toMatchObject({ droppedAttributes: 1, droppedEvents: 1 });
    expect(tracing.recorder.limits.links).toBe(128);
  });

  test.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [{}, undefined],
    ['text', { 'exception.message': 'text' }],
    [5, { 'exception.message': '5' }],
    [
      { code: 'ECONNRESET', message: 'gone' },
      { 'exception.type': 'ECONNRESET', 'exception.message': 'gone' },
    ],
  ])('recordException(%o)', (exception, expected) => {
    const { tracing } = bench();
    const span = tracing.tracer.startSpan('s').recordException(exception) as RecordingSpan;
    const event = span.extras?.events[0];
    expect(event === undefined ? undefined : { ...toRecord(event.attributes) }).toEqual(expected);
  });

  test('an exception whose fields throw is still noted', () => {
    const { tracing } = bench();
    const exception = new Proxy({}, { get: () => expect.unreachable() });
    const span = tracing.tracer.startSpan('s').recordException(exception) as RecordingSpan;
    expect(toRecord(span.extras?.events[0]?.attributes ?? [])).toEqual({ 'exception.type': 'unreadable' });
  });
});

describe('without anybody who wants spans', () => {
  test('spans have ids and a context, and record nothing', () => {
    const core = createCore({}, {}, new Notices(() => undefined));
    const { tracer } = createTracing(core, new Registry());
    tracer.span('outer', (outer) => {
      expect(outer.isRecording()).toBe(false);
      expect(outer.traceFlags).toBe(1);
      expect(outer.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(outer.traceId).toBe(outer.traceId);
      tracer.span('inner', (inner) => {
        expect(inner.traceId).toBe(outer.traceId);
        expect(inner.spanId).not.toBe(outer.spanId);
      });
    });
  });

  test('MONITORING_ENABLED=false calls the function and nothing else', () => {
    const { core, tracing } = bench({ exporter: { endpoint: 'http://127.0.0.1:1/' } }, { MONITORING_ENABLED: 'false' });
    expect(tracing.tracer.span('x', () => 3)).toBe(3);
    expect(tracing.exporter).toBeUndefined();
    expect(core.losses.count('traces')).toBe(0);
  });

  test('the own work of the SDK is not traced', () => {
    const { tracing } = bench();
    run(SUPPRESSED, () => {
      expect(tracing.startClientSpan('GET', active()).isRecording()).toBe(false);
      expect(tracing.tracer.startSpan('x').traceFlags).toBe(0);
    });
  });
});

const REMOTE = '0af7651916cd43dd8448eb211c80319c';
const remote = (flags: string) => parseTraceParent(`00-${REMOTE}-b7ad6b7169203331-${flags}`, 'vendor=1');

describe('sampling', () => {
  test.each([
    ['always_on', '00', true],
    ['always_off', '01', false],
    ['parentbased_always_on', '01', true],
    ['parentbased_always_on', '00', false],
    ['parentbased_always_off', '01', true],
    ['parentbased_always_off', undefined, false],
    ['parentbased_always_on', undefined, true],
    ['traceidratio', undefined, false],
    ['parentbased_traceidratio', '01', true],
  ])('OTEL_TRACES_SAMPLER=%s, parent %s: %s', (name, flags, isSampled) => {
    const { tracing, ended } = bench({}, { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0' });
    const parent = flags === undefined ? undefined : remote(flags);
    const span = tracing.startServerSpan('GET', parent);
    expect(span.isRecording()).toBe(isSampled);
    expect(span.traceFlags & 1).toBe(isSampled ? 1 : 0);
    if (parent !== undefined) expect([span.traceId, span.traceState]).toEqual([REMOTE, 'vendor=1']);
    span.end();
    expect(ended).toHaveLength(isSampled ? 1 : 0);
    if (isSampled && parent !== undefined) {
      expect(ended[0]).toMatchObject({ parentSpanId: 'b7ad6b7169203331', isParentRemote: true });
    }
  });

  test('a trace id without a span is joined as its root', () => {
    const { tracing } = bench();
    const parent = { traceId: REMOTE, spanId: '', traceFlags: 0, traceState: undefined, isRemote: true };
    expect(tracing.startServerSpan('GET', parent)).toMatchObject({ traceId: REMOTE, parentSpanId: undefined });
  });

  test('a function decides; one that throws costs its trace only', () => {
    const { tracing } = bench({
      sampler: ({ name, kind, attributes }) => {
        if (name === 'bad') throw new Error('no');
        return kind === 'client' || attributes?.['vip'] === true;
      },
    });
    expect(tracing.startClientSpan('x').isRecording()).toBe(true);
    expect(tracing.startServerSpan('x', remote('01')).isRecording()).toBe(false);
    expect(tracing.tracer.startSpan('x', { attributes: { vip: true } }).isRecording()).toBe(true);
    expect(tracing.tracer.startSpan('bad').isRecording()).toBe(false);
  });

  test('wrong options are one error that names them all', () => {
    const wrong = {
      sampler: { ratio: 2 },
      exporter: { endpoint: 'collector:4318', maxQueue: 0 },
      limits: { events: -1 },
      tail: { maxSpans: Number.NaN },
    };
    for (const path of ['sampler.ratio', 'exporter.endpoint', 'exporter.maxQueue', 'limits.events', 'tail.maxSpans']) {
      expect(() => bench(wrong)).toThrow(`tracing.${path}`);
    }
  });
});

describe('tail rules', () => {
  const options = { sampler: { ratio: 0 }, tail: { slowMs: 1000, maxTraces: 3, maxSpans: 2 } } as const;
  const trace = (tracing: Tracing, ms: number, work: (root: Span) => void = () => undefined): Span => {
    const root = tracing.tracer.startSpan('root', { startTime: new Date(10_000) });
    run(active().withSpan(root), () => work(root));
    root.end(new Date(10_000 + ms));
    return root;
  };

  test('unsampled traces are kept whole when slow or failed, and say "not sampled" to others', async () => {
    const { tracing, ended, registry } = bench(options);
    expect(trace(tracing, 10).traceFlags).toBe(0);
    expect(ended).toEqual([]);
    trace(tracing, 1000, () => tracing.startClientSpan('quick').end());
    expect(ended.map(({ name }) => name)).toEqual(['quick', 'root']);
    trace(tracing, 10, () => tracing.startClientSpan('failed').setStatus('error').end());
    expect(ended.map(({ name }) => name)).toEqual(['quick', 'root', 'failed', 'root']);
    expect(ended.every(({ traceFlags }) => traceFlags === 0)).toBe(true);
    const { body } = await registry.render();
    expect(body.toString()).toMatch(/sightline_sdk_tail_traces_total\{decision="kept"\} +2\n/);
    expect(body.toString()).toMatch(/sightline_sdk_tail_traces_total\{decision="dropped"\} +1\n/);
  });

  test('a span that ends after its root follows the verdict', () => {
    const { tracing, ended } = bench(options);
    for (const ms of [10, 2000]) {
      let late: Span | undefined;
      trace(tracing, ms, () => {
        late = tracing.startClientSpan('late');
      });
      late?.end();
    }
    expect(ended.map(({ name }) => name)).toEqual(['root', 'late']);
  });

  test('what a parent excluded stays excluded', () => {
    const { tracing, ended } = bench(options);
    const span = tracing.startServerSpan('GET', remote('00'));
    expect(span.isRecording()).toBe(false);
    span.setStatus('error').end();
    expect(ended).toEqual([]);
  });

  test('spans and traces that are held are bounded and counted', () => {
    const { core, tracing, ended } = bench(options);
    trace(tracing, 2000, () => {
      for (let index = 0; index < 5; index++) tracing.startClientSpan(String(index)).end();
    });
    expect(ended.map(({ name }) => name)).toEqual(['0', '1', 'root']);
    expect(core.losses.count('traces', 'tail_full')).toBe(3);
    const roots = Array.from({ length: 5 }, () => tracing.tracer.startSpan('root', { startTime: new Date(10_000) }));
    for (const root of roots) run(active().withSpan(root), () => tracing.startClientSpan('held').end());
    expect(core.losses.count('traces', 'tail_full')).toBe(5);
    ended.length = 0;
    for (const root of roots) root.end(new Date(20_000));
    expect(ended.filter(({ name }) => name === 'held')).toHaveLength(3);
  });
});
