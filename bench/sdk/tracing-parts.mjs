/** Tracing of the built package, and its inner parts as one module made of the sources: those are no public names of the package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore, createTracing, Registry } from '@sightline/sdk';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { buildSync } from 'esbuild';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../packages/sdk/src');
const PARTS = `
export * from './context/headers.ts';
export * from './context/store.ts';
export * from './context/trace-context.ts';
export { Ring } from './lib/ring.ts';
export { createJsonEncoder } from './tracing/encode-json.ts';
export { createProtobufEncoder } from './tracing/encode-protobuf.ts';
`;

function load() {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-bench-'));
  const outfile = join(folder, 'parts.cjs');
  try {
    const stdin = { contents: PARTS, resolveDir: source, loader: 'ts' };
    buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const sdk = load();

/** A tracing whose spans are queued and taken in batches of 512, as its exporter does, and go nowhere. */
export function queuedTracing(options = {}) {
  const core = createCore({ service: 'bench' }, {});
  const tracing = createTracing(core, new Registry(), { otelApi: false, exporter: false, ...options });
  const ring = new sdk.Ring(8192);
  let bytes = 0;
  tracing.addSink((span) => {
    bytes += span.size;
    ring.push(span);
    if (ring.size >= 512) for (const sent of ring.take(512)) bytes -= sent.size;
  });
  return { tracing, held: () => bytes };
}

/** Spans as a request makes them, for the encoders. */
export function sampleSpans(startSpan, count) {
  return Array.from({ length: count }, (_, index) => {
    const span = startSpan('GET /api/users/:id');
    span.setAttribute('http.request.method', 'GET');
    span.setAttribute('url.path', `/api/users/${index}`);
    span.setAttribute('http.route', '/api/users/:id');
    span.setAttribute('http.response.status_code', 200);
    span.setAttribute('client.address', '127.0.0.1');
    span.end();
    return span;
  });
}

const nowhere = {
  export: (_, done) => done({ code: 0 }),
  shutdown: async () => undefined,
  forceFlush: async () => undefined,
};

/** OpenTelemetry's tracer with its batch processor and an exporter that drops. */
export function otelTracer(sampler) {
  const spanProcessors = [new BatchSpanProcessor(nowhere, { maxQueueSize: 8192, maxExportBatchSize: 512 })];
  return new BasicTracerProvider({ spanProcessors, ...(sampler === undefined ? {} : { sampler }) }).getTracer('bench');
}

/** What is measured of a tracer of either. */
export function threeAttributes(tracer) {
  return {
    run: (index) => {
      const span = tracer.startSpan('GET /api/users/:id');
      span.setAttribute('http.request.method', 'GET');
      span.setAttribute('http.route', '/api/users/:id');
      span.setAttribute('http.response.status_code', index);
      span.end();
    },
  };
}
