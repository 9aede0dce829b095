/** The exporter against collectors that are well, slow, dead, overloaded, picky or silent. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Collector, type Respond, startCollector } from '../../../../tests/sdk/export/collector.ts';
import { current } from '../context/store.ts';
import { type Core, createCore } from '../core/core.ts';
import { Notices } from '../lib/notices.ts';
import { BatchExporter, type BatchExporterOptions } from './batch-exporter.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

interface Bench {
  readonly core: Core;
  readonly told: string[];
  readonly exporter: BatchExporter<string>;
}

function exporterTo(url: string, options: Partial<BatchExporterOptions<string>> = {}): Bench {
  const told: string[] = [];
  const core = createCore({}, {}, new Notices((line) => told.push(line)));
  const exporter = new BatchExporter<string>({
    core,
    signal: 'traces',
    name: 'traces',
    url,
    contentType: 'text/plain',
    encode: (items) => Buffer.from(items.join(',')),
    delayMs: 20,
    ...options,
  });
  open.push(exporter);
  return { core, told, exporter };
}

async function collector(respond?: Respond): Promise<Collector> {
  const started = await startCollector(respond);
  open.push(started);
  return started;
}

const within = (ms: number): AbortSignal => AbortSignal.timeout(ms);

describe('batches', () => {
  test('items go together after the delay, in order', async () => {
    const server = await collector();
    const { exporter } = exporterTo(server.url, { headers: { 'x-key': 'k' } });
    for (const item of ['a', 'b', 'c']) expect(exporter.push(item)).toBe(true);
    await expect.poll(() => server.received.length).toBe(1);
    expect(server.received[0]?.body.toString()).toBe('a,b,c');
    expect(server.received[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'text/plain' });
    await expect.poll(() => exporter.stats).toMatchObject({ exported: 3, batches: 1, retries: 0 });
    expect(exporter.pending).toBe(0);
  });

  test('a full batch does not wait, a flush sends everything over one connection', async () => {
    const server = await collector();
    const { exporter } = exporterTo(server.url, { delayMs: 60_000, maxBatch: 10 });
    for (let index = 0; index < 10; index++) exporter.push(String(index));
    await expect.poll(() => server.received.length).toBe(1);
    for (let index = 0; index < 25; index++) exporter.push(String(index));
    await exporter.flush(within(5000));
    expect(server.received.map(({ body }) => body.toString().split(',').length)).toEqual([10, 10, 10, 5]);
    expect(server.connections()).toBe(1);
  });

  test('gzip', async () => {
    const server = await collector();
    const { exporter } = exporterTo(server.url, { compression: 'gzip' });
    exporter.push('x'.repeat(10_000));
    await exporter.flush(within(5000));
    expect(server.received[0]?.headers['content-encoding']).toBe('gzip');
    expect(Number(server.received[0]?.headers['content-length'])).toBeLessThan(200);
    expect(server.received[0]?.body.toString()).toBe('x'.repeat(10_000));
  });

  test('large items go in requests of their own', async () => {
    const server = await collector();
    const { exporter } = exporterTo(server.url, { sizeOf: () => 1024 * 1024 });
    for (let index = 0; index < 6; index++) exporter.push(String(index));
    await exporter.flush(within(5000));
    expect(server.received.map(({ body }) => body.toString())).toEqual(['0,1', '2,3', '4,5']);
    for (let index = 0; index < 16; index++) expect(exporter.push('again')).toBe(true);
    expect(exporter.push('too much')).toBe(false);
  });

  test('an encoder that throws costs its batch, counted and told', async () => {
    const server = await collector();
    const { core, told, exporter } = exporterTo(server.url, {
      encode: () => {
        throw new Error('odd item');
      },
    });
    exporter.push('a');
    await exporter.flush(within(5000));
    expect(core.losses.count('traces', 'encode_failed')).toBe(1);
    expect(told.join()).toContain('odd item');
  });
});

describe('failing collectors', () => {
  test('503 with Retry-After is tried again after the time it asks for', async () => {
    const times: number[] = [];
    const server = await collector((response, _, index) => {
      times.push(performance.now());
      if (index === 0) response.writeHead(503, { 'retry-after': '1' }).end('busy');
      else response.end();
    });
    const { core, told, exporter } = exporterTo(server.url);
    exporter.push('a');
    await expect.poll(() => exporter.stats.exported).toBe(1);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
    expect(exporter.stats.retries).toBe(1);
    expect(core.losses.count('traces')).toBe(0);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('HTTP 503: busy');
  });

  test.each([408, 429, 502, 503, 504])('%i is tried again', async (status) => {
    const server = await collector((response, _, index) => {
      response.writeHead(index === 0 ? status : 200, { 'retry-after': '0' }).end();
    });
    const { exporter } = exporterTo(server.url);
    exporter.push('a');
    await expect.poll(() => exporter.stats.exported).toBe(1);
    expect(server.received).toHaveLength(2);
  });

  test.each([400, 401, 404, 413, 500, 301])(
    '%i is final: the batch is dropped, the next one is sent',
    async (status) => {
      const server = await collector((response, _, index) => {
        response.writeHead(index === 0 ? status : 200).end('no such tenant');
      });
      const { core, told, exporter } = exporterTo(server.url);
      exporter.push('a');
      await exporter.flush(within(5000));
      exporter.push('b');
      await exporter.flush(within(5000));
      expect(server.received).toHaveLength(2);
      expect(core.losses.count('traces', 'rejected')).toBe(1);
      expect(exporter.stats.exported).toBe(1);
      expect(told.join()).toContain(`HTTP ${status}: no such tenant`);
    },
  );

  test('a dead collector is told once; what does not fit is counted; memory stays bounded', async () => {
    const { core, told, exporter } = exporterTo('http://127.0.0.1:1/v1/traces?token=secret', {
      maxQueue: 100,
      maxBatch: 10,
    });
    for (let index = 0; index < 5000; index++) exporter.push(String(index));
    await expect(exporter.flush(within(10_000))).rejects.toThrow('does not answer');
    expect(exporter.pending).toBe(100);
    expect(core.losses.count('traces', 'queue_full')).toBe(4900);
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('what does not fit is dropped');
    expect(told[1]).toContain('ECONNREFUSED');
    expect(told.join()).not.toContain('secret');
    exporter.close();
    await expect.poll(() => core.losses.count('traces')).toBe(5000);
    expect(exporter.push('late')).toBe(false);
    expect(core.losses.count('traces', 'closed')).toBe(1);
  });

  test('a batch is given up after its time and the next one is tried', async () => {
    const { core, exporter } = exporterTo('http://127.0.0.1:1/', { retryForMs: 0 });
    exporter.push('a');
    await expect.poll(() => core.losses.count('traces', 'export_failed')).toBe(1);
    exporter.push('b');
    await expect.poll(() => core.losses.count('traces', 'export_failed')).toBe(2);
  });

  test('a hanging collector: the time limit ends the request, a flush ends with its signal', async () => {
    const server = await collector(() => undefined);
    const { told, exporter } = exporterTo(server.url, { timeoutMs: 100 });
    exporter.push('a');
    await expect(exporter.flush(within(50))).rejects.toThrow('1 items left');
    await expect.poll(() => told.join()).toContain('no answer within 100 ms');
    exporter.close();
    expect(exporter.pending).toBeLessThanOrEqual(1);
  });

  test('bytes are bounded too', async () => {
    const { core, exporter } = exporterTo('http://127.0.0.1:1/', {
      sizeOf: (item) => item.length,
      maxQueueBytes: 1000,
      delayMs: 60_000,
    });
    for (let index = 0; index < 20; index++) exporter.push('x'.repeat(100));
    expect(exporter.pending).toBe(10);
    expect(core.losses.count('traces', 'queue_full')).toBe(10);
  });

  test('a connection the collector closed between batches is no failure', async () => {
    const server = await collector((response) => {
      response.end();
      response.socket?.setTimeout(1, () => response.socket?.destroy());
    });
    const { told, exporter } = exporterTo(server.url);
    for (let index = 0; index < 5; index++) {
      exporter.push('a');
      await exporter.flush(within(5000));
    }
    expect(exporter.stats.exported).toBe(5);
    expect(told).toEqual([]);
  });

  test('an endless answer is cut', async () => {
    const server = await collector((response) => {
      const pump = (): void => {
        while (response.writable && response.write('x'.repeat(16_384)));
        if (response.writable) response.once('drain', pump);
      };
      pump();
    });
    const { exporter } = exporterTo(server.url);
    exporter.push('a');
    await exporter.flush(within(5000));
    expect(exporter.stats.exported).toBe(1);
  });
});

describe('partial success', () => {
  const protobuf = Buffer.concat([Buffer.from([0x0a, 14, 0x08, 2, 0x12, 10]), Buffer.from('no such ID')]);
  test.each([
    ['application/x-protobuf', protobuf],
    ['application/json', Buffer.from('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no such ID"}}')],
    ['application/json', Buffer.from('{"partialSuccess":{"rejectedLogRecords":2,"errorMessage":"no such ID"}}')],
  ])('%s', async (contentType, answer) => {
    const server = await collector((response) => response.end(answer));
    const { core, told, exporter } = exporterTo(server.url, { contentType });
    for (const item of ['a', 'b', 'c']) exporter.push(item);
    await exporter.flush(within(5000));
    expect(core.losses.count('traces', 'rejected')).toBe(2);
    expect(exporter.stats.exported).toBe(1);
    expect(told.join()).toContain('refused 2 of 3 items: no such ID');
  });

  test.each(['{}', '[]', 'null', '{"partialSuccess":{}}', 'not JSON', '{"partialSuccess":{"rejectedSpans":-3}}'])(
    '%s means that all was accepted',
    async (answer) => {
      const server = await collector((response) => response.end(answer));
      const { exporter } = exporterTo(server.url, { contentType: 'application/json' });
      exporter.push('a');
      await exporter.flush(within(5000));
      expect(exporter.stats.exported).toBe(1);
    },
  );
});

test('the request and its timers run outside of the context that queued the item', async () => {
  const server = await collector();
  const seen: unknown[] = [];
  const { exporter } = exporterTo(server.url, {
    encode: () => {
      seen.push(current()?.span);
      return Buffer.from('x');
    },
  });
  exporter.push('a');
  await exporter.flush(within(5000));
  expect(seen).toEqual([undefined]);
  expect(server.received[0]?.headers['traceparent']).toBeUndefined();
});
