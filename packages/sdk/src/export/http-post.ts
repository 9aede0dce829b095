/**
 * One POST to a collector over node:http or node:https. Runs outside of the service's requests and is not instrumented; its
 * sockets are kept alive between batches and never hold the process.
 */
import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { builtin } from '../lib/builtin.ts';
import { run } from '../context/store.ts';
import { SUPPRESSED } from '../context/suppress.ts';

/** What became of a POST. `status` is undefined when no answer came. */
export interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
  /** What the server's Retry-After asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Why no answer came, or the beginning of an error answer. */
  readonly message: string;
  /** The connection was kept from an earlier batch and the server had closed it: sending again at once is right. */
  readonly isStaleSocket: boolean;
}

/** The most of an answer that is read: error texts and partial success are short. */
const MAX_ANSWER_BYTES = 65_536;
const MESSAGE_CHARS = 200;
const MAX_RETRY_AFTER_MS = 300_000;
const NO_BODY = Buffer.alloc(0);

export class HttpPost {
  readonly #url: URL;
  readonly #module: 'node:http' | 'node:https';
  readonly #agent: HttpAgent;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;

  /** @param url An http or https address; throws TypeError when it is not one. */
  constructor(url: string, headers: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#url = new URL(url);
    const options = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
    this.#module = this.#url.protocol === 'https:' ? 'node:https' : 'node:http';
    this.#agent = new (builtin(this.#module).Agent)(options);
    this.#headers = headers;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends; never rejects. `signal` ends it early. */
  send(body: Uint8Array, extraHeaders: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    return run(SUPPRESSED, () => outsideForeignContext(() => this.#send(body, extraHeaders, signal)));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(body: Uint8Array, extraHeaders: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      const { request: send } = builtin(this.#module);
      let request: ClientRequest;
      try {
        const headers = { ...this.#headers, ...extraHeaders, 'content-length': String(body.length) };
        request = send(this.#url, { method: 'POST', agent: this.#agent, headers, signal });
      } catch (error) {
        // A header with characters that HTTP does not know.
        resolve(unanswered(error, false));
        return;
      }
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      timer.unref();
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => settle(unanswered(error, request.reusedSocket && isReset(error))));
      request.on('response', (response) => readAnswer(response, settle));
      request.end(body);
    });
  }
}

function readAnswer(response: IncomingMessage, settle: (answer: Answer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isSettled = false;
  const finish = (): void => {
    if (isSettled) return;
    isSettled = true;
    const body = chunks.length === 0 ? NO_BODY : Buffer.concat(chunks);
    const status = response.statusCode;
    const text = status !== undefined && status >= 300 ? `: ${printable(body)}` : '';
    settle({
      status,
      body,
      retryAfterMs: parseRetryAfter(response.headers['retry-after'], Date.now()),
      message: `HTTP ${status}${text}`,
      isStaleSocket: false,
    });
  };
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
    // An answer without end is not read further; the connection is given up with it.
    else response.destroy();
  });
  response.on('end', finish);
  response.on('close', finish);
  response.on('error', finish);
}

/** Retry-After in seconds or as a date (RFC 9110 section 10.2.3), at most five minutes. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : undefined;
}

function unanswered(error: unknown, isStaleSocket: boolean): Answer {
  const message = error instanceof Error ? describe(error) : String(error);
  return { status: undefined, body: NO_BODY, retryAfterMs: undefined, message, isStaleSocket };
}

/** An AggregateError of several addresses has no message of its own. */
function describe(error: Error): string {
  if (error.message !== '') return error.message;
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first.message : error.name;
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function printable(body: Buffer): string {
  return body
    .toString('utf8', 0, MESSAGE_CHARS)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
}

interface ForeignContextManager {
  active(): { setValue(key: symbol, value: unknown): unknown };
  with<TResult>(context: unknown, fn: () => TResult): TResult;
}

const API_KEY = Symbol.for('opentelemetry.js.api.1');
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Another OpenTelemetry SDK keeps its own context: its instrumentations look there for the mark. */
function outsideForeignContext<TResult>(fn: () => TResult): TResult {
  const api = (globalThis as { [API_KEY]?: { context?: ForeignContextManager } })[API_KEY];
  const manager = api?.context;
  return manager === undefined ? fn() : manager.with(manager.active().setValue(SUPPRESS_TRACING, true), fn);
}
