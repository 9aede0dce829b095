/**
 * The real Prometheus writing to the remote-write handler: samples, staleness markers, exemplars, metadata, and what it
 * does while the store says that it is full.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_INGEST_LIMITS } from '../../../packages/server/src/ingest/limits.ts';
import { createIngestMetrics } from '../../../packages/server/src/ingest/metrics.ts';
import { createRemoteWriteHandler } from '../../../packages/server/src/ingest/remote-write/handler.ts';
import { createInput, MemoryWriter, textOf } from '../../../packages/server/src/ingest/testing/memory-store.ts';
import { createIngestTracker } from '../../../packages/server/src/ingest/tracker.ts';
import type { HttpHandler } from '../../../packages/server/src/lib/http.ts';
import { OverloadedError } from '../../../packages/server/src/storage/errors.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';
import { exposed } from '../../../packages/server/src/telemetry/testing/exposed.ts';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function serve(handle: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const output = await handle(createInput({ headers: request.headers, body: request as AsyncIterable<Buffer> }));
  response.writeHead(output.status, output.headers).end(await textOf(output));
}

async function until(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isDone(); round++) await sleep(100);
  expect(isDone()).toBe(true);
}

describe.skipIf(!has('prometheus'))('the installed Prometheus writes (skipped where it is not installed)', () => {
  const folder = temporaryFolder();
  const writer = new MemoryWriter();
  const registry = createMetricsRegistry();
  const handle = createRemoteWriteHandler({
    writer,
    logger: createLogger({ level: 'error', format: 'json', write() {} }),
    metrics: createIngestMetrics(registry),
    tracker: createIngestTracker(),
    limits: DEFAULT_INGEST_LIMITS,
  });
  const receiver = createServer((request, response) => void serve(handle, request, response));
  let scrapes = 0;
  let isBrief = true;
  const target = createServer((_, response) => {
    scrapes++;
    const brief = isBrief ? 'brief 1\n' : '';
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
    response.end(
      `# HELP kept Help text.\n# TYPE kept counter\nkept_total{le="ä\\n"} ${scrapes} # {trace_id="t"} 1 ${Date.now() / 1000}\n${brief}# EOF\n`,
    );
  });
  let prometheus: RunningPrometheus | undefined;

  beforeAll(async () => {
    const [receiverPort, targetPort] = [await listen(receiver), await listen(target)];
    prometheus = await startPrometheus(
      folder.path,
      `global: { scrape_interval: 500ms, scrape_timeout: 500ms }
remote_write:
  - url: http://127.0.0.1:${receiverPort}/api/v1/write
    send_exemplars: true
    queue_config: { batch_send_deadline: 200ms, min_backoff: 50ms, max_backoff: 200ms }
    metadata_config: { send_interval: 1s }
scrape_configs:
  - job_name: target
    static_configs: [{ targets: ['127.0.0.1:${targetPort}'] }]
`,
      ['--enable-feature=exemplar-storage'],
    );
  });

  afterAll(async () => {
    await prometheus?.program.stop();
    receiver.close();
    target.close();
    folder.remove();
  });

  const valuesOf = (name: string) =>
    writer.samples.filter(({ series }) => series.startsWith(`${name}{`)).map(({ value }) => value);

  test('samples, exemplars and metadata arrive', async () => {
    await until(() => valuesOf('kept_total').length >= 3 && writer.exemplars.length > 0 && writer.metadata.length > 0);
    const kept = writer.samples.find(({ series }) => series.startsWith('kept_total{'));
    expect(kept?.series).toMatch(/^kept_total\{instance="127\.0\.0\.1:\d+", job="target", le="ä\\n"\}$/);
    expect(Math.abs((kept?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(writer.exemplars[0]?.exemplar.labels.toString()).toBe('{trace_id="t"}');
    expect(writer.metadata).toContainEqual({ name: 'kept', type: 'counter', help: 'Help text.', unit: '' });
    expect(valuesOf('up')).toContain(1);
    expect(await exposed(registry)).not.toMatch(/rejected_samples_total\{/);
  });

  test('a series that goes away ends with a staleness marker', async () => {
    isBrief = false;
    await until(() => valuesOf('brief').at(-1) === 'stale');
    expect(valuesOf('brief').filter((value) => value !== 'stale')).not.toEqual([]);
  });

  test('what could not be stored is sent again: nothing is lost', async () => {
    writer.failure = new OverloadedError('the queue is full', { status: 503, retryAfterSeconds: 1 });
    const before = scrapes;
    await until(() => scrapes >= before + 4);
    writer.failure = undefined;
    await until(() => valuesOf('kept_total').includes(before + 6));
    const seen = new Set(valuesOf('kept_total'));
    const first = Math.min(...[...seen].filter((value) => typeof value === 'number'));
    for (let value = first; value <= before + 6; value++) expect(seen.has(value), `scrape ${value}`).toBe(true);
    expect(await exposed(registry)).toMatch(/requests_total\{.*code="503".*\} [1-9]/);
  });
});
