/**
 * Sends telemetry in batches to a collector (OTLP/HTTP, Loki): a bounded queue, one request at a time, retries with growing
 * waits, and a count of everything that had to be given up. It never blocks the service and never holds the process.
 */
import { gzipFast } from '../lib/gzip.ts';
import { run } from '../context/store.ts';
import { SUPPRESSED } from '../context/suppress.ts';
import type { Core } from '../core/core.ts';
import { backoffMs } from '../lib/backoff.ts';
import type { Flushable } from '../lib/flushing.ts';
import type { Signal } from '../lib/losses.ts';
import { Ring } from '../lib/ring.ts';
import { type Answer, HttpPost } from './http-post.ts';
import { parsePartialSuccess } from './partial-success.ts';
import { sendAtExit } from './send-at-exit.ts';

/** Statuses that OTLP/HTTP names as worth another attempt, and 408, which proxies answer. */
const RETRYABLE = new Set([408, 429, 502, 503, 504]);
/** What a batch may hold, as `sizeOf` counts: encoding it must not stop the service, and collectors refuse large bodies. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const BACKOFF = { firstMs: 500, maxMs: 30_000 };
/** Attempts a flush waits for: the process is about to end, and a collector that is down stays down. */
const FLUSH_FAILURES = 3;
/** How long the end of the process waits for what is left. */
const EXIT_MS = 2000;

/** What is sent where. Everything is optional but the first block. */
export interface BatchExporterOptions<TItem> {
  readonly core: Core;
  readonly signal: Signal;
  /** For notices and flush reports, e.g. `traces`. */
  readonly name: string;
  readonly url: string;
  readonly contentType: string;
  /** Turns a batch into a request body; called once for each batch. */
  readonly encode: (items: readonly TItem[]) => Uint8Array;

  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Roughly what an item holds in memory, in bytes; must not change while the item waits. 512 when absent. */
  readonly sizeOf?: ((item: TItem) => number) | undefined;
  /** Items that wait at most; 8,192. Further ones are dropped and counted as `queue_full`. */
  readonly maxQueue?: number | undefined;
  /** Bytes that wait at most, as `sizeOf` counts; 16 MiB. */
  readonly maxQueueBytes?: number | undefined;
  /** Items of one request at most; 512. That many waiting items are sent at once. */
  readonly maxBatch?: number | undefined;
  /** How long an item waits for others at most; 5,000 ms. */
  readonly delayMs?: number | undefined;
  /** Time limit of one request; 10,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** How long a batch is tried again before it is dropped as `export_failed`; 60,000 ms. */
  readonly retryForMs?: number | undefined;
  /** How long `flushSync()` may hold the end of the process; 2,000 ms. */
  readonly exitTimeoutMs?: number | undefined;
  readonly compression?: 'gzip' | 'none' | undefined;
}

/** What an exporter did, for metrics. */
export interface ExportStats {
  /** Items the collector accepted. */
  exported: number;
  /** Requests that got an answer of success. */
  batches: number;
  /** Attempts after the first of a batch. */
  retries: number;
  /** Bytes of request bodies, each attempt counted. */
  sentBytes: number;
}

export class BatchExporter<TItem> implements Flushable {
  readonly name: string;
  readonly stats: ExportStats = { exported: 0, batches: 0, retries: 0, sentBytes: 0 };
  readonly #options: BatchExporterOptions<TItem>;
  readonly #queue: Ring<TItem>;
  readonly #maxBytes: number;
  readonly #maxBatch: number;
  readonly #delayMs: number;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #post: HttpPost;
  readonly #closing = new AbortController();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  /** Items of the batch that is being sent. */
  #inFlight: readonly TItem[] = [];
  #flushes = 0;
  #isOverflowing = false;
  /** Failed attempts since the last success. */
  #failures = 0;
  #endWait: (() => void) | undefined;
  #watchers: (() => void)[] = [];

