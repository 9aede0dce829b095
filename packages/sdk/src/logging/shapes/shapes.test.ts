import { describe, expect, it } from 'vitest';
import { run, withCorrelationCell } from '../../context/store.ts';
import { setCorrelation } from '../../context/correlation.ts';
import { type Captured, captured, type Line } from '../testing/captured.ts';
import type { ShapeName } from './shape.ts';

const SPAN = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  traceState: undefined,
  isRemote: false,
};

const IDS = { correlationId: 'req_abc', userId: 'user_1', sessionId: 'sess_1', requestId: 'web_request' };

function inRequest(fn: () => void): void {
  run(withCorrelationCell({ ...IDS }).withSpan(SPAN), fn);
}

function full(shape: ShapeName): { line: Line; text: string; capture: Captured } {
  const capture = captured({}, shape);
  inRequest(() => {
    const error = Object.assign(new TypeError('wrong', { cause: new Error('deeper') }), {
      code: 'E_WRONG',
      status: 500,
    });
    capture.log.error(
      'It failed',
      { user_id: 'other', err: error },
      { duration_ms: 45.2, memory_usage_mb: 12.5, rows: 3 },
    );
  });
  return { line: capture.last(), text: capture.texts.at(-1) ?? '', capture };
}

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
const STACK = expect.stringContaining('TypeError: wrong\n    at ') as unknown;

describe('the default shape', () => {
  it('has exactly the fields of the reference in their order', () => {
    const { line } = full('json');
    expect(Object.keys(line)).toEqual([
      'timestamp',
      'level',
      'logger',
      'message',
      'correlation_id',
      'user_id',
      'session_id',
      'request_id',
      'trace_id',
      'span_id',
      'data',
      'performance',
      'context',
      'error',
    ]);
    expect(line).toMatchObject({
      timestamp: ISO,
      level: 'ERROR',
      logger: 'shop',
      message: 'It failed',
      correlation_id: 'req_abc',
      user_id: 'user_1',
      session_id: 'sess_1',
      request_id: 'web_request',
      trace_id: SPAN.traceId,
      span_id: SPAN.spanId,
      data: { user_id: 'other' },
      performance: { duration_ms: 45.2, memory_usage_mb: 12.5, rows: 3 },
      context: { thread_id: 'MainThread', process_id: process.pid, environment: 'test' },
      error: {
        type: 'TypeError',
        message: 'wrong',
        code: 'E_WRONG',
        status: 500,
        stack: STACK,
        cause: { message: 'deeper' },
      },
    });
  });

  it('leaves out what a line has nothing of', () => {
    const capture = captured();
    capture.log.info('x', {});
    expect(Object.keys(capture.last())).toEqual(['timestamp', 'level', 'logger', 'message', 'context']);
  });

  it('names its levels DEBUG to CRITICAL', () => {
    const capture = captured({ level: 'trace' });
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) capture.log[level]('x');
    expect(capture.lines().map((line) => line['level'])).toEqual([
      'TRACE',
      'DEBUG',
      'INFO',
      'WARNING',
      'ERROR',
      'CRITICAL',
    ]);
  });

  it('shows ids that change in the middle of a request', () => {
    const capture = captured();
    run(withCorrelationCell({ requestId: 'r1' }), () => {
      capture.log.info('before');
      setCorrelation({ userId: 'ada' });
      capture.log.info('after');
    });
    expect(capture.lines().map((line) => line['user_id'])).toEqual([undefined, 'ada']);
  });

  it('bounds and escapes ids of strangers', () => {
    const capture = captured();
    run(withCorrelationCell({ userId: `"\n${'x'.repeat(1000)}` }), () => capture.log.info('x'));
    expect(String(capture.last()['user_id'])).toHaveLength(128);
  });

  it('has further constant fields in its context', () => {
    const capture = captured({ context: { region: 'eu', pod: 7 } });
    capture.log.info('x');
    expect(capture.last()['context']).toMatchObject({ region: 'eu', pod: 7 });
  });
});

describe('the flat shape', () => {
  it('has everything at the top, fields of the data behind its own names', () => {
    const { line } = full('flat');
    expect(line).toMatchObject({
      level: 'ERROR',
      message: 'It failed',
      user_id: 'user_1',
      data_user_id: 'other',
      duration_ms: 45.2,
      rows: 3,
      process_id: process.pid,
      environment: 'test',
      service: 'shop',
      error: { type: 'TypeError', stack: STACK },
    });
    expect(line['data']).toBeUndefined();
  });
});

describe('the ECS shape', () => {
  it('has the names of the Elastic Common Schema', () => {
    const { line } = full('ecs');
    expect(line).toMatchObject({
      '@timestamp': ISO,
      'log.level': 'error',
      'log.logger': 'shop',
      message: 'It failed',
      'ecs.version': '8.11.0',
      'service.name': 'shop',
      'service.version': '1.2.3',
      'service.environment': 'test',
      'trace.id': SPAN.traceId,
      'span.id': SPAN.spanId,
      'user.id': 'user_1',
      'http.request.id': 'web_request',
      'event.duration': 45_200_000,
      'process.pid': process.pid,
      data: { user_id: 'other' },
      error: { type: 'TypeError', message: 'wrong', stack_trace: STACK },
    });
  });
});

describe('the OpenTelemetry shape', () => {
  it('has the fields of the log data model', () => {
    const { line } = full('otel');
    expect(line).toMatchObject({
      Timestamp: expect.stringMatching(/^\d{13}000000$/) as unknown,
      SeverityNumber: 17,
      SeverityText: 'ERROR',
      InstrumentationScope: { Name: 'shop' },
      Body: 'It failed',
      TraceId: SPAN.traceId,
      SpanId: SPAN.spanId,
      TraceFlags: 1,
      Attributes: {
        correlation_id: 'req_abc',
        'user.id': 'user_1',
        user_id: 'other',
        performance: { duration_ms: 45.2 },
        'exception.type': 'TypeError',
        'exception.message': 'wrong',
        'exception.stacktrace': STACK,
      },
      Resource: { 'service.name': 'shop', 'service.version': '1.2.3', 'deployment.environment.name': 'test' },
    });
  });

  it.each([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
    ['critical', 21],
  ] as const)('gives %s the severity number %i', (level, number) => {
    const capture = captured({ level: 'trace' }, 'otel');
    capture.log[level]('x');
    expect(capture.last()['SeverityNumber']).toBe(number);
  });
});

describe('several shapes at once', () => {
  it('each get the same line, in requests and outside', () => {
    const flat: string[] = [];
    const capture = captured({ sinks: [{ name: 'flat', shape: 'flat', write: (line) => void flat.push(line) }] });
    inRequest(() => {
      capture.log.info('one', { a: 1 });
      capture.log.child({ b: 2 }).info('two');
    });
    capture.log.info('three');
    const others = flat.map((text) => JSON.parse(text) as Line);
    expect(capture.lines().map((line) => line['message'])).toEqual(['one', 'two', 'three']);
    expect(others.map((line) => [line['message'], line['request_id'], line['a'], line['b']])).toEqual([
      ['one', 'web_request', 1, undefined],
      ['two', 'web_request', undefined, 2],
      ['three', undefined, undefined, undefined],
    ]);
  });
});
