/**
 * POST /api/v1/import/prometheus: exposition text of any length with timestamps in milliseconds, plain or gzip, as
 * VictoriaMetrics takes it. `extra_label=name=value` (repeated) adds labels, `timestamp` dates lines that have none (else
 * now does). One sample a line. The body is parsed, stored and answered for piece by piece, so that memory stays bounded.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Labels } from '@sightline/model';
import { ExpositionError, lineChunks } from '@sightline/protocol';
import { contentEncoding, DecompressError } from '../../lib/decompress.ts';
import type { HttpHandler, HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { MetricWriter } from '../../storage/metric-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { textOutput } from '../failure.ts';
import { instrumented } from '../instrumented.ts';
import type { IngestLimits } from '../limits.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { IngestTracker } from '../tracker.ts';
import { ImportCollector } from './collector.ts';

export interface ImportOptions {
  readonly writer: MetricWriter;
  readonly logger: Logger;
  readonly metrics: IngestMetrics;
  readonly tracker: IngestTracker;
  readonly limits: IngestLimits;
  readonly now?: () => number;
}

const PROTOCOL = 'import';
const CHUNK_BYTES = 256 * 1024;

/** Samples written at once: enough for a full insert, little enough to hold. */
const BATCH_SAMPLES = 50_000;

export function createImportHandler(options: ImportOptions): HttpHandler {
  const { writer, metrics, tracker, limits } = options;
  return instrumented({ ...options, protocol: PROTOCOL, tracked: { tracker, kind: PROTOCOL } }, async (input) => {
    const collector = new ImportCollector({
      writer,
      extraLabels: extraLabels(input.query),
      defaultTimestampMs: defaultTimestamp(input.query) ?? (options.now ?? Date.now)(),
      maxKnownSeries: limits.maxKnownSeries,
    });
    try {
      const chunks = lineChunks(plainBody(input, metrics), {
        chunkBytes: CHUNK_BYTES,
        maxLineBytes: limits.maxLineBytes,
      });
      for await (const { body, linesBefore } of chunks) {
        await parseChunk(collector, body, linesBefore);
        if (collector.pending >= BATCH_SAMPLES) await collector.write();
        else await setImmediate();
        input.signal.throwIfAborted();
      }
      await collector.write();
    } finally {
      metrics.samples.labels({ protocol: PROTOCOL }).inc(collector.accepted);
      tracker.accepted(PROTOCOL, collector.accepted);
      collector.rejections.report(metrics, PROTOCOL, tracker, PROTOCOL);
    }
    return answer(collector);
  });
}

/** What stands before a mistake is stored, so that a corrected rest can be sent alone. */
async function parseChunk(collector: ImportCollector, body: Buffer, linesBefore: number): Promise<void> {
  try {
    collector.parse(body);
  } catch (error) {
    await collector.write();
    if (!(error instanceof ExpositionError)) throw error;
    const { message, line } = error.shifted(linesBefore);
    throw new HttpError(400, message, {
      hint: `what stands before line ${line} is stored (samples: ${collector.accepted})`,
      headers: storedHeader(collector),
      cause: error,
    });
  }
}

function answer(collector: ImportCollector): HttpOutput {
  const { rejections, accepted } = collector;
  if (rejections.total === 0) return { status: 204, headers: storedHeader(collector) };
  const headers = { ...storedHeader(collector), 'x-sightline-samples-rejected': String(rejections.total) };
  return textOutput(400, rejections.describe(accepted), headers);
}

function storedHeader(collector: ImportCollector): Record<string, string> {
  return { 'x-sightline-samples-stored': String(collector.accepted) };
}

/** The body in pieces, decompressed. Pieces of gzip come in 64 KB, however much a small input blows up. */
async function* plainBody(input: HttpInput, metrics: IngestMetrics): AsyncGenerator<Uint8Array> {
  const encoding = contentEncoding(input.headers['content-encoding']);
  const received = metrics.receivedBytes.labels({ protocol: PROTOCOL });
  async function* wire(): AsyncGenerator<Uint8Array> {
    for await (const piece of input.stream()) {
      received.inc(piece.length);
      yield piece;
    }
  }
  if (encoding === 'identity') {
    yield* wire();
    return;
  }
  if (encoding !== 'gzip') {
    throw new HttpError(415, `Content-Encoding ${encoding} is not supported for imports`, {
      hint: 'send gzip or plain text',
    });
  }
  const source = Readable.from(wire(), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new DecompressError('decompress_corrupt', `the body cannot be decompressed: ${error.message}`, {
      cause: error,
    });
  } finally {
    source.destroy();
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function extraLabels(query: URLSearchParams): Labels {
  const pairs = query.getAll('extra_label').map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new HttpError(400, `extra_label ${JSON.stringify(text)} is not of the form name=value`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Labels.fromPairs(pairs);
}

function defaultTimestamp(query: URLSearchParams): number | undefined {
  const text = query.get('timestamp');
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new HttpError(400, `timestamp ${JSON.stringify(text)} is not a time in milliseconds since 1970`);
  }
  return value;
}
