/**
 * An HTTP exchange as handlers see it: no framework, no socket. `api/` binds handlers to routes; protocol handlers in
 * `ingest/` implement the same type, so they can be tested without a server.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface HttpInput {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** Named parts of the route (`/api/v1/label/:name/values`), decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Parameters of the URL. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /**
   * The body as it came over the wire (still compressed).
   * @throws HttpError 413 when it is longer than `maxBytes`
   */
  body(maxBytes: number): Promise<Buffer>;
  /** The same body piece by piece, of any length and with back-pressure, for handlers that need not hold it. Once, instead of `body`. */
  stream(): AsyncIterable<Buffer>;
  /** IP address of the other end of the connection. */
  readonly remoteAddress: string;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

export interface HttpOutput {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is written with back-pressure. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** Cuts the writing of the body short, beside the signal of the request. */
  readonly signal?: AbortSignal;
  /** Given a piece of a streamed body back when it has been sent. Not every piece comes back. */
  readonly reuse?: (piece: Uint8Array) => void;
  /** Called once, when the answer is written or will not be: frees what it holds. */
  readonly closed?: () => void;
}

export type HttpHandler = (input: HttpInput) => Promise<HttpOutput>;