  constructor(options: BatchExporterOptions<TItem>) {
    this.#options = options;
    this.name = options.name;
    this.#queue = new Ring(options.maxQueue ?? 8192);
    this.#maxBytes = options.maxQueueBytes ?? 16 * 1024 * 1024;
    this.#maxBatch = Math.min(options.maxBatch ?? 512, this.#queue.capacity);
    this.#delayMs = options.delayMs ?? 5000;
    this.#headers = { ...options.headers, 'content-type': options.contentType };
    this.#post = new HttpPost(options.url, this.#headers, options.timeoutMs ?? 10_000);
  }

  /** Items that wait, the batch on its way included. */
  get pending(): number {
    return this.#queue.size + this.#inFlight.length;
  }

  /** Queues an item. @returns False when it was dropped (counted): the queue is full or the exporter closed. */
  push(item: TItem): boolean {
    const size = this.#sizeOf(item);
    if (this.#closing.signal.aborted) return this.#drop(1, 'closed');
    if (this.#bytes + size > this.#maxBytes || !this.#queue.push(item)) return this.#refuse();
    this.#bytes += size;
    if (this.#queue.size >= this.#maxBatch) this.#start();
    else if (this.#timer === undefined && !this.#isSending) this.#arm();
    return true;
  }

  /**
   * Sends what waits; resolves when it is sent. Rejects when `signal` aborts or the collector does not answer a few attempts:
   * what is left stays queued.
   */
  async flush(signal: AbortSignal): Promise<void> {
    const before = this.#failures;
    const most = before > 0 ? 1 : FLUSH_FAILURES;
    this.#flushes++;
    try {
      this.#endWait?.();
      while (this.pending > 0) {
        this.#start();
        await this.#nextAttempt(signal);
        if (signal.aborted) throw new Error(`${this.name}: flush was ended with ${this.pending} items left`);
        if (this.#failures >= before + most) throw new Error(`${this.name}: the collector does not answer`);
      }
    } finally {
      this.#flushes--;
    }
  }

  /** At exit, when nothing asynchronous runs: one attempt by a short-lived child, unless the collector is known to be down. */
  flushSync(): void {
    if (this.#failures > 0 || this.#closing.signal.aborted) return;
    const items = [...this.#inFlight, ...this.#queue.take(this.#queue.size)];
    this.#bytes = 0;
    if (items.length === 0) return;
    let sent = 0;
    const deadlineMs = performance.now() + (this.#options.exitTimeoutMs ?? EXIT_MS);
    while (sent < items.length) {
      const batch = items.slice(sent, sent + this.#maxBatch);
      const leftMs = deadlineMs - performance.now();
      if (!sendAtExit(this.#options.url, this.#headers, this.#options.encode(batch), leftMs)) break;
      sent += batch.length;
      this.stats.exported += batch.length;
    }
    if (sent < items.length) this.#drop(items.length - sent, 'shutdown');
  }

  /** Ends timers and connections; what still waits is counted as lost. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endWait?.();
    const left = this.#queue.size;
    this.#queue.take(left);
    this.#bytes = 0;
    if (left > 0) this.#drop(left, 'shutdown');
    this.#post.close();
    this.#tellWatchers();
  }

  #refuse(): false {
    if (!this.#isOverflowing) {
      this.#isOverflowing = true;
      this.#tell('queue_full', `more comes than is sent; what does not fit is dropped (${this.pending} items wait)`);
    }
    return this.#drop(1, 'queue_full');
  }

  #sizeOf(item: TItem): number {
    return this.#options.sizeOf === undefined ? 512 : this.#options.sizeOf(item);
  }

  /** Where the body ends that begins with item `from`: large items make small batches. The items no longer count as waiting. */
  #endOfBody(batch: readonly TItem[], from: number): number {
    let bytes = 0;
    let end = from;
    while (end < batch.length && (bytes < MAX_BODY_BYTES || end === from)) bytes += this.#sizeOf(batch[end++] as TItem);
    this.#bytes -= bytes;
    return end;
  }

  #drop(count: number, reason: string): false {
    this.#options.core.losses.add(this.#options.signal, reason, count);
    return false;
  }

  /** The timer must not keep the request alive that happened to queue the first item. */
  #arm(): void {
    this.#timer = run(SUPPRESSED, () => setTimeout(() => this.#start(), this.#delayMs));
    this.#timer.unref();
  }

  #start(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    run(SUPPRESSED, () => setImmediate(() => void this.#sendAll()));
  }

  async #sendAll(): Promise<void> {
    do {
      const batch = this.#queue.take(this.#maxBatch);
      if (batch.length === 0) break;
      let sent = 0;
      while (sent < batch.length) {
        const end = this.#endOfBody(batch, sent);
        this.#inFlight = sent === 0 ? batch : batch.slice(sent);
        await this.#deliver(sent === 0 && end === batch.length ? batch : batch.slice(sent, end));
        sent = end;
      }
      this.#inFlight = [];
    } while (this.#queue.size >= this.#maxBatch || (this.#flushes > 0 && this.#queue.size > 0));
    this.#isSending = false;
    if (this.#queue.size > 0 && !this.#closing.signal.aborted) this.#arm();
    this.#tellWatchers();
  }

  async #deliver(batch: readonly TItem[]): Promise<void> {
    let body: Uint8Array;
    const encoding: Record<string, string> = {};
    try {
      body = this.#options.encode(batch);
      if (this.#options.compression === 'gzip') {
        body = await gzipFast(body);
        encoding['content-encoding'] = 'gzip';
      }
    } catch (error) {
      this.#giveUp(batch.length, 'encode_failed', `a batch could not be encoded: ${String(error)}`);
      return;
    }
    const giveUpAtMs = Date.now() + (this.#options.retryForMs ?? 60_000);
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#attempt(body, encoding);
      if (answer.status !== undefined && answer.status >= 200 && answer.status < 300) {
        this.#accepted(batch.length, answer);
        return;
      }
      if (this.#closing.signal.aborted) {
        this.#drop(batch.length, 'shutdown');
        return;
      }
      this.#failures++;
      const isRetryable = answer.status === undefined || RETRYABLE.has(answer.status);
      if (!isRetryable || Date.now() >= giveUpAtMs) {
        const reason = isRetryable ? 'export_failed' : 'rejected';
        // A refusal is an answer: the next batch may pass.
        if (!isRetryable) this.#failures = 0;
        this.#giveUp(batch.length, reason, `${answer.message}; ${batch.length} items are dropped`);
        return;
      }
      this.#tell('unreachable', `${answer.message}; trying again`);
      this.#tellWatchers();
      await this.#wait(answer.retryAfterMs ?? backoffMs(attempt, BACKOFF));
      if (this.#closing.signal.aborted) {
        this.#drop(batch.length, 'shutdown');
        return;
      }
      this.stats.retries++;
    }
  }

  async #attempt(body: Uint8Array, encoding: Readonly<Record<string, string>>): Promise<Answer> {
    this.stats.sentBytes += body.length;
    const answer = await this.#post.send(body, encoding, this.#closing.signal);
    return answer.isStaleSocket ? this.#post.send(body, encoding, this.#closing.signal) : answer;
  }

  #accepted(count: number, answer: Answer): void {
    this.#failures = 0;
    this.#isOverflowing = false;
    this.stats.batches++;
    const partial = parsePartialSuccess(answer.body, this.#options.contentType);
    const rejected = Math.min(partial?.rejected ?? 0, count);
    this.stats.exported += count - rejected;
    if (rejected > 0) this.#drop(rejected, 'rejected');
    if (partial !== undefined) {
      this.#tell('partial', `the collector refused ${rejected} of ${count} items: ${partial.message}`);
    }
  }

  #giveUp(count: number, reason: string, message: string): void {
    this.#drop(count, reason);
    this.#tell(reason, message);
  }

  #tell(kind: string, message: string): void {
    const { core, name, url } = this.#options;
    core.notices.tell(`export:${name}:${kind}`, `${name} to ${withoutSecrets(url)}: ${message}`);
  }

  #wait(ms: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#endWait = undefined;
    });
  }

  /** Resolves after the next failed attempt, after all is sent, or when `signal` aborts. */
  #nextAttempt(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#watchers.push(resolve);
    });
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}

/** The address without user, password and query, which may hold a token. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
