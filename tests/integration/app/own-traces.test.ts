/** The server's own traces reach a collector that its environment names. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../support/programs.ts';
import { api, startSightline } from '../../support/sightline.ts';

interface SentSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** 3 is a client (OTLP's SpanKind). */
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

async function startCollector() {
  const spans: SentSpan[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
    };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans));
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { spans, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const OTLP_CLIENT = 3;

/** A target and a webhook in one: remembers what it was sent. */
async function startOutside() {
  const requests: { readonly path: string; readonly traceparent: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', traceparent: request.headers['traceparent'] as string | undefined });
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    request.resume().on('end', () => response.end(request.url === '/metrics' ? 'oven 300\n' : ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('scrapes and notifications are spans, and neither target nor receiver gets our ids', async () => {
  const collector = await startCollector();
  const outside = await startOutside();
  const { path: folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const alertmanager = join(folder, 'alertmanager.yml');
  writeFileSync(
    alertmanager,
    `route: { receiver: hook, group_wait: 0s }\nreceivers: [{ name: hook, webhook_configs: [{ url: 'http://${outside.address}/hook' }] }]\n`,
  );
  writeFileSync(
    join(folder, 'rules.yml'),
    'groups: [{ name: g, interval: 1s, rules: [{ alert: Hot, expr: oven > 1 }] }]\n',
  );
  const server = await startSightline({
    folder,
    prometheus: `rule_files: [rules.yml]\nscrape_configs: [{ job_name: oven, scrape_interval: 1s, static_configs: [{ targets: ['${outside.address}'] }] }]\n`,
    args: ['--alertmanager', alertmanager],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    },
  });
  onTestFinished(() => void server.stop('SIGKILL'));
  const paths = () => outside.requests.map(({ path }) => path);
  await expect.poll(paths).toEqual(expect.arrayContaining(['/metrics', '/hook']));
  expect(await server.stop('SIGTERM')).toBe(0);
  const called = collector.spans
    .filter(({ kind }) => kind === OTLP_CLIENT)
    .map(({ attributes }) => attributes.find(({ key }) => key === 'url.full')?.value.stringValue);
  expect(called).toEqual(
    expect.arrayContaining([`http://${outside.address}/metrics`, `http://${outside.address}/hook`]),
  );
  expect(outside.requests.filter(({ traceparent }) => traceparent !== undefined)).toEqual([]);
});

test('a query of a client is one trace: its request by route, and the query below', async () => {
  const collector = await startCollector();
  const server = await startSightline({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    },
  });
  onTestFinished(() => void server.stop('SIGKILL'));
  await api(server.url, '/api/v1/query', { query: 'vector(42)' });
  // The last spans are sent when it stops.
  expect(await server.stop('SIGTERM')).toBe(0);
  const request = collector.spans.find(({ name }) => name === 'GET /api/v1/query');
  const query = collector.spans.find(({ name }) => name === 'query instant');
  expect(request).toBeDefined();
  expect(query?.parentSpanId).toBe(request?.spanId);
  const texts = Object.fromEntries((query?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
  expect(texts).toMatchObject({ 'db.query.text': 'vector(42)' });
});
