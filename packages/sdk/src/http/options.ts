/** What a service may say about its HTTP traffic, checked once at start. */
import { Problems } from '../lib/problems.ts';
import { createClientIp, type ReadClientIp, type TrustProxy } from './client-ip.ts';

/** A header that answers the caller with an id of the request. */
export type EchoHeader = 'x-request-id' | 'x-correlation-id' | 'x-trace-id' | 'traceparent';

/** What to leave out: a path (`/health`), a folder (`/health/*`), an expression on the path, or a function of both. */
export type Ignore = readonly (string | RegExp)[] | ((path: string, method: string) => boolean);

/** Options of the HTTP part of `observe()`. */
export interface HttpOptions {
  /** Requests without log line, span and metrics; health, metrics and favicon paths unless given. */
  ignore?: Ignore | undefined;
  /** Headers added to answers; `x-request-id`, `x-correlation-id` and `x-trace-id` unless given, `false` for none. */
  responseHeaders?: readonly EchoHeader[] | false | undefined;
  /**
   * Whether ids and trace of a request's headers are taken over; true unless given. False at the edge to strangers: each
   * request gets new ids there.
   */
  trustHeaders?: boolean | undefined;
  trustProxy?: TrustProxy | undefined;
  /** The line per request; `false` for none. */
  accessLog?: AccessLogOptions | false | undefined;
  /** Metrics of requests, `true` unless given, with own buckets in seconds. */
  metrics?: { buckets?: readonly number[] | undefined } | boolean | undefined;
  /**
   * Route of a request that no framework names, e.g. `/users/:id`; undefined for `unmatched`. Its results are labels of
   * metrics: there must be few of them.
   */
  normalizeRoute?: ((method: string, path: string) => string | undefined) | undefined;
  /** Requests the service makes by `fetch`, undici, `node:http` and `node:https`; `false` to leave them alone. */
  client?: ClientOptions | false | undefined;
}

export interface AccessLogOptions {
  /** Name of the logger; `http` unless given. */
  logger?: string | undefined;
  /** A request at or above this many milliseconds is a warning with `slow: true`; never unless given. */
  slowMs?: number | undefined;
  /** Request headers to write, e.g. `['accept-language']`; none unless given. Authorization and cookies are refused. */
  headers?: readonly string[] | undefined;
}

export interface ClientOptions {
  /**
   * Hosts that get the ids and the trace of the request, e.g. `['api.internal', '*.shop.local', '127.0.0.1:8080']`; all unless
   * given. Name them when the service calls strangers who should not learn its ids.
   */
  hosts?: readonly (string | RegExp)[] | undefined;
}

/** The options with their defaults, in the form the request path wants them. */
export interface ResolvedHttp {
  readonly isIgnored: (path: string, method: string) => boolean;
  readonly echo: readonly EchoHeader[];
  readonly trustHeaders: boolean;
  readonly clientIp: ReadClientIp;
  readonly accessLog:
    | { readonly logger: string; readonly slowMs: number; readonly headers: readonly string[] }
    | undefined;
  readonly metrics: { readonly buckets: readonly number[] } | undefined;
  readonly normalizeRoute: HttpOptions['normalizeRoute'];
  readonly client: { readonly isOpenTo: (host: string) => boolean } | undefined;
}

const IGNORED = ['/health', '/health/*', '/healthz', '/livez', '/readyz', '/metrics', '/metrics/*', '/favicon.ico'];
const ECHO: readonly EchoHeader[] = ['x-request-id', 'x-correlation-id', 'x-trace-id'];
const ECHOES = new Set<string>([...ECHO, 'traceparent']);
const SECRET_HEADERS = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token|x-csrf-token)$/;
/** Seconds: the buckets OpenTelemetry advises for http.server.request.duration. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** @throws ObserveError that lists every wrong option. */
export function resolveHttp(options: HttpOptions = {}): ResolvedHttp {
  const problems = new Problems();
  const { metrics = true, client = {} } = options;
  const resolved: ResolvedHttp = {
    isIgnored: ignoring(options.ignore ?? IGNORED),
    echo: echoed(options.responseHeaders ?? ECHO, problems),
    trustHeaders: options.trustHeaders ?? true,
    clientIp: createClientIp(options.trustProxy ?? false, problems),
    accessLog: accessLog(options.accessLog ?? {}, problems),
    metrics: metrics === false ? undefined : { buckets: (metrics === true ? undefined : metrics.buckets) ?? BUCKETS },
    normalizeRoute: options.normalizeRoute,
    client: client === false ? undefined : { isOpenTo: openTo(client.hosts) },
  };
  problems.throwIfAny();
  return resolved;
}

function ignoring(ignore: Ignore): ResolvedHttp['isIgnored'] {
  if (typeof ignore === 'function') return ignore;
  const exact = new Set<string>();
  const prefixes: string[] = [];
  const patterns: RegExp[] = [];
  for (const entry of ignore) {
    if (typeof entry !== 'string') patterns.push(new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')));
    else if (entry.endsWith('/*')) prefixes.push(entry.slice(0, -1));
    else exact.add(entry);
  }
  return (path) => {
    if (exact.has(path)) return true;
    for (const prefix of prefixes) if (path.startsWith(prefix)) return true;
    for (const pattern of patterns) if (pattern.test(path)) return true;
    return false;
  };
}

function echoed(headers: readonly EchoHeader[] | false, problems: Problems): readonly EchoHeader[] {
  if (headers === false) return [];
  for (const header of headers) {
    if (!ECHOES.has(header))
      problems.add('http.responseHeaders', `"${header}" is not one of ${[...ECHOES].join(', ')}`);
  }
  return headers;
}

function accessLog(options: AccessLogOptions | false, problems: Problems): ResolvedHttp['accessLog'] {
  if (options === false) return undefined;
  const { slowMs = Number.POSITIVE_INFINITY } = options;
  if (!(slowMs >= 0)) problems.add('http.accessLog.slowMs', `${slowMs} is not a number of milliseconds`);
  const headers = (options.headers ?? []).map((name) => name.toLowerCase());
  for (const name of headers) {
    if (SECRET_HEADERS.test(name))
      problems.add('http.accessLog.headers', `"${name}" carries secrets and is never logged; take it out of the list`);
  }
  return { logger: options.logger ?? 'http', slowMs, headers };
}

/** Tells whether a host (with or without a port) may get the headers of the context. */
function openTo(hosts: readonly (string | RegExp)[] | undefined): (host: string) => boolean {
  if (hosts === undefined) return () => true;
  const tests = hosts.map((host) => {
    if (typeof host !== 'string') return (name: string) => name.search(host) >= 0;
    if (host.startsWith('*.')) return (name: string) => withoutPort(name).endsWith(host.slice(1));
    return (name: string) => name === host || withoutPort(name) === host;
  });
  return (host) => tests.some((test) => test(host));
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
