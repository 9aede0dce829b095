/**
 * What the adapters share: the running SDK, and requests that Node does not tell of (HTTP/2, other runtimes, tests that call
 * an app without a server).
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ServerRequest } from '../http/request.ts';
import type { HttpServing } from '../http/server.ts';
import { type Observability, type ObserveOptions, observe } from '../observe/observe.ts';

/** The running SDK; started with `options` and the environment when the service has not called `observe()` itself. */
export function ensureObserved(options?: ObserveOptions): Observability {
  return observe(options);
}

/** The parts of a Web API request that are read. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

const READ = [
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
  'x-correlation-id',
  'x-trace-id',
  'x-forwarded-for',
  'user-agent',
];

/** Begins a request that came as Web API `Request`. The caller runs under its context and calls `serving.end`. */
export function beginWebRequest(serving: HttpServing, request: WebRequest): ServerRequest {
  const headers: IncomingHttpHeaders = {};
  for (const name of [...READ, ...(serving.options.accessLog?.headers ?? [])]) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const url = new URL(request.url);
  headers.host = url.host;
  return serving.begin(request.method, url.pathname, headers, '', url.protocol === 'https:' ? 'https' : 'http');
}
