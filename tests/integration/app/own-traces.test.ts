/** The server's own traces reach a collector that its environment names. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { api, startSightline } from '../../support/sightline.ts';

interface SentSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
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

test('a query of a client is one trace: its request by route, and the query below', async () => {
  const collector = await startCollector();
  const server = await startSightline({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    },
  });
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
