/** A MetricWriter that keeps everything in memory, and an HttpInput from plain values, for the tests of this folder. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Exemplar, Labels, MetricMetadata } from '@sightline/model';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { MetricWriter, RejectReason, SampleBatch, SeriesHandle, WriteResult } from '../../storage/metric-store.ts';

export interface StoredSample {
  readonly series: string;
  readonly timestampMs: number;
  readonly value: number | 'stale';
}

class MemoryBatch implements SampleBatch {
  readonly samples: StoredSample[] = [];
  readonly exemplars: { series: string; exemplar: Exemplar }[] = [];

  get size(): number {
    return this.samples.length;
  }
  add(series: SeriesHandle, timestampMs: number, value: number): void {
    this.samples.push({ series: series.labels.toString(), timestampMs, value });
  }
  addStale(series: SeriesHandle, timestampMs: number): void {
    this.samples.push({ series: series.labels.toString(), timestampMs, value: 'stale' });
  }
  addExemplar(series: SeriesHandle, exemplar: Exemplar): void {
    this.exemplars.push({ series: series.labels.toString(), exemplar });
  }
}

export class MemoryWriter implements MetricWriter {
  readonly samples: StoredSample[] = [];
  readonly exemplars: { series: string; exemplar: Exemplar }[] = [];
  readonly metadata: MetricMetadata[] = [];
  readonly #handles = new Map<string, SeriesHandle>();
  /** How often labels were looked up. */
  lookups = 0;
  batches = 0;
  /** Thrown by the next writes. */
  failure: Error | undefined;
  /** Samples before this time are refused. */
  oldestMs = Number.NEGATIVE_INFINITY;
  maxLabels = 100;

  series(labels: Labels): SeriesHandle | RejectReason {
    this.lookups++;
    if (labels.size > this.maxLabels) return 'label_limit';
    let handle = this.#handles.get(labels.key);
    if (handle === undefined) {
      handle = { labels, id: this.#handles.size, metric: 0 };
      this.#handles.set(labels.key, handle);
    }
    return handle;
  }

  createBatch(): SampleBatch {
    return new MemoryBatch();
  }

  async write(batch: SampleBatch): Promise<WriteResult> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    if (!(batch instanceof MemoryBatch)) throw new TypeError('a batch of another writer');
    this.batches++;
    const kept = batch.samples.filter(({ timestampMs }) => timestampMs >= this.oldestMs);
    const refused = batch.samples.find(({ timestampMs }) => timestampMs < this.oldestMs);
    for (const sample of kept) this.samples.push(sample);
    this.exemplars.push(...batch.exemplars);
    if (refused === undefined) return { accepted: kept.length, rejected: {} };
    return {
      accepted: kept.length,
      rejected: { too_old: batch.samples.length - kept.length },
      firstRejection: `${refused.series} at ${refused.timestampMs}`,
    };
  }

  describe(metadata: MetricMetadata): void {
    this.metadata.push(metadata);
  }
}

export interface InputOptions {
  readonly query?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: Uint8Array | AsyncIterable<Buffer>;
  readonly signal?: AbortSignal;
}

export function createInput(options: InputOptions = {}): HttpInput {
  const stream = (): AsyncIterable<Buffer> => {
    const body = options.body ?? Buffer.alloc(0);
    return body instanceof Uint8Array ? once(Buffer.from(body)) : body;
  };
  return {
    method: 'POST',
    path: '/',
    params: {},
    query: new URLSearchParams(options.query ?? ''),
    headers: options.headers ?? {},
    async body(maxBytes) {
      const pieces: Buffer[] = [];
      for await (const piece of stream()) pieces.push(piece);
      const body = Buffer.concat(pieces);
      if (body.length > maxBytes) throw new HttpError(413, `the request body is larger than ${maxBytes} bytes`);
      return body;
    },
    stream,
    remoteAddress: '127.0.0.1',
    signal: options.signal ?? new AbortController().signal,
  };
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** The body of an answer as text. */
export async function textOf(output: HttpOutput): Promise<string> {
  const { body } = output;
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  let text = '';
  for await (const piece of body) text += typeof piece === 'string' ? piece : Buffer.from(piece).toString();
  return text;
}
