/**
 * The life of a request being served, whichever server brings it: context and span at its headers, then metrics, span and one
 * line at its end. `server-channels.ts` drives it for HTTP/1, `frameworks/` for what has no channel.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { extractHeaders } from '../context/headers.ts';
import { Context, current, runWith } from '../context/store.ts';
import { SUPPRESSED } from '../context/suppress.ts';
import { formatTraceParent } from '../context/trace-context.ts';
import { RecordingSpan } from '../tracing/recording-span.ts';
import { AccessLog } from './access-log.ts';
import type { HttpDeps } from './deps.ts';
import type { EchoHeader, ResolvedHttp } from './options.ts';
import { pathOf } from './path.ts';
import type { Peer } from './peer.ts';
import { ServerRequest } from './request.ts';
import { ServerMetrics, UNMATCHED } from './server-metrics.ts';
import { describeServerSpan } from './server-span.ts';

/** How a request ended. */
export type Ending = 'finished' | 'aborted' | 'failed';

/** A response of HTTP/1 or HTTP/2. */
export interface HeaderTarget {
  setHeader(name: string, value: string): unknown;
}

/** Status of a request whose client went away before the answer was complete (as nginx logs it). */
const CLIENT_CLOSED = 499;
const NO_HEADERS: IncomingHttpHeaders = {};

export class HttpServing {
  readonly options: ResolvedHttp;
  readonly #deps: HttpDeps;
  readonly #metrics: ServerMetrics;
  readonly #log: AccessLog | undefined;

  constructor(deps: HttpDeps, options: ResolvedHttp) {
    this.#deps = deps;
    this.options = options;
    this.#metrics = new ServerMetrics(deps.registry, options.metrics);
    this.#log = options.accessLog === undefined ? undefined : new AccessLog(deps.logging, options.accessLog);
  }

  /**
   * The headers of a request are there. The caller makes `request.context` the current one. A request that the service ignores
   * gets its ids, but no span, metrics and line.
   *
   * @param target Path with query, or a whole address.
   */
  begin(method: string, target: string, headers: IncomingHttpHeaders, peer: Peer): ServerRequest {
    const { trustHeaders, isIgnored, clientIp } = this.options;
    const path = pathOf(target);
    const { correlation, parent, baggage } = extractHeaders(trustHeaders ? headers : NO_HEADERS);
    const cell = { values: correlation, version: 0 };
    if (isIgnored(path, method)) {
      const context = new Context(cell, undefined, baggage, SUPPRESSED.values);
      const ignored = new ServerRequest(method, path, context, undefined, peer, peer.address, NO_HEADERS, undefined);
      ignored.isIgnored = true;
      return ignored;
    }
    const span = this.#deps.tracing.startServerSpan(method, parent);
    const context = new Context(cell, span, baggage, undefined);
    const ip = clientIp(headers['x-forwarded-for'] as string | undefined, peer.address);
    const logged = this.#log?.pickHeaders(headers);
    const request = new ServerRequest(method, path, context, span, peer, ip, headers, logged);
    request.isCounted = true;
    this.#metrics.begin();
    return request;
  }

  /** Sets the headers that tell the caller about its request. */
  echo(request: ServerRequest, response: HeaderTarget): void {
    for (const name of this.options.echo) {
      const value = echoOf(request, name);
      if (value !== undefined) response.setHeader(name, value);
    }
  }

  /**
   * The answer is complete, or the connection is gone. Later calls for the same request do nothing.
   *
   * @param status What was sent; undefined when nothing was.
   */
  end(request: ServerRequest, status: number | undefined, ending: Ending): void {
    if (request.isOver) return;
    request.isOver = true;
    request.incoming = undefined;
    request.response = undefined;
    if (request.isCounted) this.#metrics.end();
    if (request.isIgnored) return;
    if (current() === request.context) this.#report(request, status, ending);
    else runWith(request.context, this.#reportBound, request, status, ending);
  }

  readonly #reportBound = (request: ServerRequest, status: number | undefined, ending: Ending): void => {
    this.#report(request, status, ending);
  };

  #report(request: ServerRequest, sent: number | undefined, ending: Ending): void {
    const ms = performance.now() - request.startedAt;
    const { method, span } = request;
    const route = request.route ?? this.#guessRoute(request);
    const status = ending === 'aborted' ? CLIENT_CLOSED : ending === 'failed' ? 500 : (sent ?? 500);
    const series = this.#metrics.series(method, route);
    const outcome = series.outcome(status);
    outcome.count(ms / 1000);
    this.#log?.write(request, route, outcome, ms, ending);
    if (span === undefined) return;
    if (span instanceof RecordingSpan && span.isRecording()) {
      span.updateName(series.spanName);
      describeServerSpan(span, request, route, sent, ending);
    }
    span.end();
  }

  #guessRoute(request: ServerRequest): string {
    const { normalizeRoute } = this.options;
    if (normalizeRoute === undefined) return UNMATCHED;
    try {
      return normalizeRoute(request.method, request.path) ?? UNMATCHED;
    } catch (error) {
      this.#deps.core.notices.tell(
        'http:normalizeRoute',
        `http.normalizeRoute threw, the route is "${UNMATCHED}": ${error}`,
      );
      return UNMATCHED;
    }
  }
}

function echoOf(request: ServerRequest, name: EchoHeader): string | undefined {
  const { cell, span } = request.context;
  switch (name) {
    case 'x-request-id':
      return cell?.values.requestId;
    case 'x-correlation-id':
      return cell?.values.correlationId;
    case 'x-trace-id':
      return span?.traceId;
    default:
      return span === undefined ? undefined : formatTraceParent(span);
  }
}
