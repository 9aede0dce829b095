/**
 * A request being served, as the SDK knows it. It hangs on the context (`Context.request`), where frameworks leave the route
 * and the error, and on the response, where the end of the request finds it.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Context, current } from '../context/store.ts';
import type { Span } from '../tracing/span.ts';
import type { Peer } from './peer.ts';

const MAX_AGENT = 512;

/** State of one request from its headers to its last byte. */
export class ServerRequest {
  readonly method: string;
  /** Path without query: queries carry tokens and search texts. */
  readonly path: string;
  /** `performance.now()` when the headers had come. */
  readonly startedAt: number;
  readonly context: Context;
  readonly span: Span | undefined;
  readonly peer: Peer;
  readonly clientIp: string;
  readonly userAgent: string | undefined;
  /** The Host header. */
  readonly host: string | undefined;
  /** The headers that the access log was asked to write. */
  readonly loggedHeaders: Readonly<Record<string, string>> | undefined;
  /**
   * The messages of HTTP/1 until the request is over. Express gives each of them a prototype, after which looking anything up on
   * them is slow on Node 20; to tell whose request this is, comparing is enough.
   */
  incoming: IncomingMessage | undefined = undefined;
  response: ServerResponse | undefined = undefined;
  /** Template of the route, told by the framework. */
  route: string | undefined = undefined;
  /** What the handler threw. */
  error: unknown = undefined;
  /** Counted among the requests in flight. */
  isCounted = false;
  /** Left out of log, metrics and traces. */
  isIgnored = false;
  isOver = false;

  constructor(
    method: string,
    path: string,
    context: Context,
    span: Span | undefined,
    peer: Peer,
    clientIp: string,
    headers: IncomingHttpHeaders,
    loggedHeaders: Readonly<Record<string, string>> | undefined,
  ) {
    this.method = method;
    this.path = path;
    this.startedAt = performance.now();
    this.context = context;
    this.span = span;
    this.peer = peer;
    this.clientIp = clientIp;
    const agent = headers['user-agent'];
    this.userAgent = agent === undefined || agent.length <= MAX_AGENT ? agent : agent.slice(0, MAX_AGENT);
    this.host = headers.host;
    this.loggedHeaders = loggedHeaders;
    context.request = this;
  }
}

/** Shared by all copies of the SDK in the process, as the context is. */
const REQUEST = Symbol.for('sightline.sdk.request.v1');

/** A message that a request was noted on. */
interface Marked {
  [REQUEST]?: ServerRequest | undefined;
}

/** Notes the request on its response (or message), where its end and the adapters find it. */
export function mark(message: object, request: ServerRequest): void {
  (message as Marked)[REQUEST] = request;
}

/** The request that was noted on a response; undefined when the SDK did not see it. */
export function requestOf(message: object): ServerRequest | undefined {
  return (message as Marked)[REQUEST];
}

/** The request being served here; undefined outside of requests. */
export function currentRequest(): ServerRequest | undefined {
  return current()?.request as ServerRequest | undefined;
}

const MAX_ROUTE = 200;

/**
 * Names the route of the current request for its metrics, span and log line. For services on plain `node:http`; the
 * adapters of frameworks do it themselves.
 *
 * @param template The pattern, e.g. `/users/:id`, never the path of the request: each value is a series of the metrics.
 * @example if (url.startsWith('/users/')) { route('/users/:id'); ... }
 */
export function route(template: string): void {
  const request = currentRequest();
  if (request !== undefined) nameRoute(request, template);
}

/** The same for a request that is at hand. */
export function nameRoute(request: ServerRequest, template: string): void {
  request.route = template.length <= MAX_ROUTE ? template : template.slice(0, MAX_ROUTE);
}

/**
 * Tells the SDK what went wrong in the current request: on the span as exception, and on the line of the request when its
 * status is 500 or above. The error handlers of the adapters call it.
 */
export function recordError(error: unknown): void {
  const request = currentRequest();
  if (request !== undefined) failRequest(request, error);
}

/** The same for a request that is at hand; the first error counts, later ones come from handling it. */
export function failRequest(request: ServerRequest, error: unknown): void {
  if (request.error !== undefined || request.isOver) return;
  request.error = error;
  request.span?.recordException(error);
}

/** Leaves the current request out of log, metrics and traces. */
export function ignoreRequest(): void {
  const request = currentRequest();
  if (request !== undefined) request.isIgnored = true;
}
