import type { IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ColumnBlock, Labels, writeStaleMarker } from '@sightline/model';
import type { SampleSource } from '@sightline/promql';
import { encodeWriteRequestV1, encodeWriteRequestV2, type SeriesToWrite } from '@sightline/protocol';
import { compressSync } from 'snappy';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HttpHandler } from '../lib/http.ts';
import { OverloadedError, StorageError } from '../storage/errors.ts';
import { createMetricsRegistry } from '../telemetry/create-registry.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import { exposed } from '../telemetry/testing/exposed.ts';
import { createFederateHandler } from './federate/handler.ts';
import { createImportHandler } from './import-prometheus/handler.ts';
import { DEFAULT_INGEST_LIMITS } from './limits.ts';
import { createIngestMetrics, type IngestMetrics } from './metrics.ts';
import { createRemoteWriteHandler } from './remote-write/handler.ts';
import { createInput, MemoryWriter, textOf } from './testing/memory-store.ts';
import { createIngestTracker, type IngestTracker } from './tracker.ts';

const silent: Logger = {
  isEnabled: () => false,
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};

let writer: MemoryWriter;
let registry: MetricsRegistry;
let metrics: IngestMetrics;
let tracker: IngestTracker;

beforeEach(() => {
  writer = new MemoryWriter();
  registry = createMetricsRegistry();
  metrics = createIngestMetrics(registry);
  tracker = createIngestTracker();
});

