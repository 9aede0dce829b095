/** What goes to a collector, decoded by the definitions of OTLP: protobuf, JSON, gzip, environment. */
import { afterEach, describe, expect, test } from 'vitest';
import { createJsonEncoder } from '../../../packages/sdk/src/tracing/encode-json.ts';
import { createProtobufEncoder } from '../../../packages/sdk/src/tracing/encode-protobuf.ts';
import { type Collector, startCollector } from '../export/collector.ts';
import { attributesOf, type DecodedSpan, type DecodedTraces, decodeTraces } from '../export/otlp-decode.ts';
import { type Traced, traced } from './traced.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function collected(
  options: Parameters<typeof traced>[0],
  env?: Record<string, string>,
): Promise<[Traced, Collector]> {
  const collector = await startCollector();
  open.push(collector);
  const exporter = options?.exporter === undefined ? undefined : { endpoint: collector.url, ...options.exporter };
  const resolved = Object.fromEntries(
    Object.entries(env ?? {}).map(([key, value]) => [key, value.replace('COLLECTOR', new URL(collector.url).origin)]),
  );
  const bench = traced({ ...options, exporter }, resolved);
  open.push(bench);
  return [bench, collector];
}

function makeSpans({ tracing }: Traced): void {
  tracing.tracer.span(
    'cart ✓',
    (span) => {
      span.setAttributes({
        text: 'é\ud800"\\\n',
        whole: 42,
        below: -7,
        huge: 2 ** 60,
        half: 0.5,
        yes: true,
        no: false,
      });
      span.setAttributes({ texts: ['a', null, 'b'], numbers: [1, 2.5], none: [], nan: Number.NaN, zero: 0, empty: '' });
      span.addEvent('reserved', { items: 3 }, new Date(1_700_000_000_123));
      span.addLink({ context: { ...span.spanContext(), isRemote: true }, attributes: { reason: 'retry' } });
      span.setStatus('error', 'out of stock');
      tracing.startClientSpan('GET').end();
    },
    { startTime: new Date(1_700_000_000_000) },
  );
}

function spansOf(request: DecodedTraces): DecodedSpan[] {
  return request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function check(request: DecodedTraces): void {
  const [{ resource }] = request.resourceSpans as [DecodedTraces['resourceSpans'][number]];
  expect(attributesOf(resource.attributes)).toMatchObject({
    'service.name': 'shop',
    'service.version': '1.2.3',
    'process.pid': process.pid,
  });
  expect(request.resourceSpans[0]?.scopeSpans[0]?.scope.name).toBe('@sightline/sdk');
  const [client, cart] = spansOf(request);
  expect(client).toMatchObject({
    name: 'GET',
    kind: 3,
    parentSpanId: cart?.spanId,
    traceId: cart?.traceId,
    flags: 0x101,
  });
  expect(cart).toMatchObject({
    name: 'cart ✓',
    kind: 1,
    startTimeUnixNano: '1700000000000000000',
    status: { code: 2, message: 'out of stock' },
    events: [{ name: 'reserved', timeUnixNano: '1700000000123000000' }],
    links: [{ traceId: cart?.traceId, spanId: cart?.spanId, flags: 0x301 }],
  });
  expect(cart?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(attributesOf(cart?.attributes ?? [])).toEqual({
    text: 'é\ufffd"\\\n',
    whole: 42,
    below: -7,
    huge: 2 ** 60,
    half: 0.5,
    yes: true,
    no: false,
    texts: ['a', null, 'b'],
    numbers: [1, 2.5],
    none: [],
    nan: Number.NaN,
    zero: 0,
    empty: '',
  });
  expect(BigInt(cart?.endTimeUnixNano ?? 0)).toBeGreaterThan(1_700_000_000_000_000_000n);
}

describe('export', () => {
  test('protobuf', async () => {
    const [bench, collector] = await collected({ exporter: { headers: { authorization: 'Bearer t' } } });
    makeSpans(bench);
    expect(await bench.flush()).toEqual([]);
    const [sent] = collector.received;
    expect(sent?.headers).toMatchObject({ 'content-type': 'application/x-protobuf', authorization: 'Bearer t' });
    check(decodeTraces(sent?.body ?? Buffer.alloc(0)));
    const { body } = await bench.registry.render();
    expect(body.toString()).toMatch(/sightline_sdk_spans_exported_total +2\n/);
  });

  test('JSON with gzip, configured by the environment', async () => {
    const [bench, collector] = await collected(undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'COLLECTOR/',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-tenant=a%20b',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    makeSpans(bench);
    expect(await bench.flush()).toEqual([]);
    const [sent] = collector.received;
    expect(sent?.path).toBe('/v1/traces');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-tenant': 'a b',
    });
    check(JSON.parse(sent?.body.toString() ?? ''));
  });

  test('a flood: the queue is bounded, what is lost is counted, nothing is sent twice', async () => {
    const [bench, collector] = await collected({ exporter: { maxQueue: 1000, maxBatch: 100 } });
    for (let index = 0; index < 20_000; index++) bench.tracing.startClientSpan(String(index)).end();
    expect(bench.tracing.exporter?.pending).toBe(1000);
    expect(await bench.flush()).toEqual([]);
    const names = collector.received.flatMap(({ body }) => spansOf(decodeTraces(body)).map(({ name }) => name));
    expect(names).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)));
    const { body } = await bench.registry.render();
    expect(body.toString()).toMatch(/sightline_sdk_dropped_total\{signal="traces",reason="queue_full"\} +19000\n/);
  });

  test('a span is not held by its exporter when it is large: bytes are bounded', async () => {
    const [bench] = await collected({ exporter: { maxQueueBytes: 100_000 } });
    for (let index = 0; index < 100; index++) {
      bench.tracing.tracer.startSpan('big', { attributes: { body: 'x'.repeat(8000) } }).end();
    }
    expect(bench.tracing.exporter?.pending).toBeLessThanOrEqual(12);
  });
});

