/**
 * What every outgoing request gets, whichever client makes it: a client span (OpenTelemetry semantic conventions, "HTTP
 * client"), two metrics, and the headers of its context where the host may see them.
 */
import { eachHeader } from '../context/headers.ts';
import { active } from '../context/store.ts';
import { isSuppressed } from '../context/suppress.ts';
import type { Counter, Histogram } from '../metrics/types.ts';
import type { Span } from '../tracing/span.ts';
import type { HttpDeps } from './deps.ts';
import type { ResolvedHttp } from './options.ts';
import { hostName } from './peer.ts';

/** One request on its way. */
export interface OutgoingCall {
  readonly method: string;
  readonly host: string;
  readonly startedAt: number;
  readonly span: Span;
  /** Status of the answer once its headers have come. */
  status: number | undefined;
  isOver: boolean;
}

type Label = 'method' | 'host' | 'status';
const LABELS: readonly Label[] = ['method', 'host', 'status'];
const MAX_HOST = 255;

export class Outgoing {
  readonly #tracing: HttpDeps['tracing'];
  readonly #isOpenTo: (host: string) => boolean;
  readonly #total: Counter<Label> | undefined;
  readonly #seconds: Histogram<Label> | undefined;

  constructor(deps: HttpDeps, isOpenTo: (host: string) => boolean, metrics: ResolvedHttp['metrics']) {
    this.#tracing = deps.tracing;
    this.#isOpenTo = isOpenTo;
    if (metrics === undefined) return;
    this.#total = deps.registry.counter('http_client_requests_total', 'HTTP requests made, by host and status', {
      labels: LABELS,
    });
    this.#seconds = deps.registry.histogram(
      'http_client_request_duration_seconds',
      'Time until the answer of a HTTP request was read, by host and status',
      { labels: LABELS, buckets: metrics.buckets },
    );
  }

  /**
   * A request begins. @returns Undefined for the SDK's own requests.
   * @param protocol `http:` or `https:`.
   * @param host With the port where it is not the default one.
   * @param path With query, which is left out of the span: it carries tokens.
   */
  begin(method: string, protocol: string, host: string, path: string): OutgoingCall | undefined {
    const context = active();
    if (isSuppressed(context)) return undefined;
    const name = host.length > MAX_HOST ? host.slice(0, MAX_HOST) : host;
    const span = this.#tracing.startClientSpan(method, context);
    if (span.isRecording()) describe(span, method, protocol, name, path);
    return { method, host: name, startedAt: performance.now(), span, status: undefined, isOver: false };
  }

  /** Sets the headers of the context that the service has not set itself. */
  inject(call: OutgoingCall, has: (name: string) => boolean, set: (name: string, value: string) => void): void {
    if (!this.#isOpenTo(call.host)) return;
    const isTraced = has('traceparent');
    eachHeader(active().withSpan(call.span), (name, value) => {
      const isOfTrace = name === 'traceparent' || name === 'tracestate';
      if (isOfTrace ? !isTraced : !has(name)) set(name, value);
    });
  }

  /** The answer has been read, or there will be none. Later calls for the same request do nothing. */
  finish(call: OutgoingCall, error?: unknown): void {
    if (call.isOver) return;
    call.isOver = true;
    const { span, method, host, status } = call;
    const label = status ?? 'error';
    this.#total?.labels(method, host, label).inc();
    this.#seconds?.labels(method, host, label).observe((performance.now() - call.startedAt) / 1000);
    if (span.isRecording()) {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (error !== undefined) span.recordException(error).setStatus('error', messageOf(error));
      else if (status !== undefined && status >= 400)
        span.setAttribute('error.type', String(status)).setStatus('error');
    }
    span.end();
  }
}

function describe(span: Span, method: string, protocol: string, host: string, path: string): void {
  const address = hostName(host);
  const port = address === host ? (protocol === 'https:' ? 443 : 80) : Number(host.slice(address.length + 1));
  const query = path.indexOf('?');
  span.setAttribute('http.request.method', method);
  span.setAttribute('server.address', address);
  span.setAttribute('server.port', port);
  span.setAttribute('url.full', `${protocol}//${host}${query < 0 ? path : path.slice(0, query)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