const limits = DEFAULT_INGEST_LIMITS;
const V2 = { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' };

const series = (labels: Record<string, string>, ...values: (number | 'stale')[]): SeriesToWrite => ({
  labels: Labels.fromObject(labels),
  timestampsMs: values.map((_, index) => 1000 + index),
  values,
});

describe('remote write', () => {
  let handle: HttpHandler;
  beforeEach(() => {
    handle = createRemoteWriteHandler({ writer, logger: silent, metrics, tracker, limits });
  });

  const send = (plain: Buffer, headers = {}) => handle(createInput({ body: compressSync(plain), headers }));

  test('stores samples and stale markers and counts them', async () => {
    const output = await send(encodeWriteRequestV1([series({ __name__: 'a', b: 'c' }, 1, Number.NaN, 'stale')]));
    expect(output).toEqual({ status: 204, headers: {} });
    expect(writer.samples.map(({ value }) => value)).toEqual([1, Number.NaN, 'stale']);
    expect(await exposed(registry)).toMatch(/sightline_ingest_samples_total\{protocol="remote_write"\} 3/);
    expect(tracker.status().sources.find(({ kind }) => kind === 'remote_write')).toMatchObject({ samplesTotal: 3 });
  });

  test('looks a series up once, however often it is sent', async () => {
    const body = encodeWriteRequestV1([series({ __name__: 'a' }, 1), series({ __name__: 'b' }, 1)]);
    for (let round = 0; round < 3; round++) await send(body);
    expect(writer.lookups).toBe(2);
    expect(writer.samples).toHaveLength(6);
  });

  test('version 2.0 answers how much it wrote', async () => {
    const exemplar = { labels: Labels.fromObject({ trace_id: 'x' }), value: 1, timestamp: 5 };
    const metadata = { name: 'a', type: 'gauge', help: 'h', unit: '' } as const;
    const output = await send(
      encodeWriteRequestV2([{ ...series({ __name__: 'a' }, 1, 2), exemplars: [exemplar], metadata }]),
      V2,
    );
    expect(output).toEqual({
      status: 204,
      headers: {
        'x-prometheus-remote-write-samples-written': '2',
        'x-prometheus-remote-write-histograms-written': '0',
        'x-prometheus-remote-write-exemplars-written': '1',
      },
    });
    expect(writer.metadata).toEqual([metadata]);
  });

  test.each([
    ['no name', Labels.fromObject({ b: 'c' }), 'the metric name is missing'],
    ['a label twice', Labels.fromSorted(['__name__', 'x', 'b', '1', 'b', '2']), 'the label name "b" is given twice'],
    ['an empty label name', Labels.fromSorted(['', 'x', '__name__', '1']), 'a label name is empty'],
  ])('%s is refused, the rest of the request is stored', async (_, labels, reason) => {
    const bad = { labels, timestampsMs: [1, 2], values: [1, 2] };
    const output = await send(encodeWriteRequestV1([bad, series({ __name__: 'ok' }, 1)]));
    expect(output.status).toBe(400);
    expect(await textOf(output)).toContain('2 of 3 samples were refused (invalid_labels: 2), the other 1 are stored');
    expect(await textOf(output)).toContain(reason);
    expect(writer.samples).toHaveLength(1);
  });

  test('an exemplar with too much text is refused and counted, its sample stored', async () => {
    const exemplar = { labels: Labels.fromObject({ t: 'x'.repeat(200) }), value: 1, timestamp: 5 };
    const output = await send(encodeWriteRequestV1([{ ...series({ __name__: 'a' }, 1), exemplars: [exemplar] }]));
    expect(output.status).toBe(204);
    expect(writer.exemplars).toEqual([]);
    expect(await exposed(registry)).toMatch(/rejected_exemplars_total\{protocol="remote_write"\} 1/);
  });

  test('labels in another order are sorted', async () => {
    const labels = Labels.fromSorted(['b', '1', '__name__', 'x', 'a', '']);
    expect((await send(encodeWriteRequestV1([{ labels, timestampsMs: [1], values: [1] }]))).status).toBe(204);
    expect(writer.samples[0]?.series).toBe('x{b="1"}');
  });

  test('a flood of labels and what the store refuses are told with their reasons', async () => {
    writer.oldestMs = 1001;
    const flood = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`l${i}`, 'x']));
    const output = await send(
      encodeWriteRequestV1([series({ __name__: 'a', ...flood }, 1), series({ __name__: 'b' }, 1, 2)]),
    );
    expect(output.status).toBe(400);
    expect(await textOf(output)).toMatch(/2 of 3 samples were refused \(label_limit: 1, too_old: 1\), the other 1/);
    expect(tracker.status().rejected).toContainEqual({ source: 'remote_write', reason: 'too_old', count: 1 });
  });

  test.each<[string, Buffer, IncomingHttpHeaders, number, RegExp]>([
    ['snappy garbage', Buffer.from('not snappy at all'), {}, 400, /not a snappy block/],
    ['a huge declared length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), {}, 413, /larger than/],
    ['truncated protobuf', compressSync(Buffer.from([0x0a, 0x7f])), {}, 400, /the message ends inside a field/],
    ['another media type', Buffer.alloc(0), { 'content-type': 'application/json' }, 415, /is not remote write/],
    ['another encoding', Buffer.alloc(0), { 'content-encoding': 'gzip' }, 415, /not supported/],
  ])('%s', async (_, body, headers, status, message) => {
    const output = await handle(createInput({ body, headers }));
    expect(output.status).toBe(status);
    expect(await textOf(output)).toMatch(message);
    expect(writer.batches).toBe(0);
    expect(await exposed(registry)).toMatch(
      new RegExp(
        `requests_total\\{protocol="remote_write",code="${status}"\\} 1|requests_total\\{code="${status}",protocol="remote_write"\\} 1`,
      ),
    );
    expect(tracker.status().sources.find(({ kind }) => kind === 'remote_write')?.lastError).toMatch(message);
  });

  test('a body over the limit is 413', async () => {
    const small = { ...limits, maxBodyBytes: 10 };
    const strict = createRemoteWriteHandler({ writer, logger: silent, metrics, tracker, limits: small });
    expect((await strict(createInput({ body: Buffer.alloc(11) }))).status).toBe(413);
  });

  test('requests that would hold more bytes than allowed together are told to come back', async () => {
    const strict = createRemoteWriteHandler({
      writer,
      logger: silent,
      metrics,
      tracker,
      limits: { ...limits, maxHeldBytes: 100 },
    });
    const body = compressSync(encodeWriteRequestV1([series({ __name__: 'a' }, 1)]));
    let finish = (): void => {};
    async function* slow(): AsyncGenerator<Buffer> {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      yield body;
    }
    const headers = { 'content-length': '90' };
    const first = strict(createInput({ body: slow(), headers }));
    const second = await strict(createInput({ body, headers }));
    expect(second).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    finish();
    expect((await first).status).toBe(204);
    expect((await strict(createInput({ body, headers }))).status).toBe(204);
  });

  test('a store that is full or broken says when to come back', async () => {
    writer.failure = new OverloadedError('the queue is full', { status: 429, retryAfterSeconds: 7 });
    const body = encodeWriteRequestV1([series({ __name__: 'a' }, 1)]);
    expect(await send(body)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    writer.failure = new StorageError('storage_full', 'no space');
    expect(await send(body)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    writer.failure = new TypeError('defect');
    await expect(send(body)).rejects.toThrow('defect');
  });
});

describe('import', () => {
  const importer = (overrides = {}) =>
    createImportHandler({ writer, logger: silent, metrics, tracker, limits, now: () => 77, ...overrides });

  test('text with and without timestamps, extra labels, metadata', async () => {
    const body = Buffer.from('# HELP h Help.\n# TYPE h histogram\nh_bucket{le="1",x="y"} 1 1000\nb 2\n');
    const output = await importer()(createInput({ body, query: 'extra_label=x=z&extra_label=job=j' }));
    expect(output).toEqual({ status: 204, headers: { 'x-sightline-samples-stored': '2' } });
    expect(writer.samples).toEqual([
      { series: 'h_bucket{job="j", le="1.0", x="z"}', timestampMs: 1000, value: 1 },
      { series: 'b{job="j", x="z"}', timestampMs: 77, value: 2 },
    ]);
    expect(writer.metadata).toEqual([{ name: 'h', type: 'histogram', help: 'Help.', unit: '' }]);
  });

  test('the timestamp parameter dates lines without one', async () => {
    await importer()(createInput({ body: Buffer.from('a 1'), query: 'timestamp=1234' }));
    expect(writer.samples[0]?.timestampMs).toBe(1234);
    expect((await importer()(createInput({ query: 'timestamp=x' }))).status).toBe(400);
    expect((await importer()(createInput({ query: 'extra_label=x' }))).status).toBe(400);
  });

  test('a long stream goes through in bounded pieces, gzip too', async () => {
    let text = '';
    for (let i = 0; i < 120_000; i++) text += `metric{instance="${i % 100}"} ${i} ${i}\n`;
    for (const isGzip of [false, true]) {
      writer = new MemoryWriter();
      const body = isGzip ? gzipSync(text) : Buffer.from(text);
      async function* pieces(): AsyncGenerator<Buffer> {
        for (let at = 0; at < body.length; at += 10_000) yield body.subarray(at, at + 10_000);
      }
      const headers = isGzip ? { 'content-encoding': 'gzip' } : {};
      const output = await importer({ writer })(createInput({ body: pieces(), headers }));
      expect(output.headers).toEqual({ 'x-sightline-samples-stored': '120000' });
      expect(writer.batches).toBeGreaterThan(1);
      expect(writer.lookups).toBe(100);
    }
  });

  test('a mistake names its line in the whole text; what stands before it is stored', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `metric{instance="${i % 100}"} ${i} ${i}`);
    lines[25_000] = 'metric{instance=x} 1';
    const output = await importer()(createInput({ body: Buffer.from(lines.join('\n')) }));
    expect(output.status).toBe(400);
    expect(await textOf(output)).toMatch(
      /^line 25001, column 17: expected a label value.*what stands before line 25001 is stored \(samples: 25000\)/,
    );
    expect(writer.samples).toHaveLength(25_000);
  });

  test('a gzip bomb of one endless line, broken gzip and other encodings are refused', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'));
    const gzip = { 'content-encoding': 'gzip' };
    const output = await importer()(createInput({ body: bomb, headers: gzip }));
    expect(await textOf(output)).toMatch(/line 1 is longer than 1048576 bytes/);
    expect((await importer()(createInput({ body: Buffer.from('xxxx'), headers: gzip }))).status).toBe(400);
    const cut = gzipSync('a 1\n'.repeat(1000));
    expect((await importer()(createInput({ body: cut.subarray(0, 30), headers: gzip }))).status).toBe(400);
    expect((await importer()(createInput({ headers: { 'content-encoding': 'br' } }))).status).toBe(415);
  });

  test('a client that goes away ends the import', async () => {
    const controller = new AbortController();
    async function* pieces(): AsyncGenerator<Buffer> {
      for (;;) {
        yield Buffer.from('a 1\n'.repeat(100_000));
        controller.abort(new Error('gone'));
      }
    }
    await expect(importer()(createInput({ body: pieces(), signal: controller.signal }))).rejects.toThrow('gone');
  });
});

