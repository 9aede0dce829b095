/** Lines pushed to collectors: OTLP decoded by its own definitions, Loki's push body, and what happens when nobody answers. */
import { createCore, createLogging, lokiSink, otlpLogSink, Registry, type Sink, withCorrelation } from '@sightline/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { type Collector, startCollector } from '../export/collector.ts';
import { attributesOf, type DecodedKeyValue, type DecodedValue, decodeLogs } from '../export/otlp-decode.ts';

interface DecodedLogs {
  readonly resourceLogs: {
    readonly resource: { readonly attributes: DecodedKeyValue[] };
    readonly scopeLogs: {
      readonly scope: { readonly name: string };
      readonly logRecords: {
        readonly timeUnixNano: string;
        readonly severityNumber: number;
        readonly severityText: string;
        readonly body: DecodedValue;
        readonly attributes: DecodedKeyValue[];
        readonly traceId?: string;
      }[];
    }[];
  }[];
}

let collector: Collector;

afterEach(() => collector.close());

function logging(sink: Sink) {
  const core = createCore({ service: 'shop', environment: 'test' }, {});
  return { core, logging: createLogging(core, new Registry(), { sinks: [sink], handleSignals: false }) };
}

const base = () => collector.url.replace('/v1/traces', '');

describe('OTLP logs', () => {
  it.each(['http/protobuf', 'http/json'] as const)('arrive as %s with all they say', async (protocol) => {
    collector = await startCollector();
    const sink = otlpLogSink({ url: `${base()}/v1/logs`, protocol, compression: 'gzip', headers: { 'x-team': 'a' } });
    const { core, logging: own } = logging(sink);
    withCorrelation({ correlationId: 'c1', userId: 'u1' }, () => {
      own.root.info('User login', {
        method: 'oauth',
        rows: 3,
        ratio: 0.5,
        ok: true,
        list: [1, 'two'],
        deep: { a: null },
      });
      own.logger('db').error('It failed', { password: 'hunter2', err: new TypeError('wrong \ud800') });
    });
    expect(await core.flushing.flush(5000)).toEqual([]);
    const { path, headers, body } = collector.received[0] ?? { path: '', headers: {}, body: Buffer.alloc(0) };
    expect(path).toBe('/v1/logs');
    expect(headers).toMatchObject({ 'x-team': 'a', 'content-encoding': 'gzip' });
    const decoded = (protocol === 'http/json' ? JSON.parse(body.toString()) : decodeLogs(body)) as DecodedLogs;
    const [resource] = decoded.resourceLogs;
    expect(attributesOf(resource?.resource.attributes ?? [])).toMatchObject({
      'service.name': 'shop',
      'deployment.environment.name': 'test',
    });
    expect(resource?.scopeLogs.map((scope) => scope.scope.name)).toEqual(['shop', 'db']);
    const [info] = resource?.scopeLogs[0]?.logRecords ?? [];
    expect(info).toMatchObject({ severityNumber: 9, severityText: 'INFO', body: { stringValue: 'User login' } });
    expect(Math.abs(Number(info?.timeUnixNano) / 1e6 - Date.now())).toBeLessThan(60_000);
    expect(attributesOf(info?.attributes ?? [])).toMatchObject({
      correlation_id: 'c1',
      'user.id': 'u1',
      method: 'oauth',
      rows: 3,
      ratio: 0.5,
      ok: true,
      list: [1, 'two'],
      deep: { a: null },
    });
    const [error] = resource?.scopeLogs[1]?.logRecords ?? [];
    expect(attributesOf(error?.attributes ?? [])).toMatchObject({
      password: '[REDACTED]',
      'exception.type': 'TypeError',
      'exception.message': 'wrong \ufffd',
    });
    await core.flushing.close(1000);
  });
});

describe('Loki', () => {
  it('gets streams by level with the lines as they are', async () => {
    collector = await startCollector();
    const { core, logging: own } = logging(lokiSink({ url: `${base()}/`, labels: { team: 'a' }, tenant: 't1' }));
    own.root.info('one', { token: 'hunter2' });
    own.root.info('two');
    own.root.error('three');
    expect(await core.flushing.flush(5000)).toEqual([]);
    const [request] = collector.received;
    expect(request?.path).toBe('/loki/api/v1/push');
    expect(request?.headers['x-scope-orgid']).toBe('t1');
    const { streams } = JSON.parse(request?.body.toString() ?? '') as {
      streams: { stream: Record<string, string>; values: [string, string][] }[];
    };
    expect(streams.map(({ stream }) => stream)).toEqual([
      { service_name: 'shop', environment: 'test', team: 'a', level: 'info' },
      { service_name: 'shop', environment: 'test', team: 'a', level: 'error' },
    ]);
    const lines = streams.flatMap(({ values }) => values.map(([, line]) => JSON.parse(line) as { message: string }));
    expect(lines.map((line) => line.message)).toEqual(['one', 'two', 'three']);
    expect(streams[0]?.values[0]?.[0]).toMatch(/^\d{13}000000$/);
    expect(request?.body.toString()).not.toContain('hunter2');
    await core.flushing.close(1000);
  });

  it('is refused with the reason when its address or labels are wrong', async () => {
    collector = await startCollector();
    expect(() => lokiSink({ url: 'loki:3100', labels: { 'a-b': 'x' } })).toThrow(/loki\.url[\s\S]*labels\.a-b/);
  });
});

describe('a collector that does not answer', () => {
  it('costs lines beyond the bound, which are counted, and nothing else', async () => {
    collector = await startCollector(() => {});
    const { core, logging: own } = logging(otlpLogSink({ url: `${base()}/v1/logs`, maxQueue: 100 }));
    for (let index = 0; index < 10_000; index++) own.root.info('flood', { index });
    expect(core.losses.count('logs', 'queue_full')).toBeGreaterThanOrEqual(9000);
    await core.flushing.close(100);
  });
});
