/**
 * What the adapters share: the running SDK, and requests that Node does not tell of (HTTP/2, other runtimes, tests that call
 * an app without a server).
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { MonitoringHandler } from '../http/monitoring.ts';
import { pathOf } from '../http/path.ts';
import { Peer } from '../http/peer.ts';
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
  return serving.begin(
    request.method,
    url.pathname,
    headers,
    new Peer('', url.protocol === 'https:' ? 'https' : 'http'),
  );
}

/** A monitoring page for a Web API request; undefined when it asks for something else. Its sender's address is not known. */
export async function answerWebRequest(handler: MonitoringHandler, request: WebRequest): Promise<Response | undefined> {
  const page = await handler.answer({
    method: request.method,
    path: pathOf(new URL(request.url).pathname),
    address: '',
    header: (name) => request.headers.get(name) ?? undefined,
  });
  if (page === undefined) return undefined;
  const body = request.method === 'HEAD' ? null : new Uint8Array(page.body);
  return new Response(body, { status: page.status, headers: page.headers });
}
