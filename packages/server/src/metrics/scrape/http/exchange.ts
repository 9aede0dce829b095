/**
 * One HTTP exchange over a dispatcher, the body collected and bounded. It uses undici's callbacks directly: the stream that
 * its `request` makes costs more than the rest of a scrape's request.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { bodyLimit, tooLarge } from './body.ts';

/** Bodies of answers other than 200 are of no use; the connection is closed when one is longer. */
const MAX_IGNORED_BYTES = 64 * 1024;

export interface ExchangeOptions {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Record<string, string | string[]>;
  readonly body?: string;
  /** Of the body as it comes over the wire. 0: only MAX_BODY_BYTES holds. */
  readonly limitBytes: number;
  /** When given: so much of the body is kept whatever the status, and the rest is left. */
  readonly keepBytes?: number;
  readonly signal: AbortSignal;
}

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty unless the status is 200 or `keepBytes` is given. */
  readonly body: Buffer;
}

/**
 * Settles at once when the signal aborts, even where the connection does not notice (a tunnel that a dead proxy holds).
 * @throws ScrapeError `scrape/body-size-limit`, the signal's reason, or undici's error
 */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const collector = new Collector(options, resolve, reject);
    const { url, method, headers, body } = options;
    const path = url.pathname + url.search;
    dispatcher.dispatch({ origin: url.origin, path, method, headers, body: body ?? null }, collector);
  });
}

class Collector implements Dispatcher.DispatchHandler {
  readonly #limit: number;
  readonly #keep: number | undefined;
  readonly #signal: AbortSignal;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onAbort = (): void => this.#fail(this.#signal.reason);
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #size = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #isSettled = false;

  constructor(options: ExchangeOptions, resolve: (exchange: Exchange) => void, reject: (error: unknown) => void) {
    this.#limit = bodyLimit(options.limitBytes);
    this.#keep = options.keepBytes;
    this.#signal = options.signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (options.signal.aborted) this.#onAbort();
    else options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(new Error('aborted'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#keep !== undefined) {
      this.#chunks.push(chunk);
      if (this.#size < this.#keep) return;
      this.#succeed();
      controller.abort(new Error('the rest of the body is not needed'));
    } else if (this.#status === 200) {
      if (this.#size >= this.#limit) this.#fail(tooLarge(this.#limit));
      else this.#chunks.push(chunk);
    } else if (this.#size > MAX_IGNORED_BYTES) {
      this.#succeed();
      controller.abort(new Error('the rest of the body is not needed'));
    }
  }

  onResponseEnd(): void {
    this.#succeed();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #succeed(): void {
    if (!this.#settle()) return;
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  #fail(error: unknown): void {
    if (!this.#settle()) return;
    this.#reject(error);
    this.#controller?.abort(error instanceof Error ? error : new Error(String(error)));
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