describe('federate', () => {
  const blockReader = (): SampleSource => {
    const values = Float64Array.from([1, 2, 3, 4]);
    writeStaleMarker(values, 3);
    return {
      select: async ({ matchers }) => {
        const series = [
          Labels.fromObject({ __name__: 'z', instance: 'i' }),
          Labels.fromObject({ __name__: 'a', dc: 'own', m: matchers.map(String).join() }),
          Labels.fromObject({ __name__: 'ended' }),
        ];
        const times = Float64Array.from([10, 20, 30, 40]);
        return new ColumnBlock(series, Uint32Array.from([0, 2, 3, 4]), times, values);
      },
    };
  };

  test('the latest samples by name, external labels where there are none, instance always', async () => {
    const handle = createFederateHandler({
      reader: blockReader(),
      externalLabels: () => Labels.fromObject({ dc: 'eu' }),
      logger: silent,
      metrics,
      limits,
    });
    const output = await handle(createInput({ query: 'match[]={job="x"}&match[]={job="x"}' }));
    expect(output.headers).toMatchObject({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    expect(await textOf(output)).toBe(
      '# TYPE a untyped\na{dc="own",m="job=\\"x\\"",instance=""} 3 30\n# TYPE z untyped\nz{dc="eu",instance="i"} 2 20\n',
    );
    expect(await textOf(await handle(createInput()))).toBe('');
    const bad = await handle(createInput({ query: 'match[]={' }));
    expect(bad.status).toBe(400);
    expect(await textOf(bad)).toContain('match[] "{"');
  });
});

test('the tracker keeps a rate over the last minute', () => {
  let now = 1_000_000_000;
  const one = createIngestTracker(() => now);
  for (let second = 0; second < 120; second++) {
    one.accepted('scrape', 50);
    now += 1000;
  }
  const rate = () => one.status().sources.find(({ kind }) => kind === 'scrape')?.samplesPerSecond ?? -1;
  expect(rate()).toBeGreaterThan(45);
  expect(rate()).toBeLessThan(55);
  now += 120_000;
  expect(rate()).toBe(0);
  expect(one.status().sources.find(({ kind }) => kind === 'scrape')?.samplesTotal).toBe(6000);
});