test('protobuf and JSON say the same of random spans', () => {
  const bench = traced();
  open.push(bench);
  const random = createRandom(7);
  for (let round = 0; round < 300; round++) {
    const span = bench.tracing.tracer.startSpan(random.text(), {
      kind: random.pick(['internal', 'server', 'consumer']),
    });
    for (let index = random.below(6); index > 0; index--) span.setAttribute(`${random.text()}k`, random.value());
    for (let index = random.below(3); index > 0; index--)
      span.addEvent(random.text(), { [`${random.text()}k`]: random.value() });
    if (random.below(3) === 0) span.setStatus('error', random.text());
    span.end();
  }
  const resource = { 'service.name': 'shop' };
  const json = JSON.parse(createJsonEncoder(resource)(bench.ended).toString());
  const protobuf = decodeTraces(createProtobufEncoder(resource)(bench.ended));
  expect(spansOf(protobuf).map(withoutDefaults)).toEqual(spansOf(json).map(withoutDefaults));
});

/** JSON leaves out what protobuf's decoder fills in, and JSON.parse has numbers where the decoder has text for NaN. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : value;
  const kept = Object.entries(value).filter(
    ([, inner]) => inner !== '' && !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(
    kept
      .filter(([key, inner]) => !(key.startsWith('dropped') && inner === 0))
      .map(([key, inner]) => [key, withoutDefaults(inner)]),
  );
}

interface Random {
  below(limit: number): number;
  pick<T>(values: readonly T[]): T;
  text(): string;
  value(): string | number | boolean | string[];
}

/** Small and the same in every run. */
function createRandom(seed: number): Random {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const letters = ['a', 'B', '0', '"', '\\', '\n', '\u0000', '\u007f', 'é', '漢', '😀', ' ', '\u2028'];
  const text = (): string => Array.from({ length: below(90) }, () => pick(letters)).join('');
  return {
    below,
    pick,
    text,
    value: () =>
      pick<() => string | number | boolean | string[]>([
        text,
        () => below(1000) - 500,
        () => below(1000) / 7,
        () => below(2) === 0,
        () => [text(), text()],
        () => pick([Number.NaN, Number.POSITIVE_INFINITY, -0.5, 2 ** 53, -(2 ** 53) + 1, 1e300, 0]),
      ])(),
  };
}
