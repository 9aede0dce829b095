/**
 * The HTTP server: node:http bound to a table of routes. It bounds headers, header time and idle time, gives every handler a
 * signal that aborts when its client leaves or the server stops, counts requests, and turns errors into answers.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { route as nameRoute } from '@sightline/sdk';
import type { AddressInfo } from 'node:net';
import { AbortedError } from '../../lib/abort.ts';
import type { HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { CLIENT_CLOSED_REQUEST, describeError, errorOutput } from './errors.ts';
import { createInput } from './input.ts';
import { writeOutput } from './output.ts';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';
import type { Route } from './route.ts';
import { createRouter, type RouteMatch, type Router } from './router.ts';

export interface HttpServerOptions {
  /** Answers GET and HEAD of paths without a route (the web app). Writes to the response itself. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse) => void;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
}

export interface HttpServer {
  /** May be called for several addresses. @throws the error of node:net (EADDRINUSE, EACCES, EADDRNOTAVAIL) */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** What is answered from now on; before, every request gets 503. */
  mount(routes: readonly Route[]): void;
  /** Takes no new connection, lets requests finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Queries and selectors travel in URLs; 16 kB, the default, is too short for some dashboards. */
const MAX_HEADER_BYTES = 65_536;
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 4_096;
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

export function createHttpServer(options: HttpServerOptions): HttpServer {
  return new RoutedServer(options);
}

class RoutedServer implements HttpServer {
  readonly #servers: Server[] = [];
  #router: Router | undefined;
  readonly #metrics: RequestMetrics;
  readonly #logger: Logger;
  readonly #fallback: HttpServerOptions['fallback'];
  readonly #running = new Set<AbortController>();
  #isClosing = false;

  constructor(options: HttpServerOptions) {
    this.#metrics = createRequestMetrics(options.registry);
    this.#logger = options.logger.child({ component: 'http' });
    this.#fallback = options.fallback;
  }

  async listen(host: string, port: number): Promise<AddressInfo> {
    const server = this.#createServer();
    server.listen({ host, port });
    await once(server, 'listening');
    this.#servers.push(server);
    return server.address() as AddressInfo;
  }

  mount(routes: readonly Route[]): void {
    this.#router = createRouter(routes);
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = this.#servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
        }),
    );
    const stopping = setTimeout(() => {
      for (const controller of this.#running) {
        controller.abort(new AbortedError('server_stopping', 'the server is stopping'));
      }
    }, graceMs / 2);
    const cutting = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections();
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(stopping);
    clearTimeout(cutting);
  }

  #createServer(): Server {
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: HEADERS_TIMEOUT_MS,
        // Reading a body has limits of its own, see input.ts: an import may take longer than any fixed time.
        requestTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: 5_000,
        noDelay: true,
      },
      (request, response) => void this.#handle(request, response),
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket) => {
      this.#metrics.connections.inc();
      socket.once('close', () => this.#metrics.connections.dec());
    });
    return server;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.add(controller);
    this.#metrics.inFlight.inc();
    response.once('close', () => {
      if (!response.writableFinished) {
        controller.abort(new AbortedError('client_gone', 'the client closed the connection'));
      }
    });
    response.on('error', () => undefined);
    const [path, search] = splitUrl(request.url ?? '/');
    const found = this.#router?.find(request.method ?? 'GET', path) ?? STARTING;
    const isApp =
      found.kind !== 'starting' &&
      isRead(request) &&
      (found.kind === 'none' ? !isApiPath(path) : isSharedPage(request, path));
    try {
      if (isApp) await this.#answerWithApp(request, response);
      else if (found.kind === 'found') await this.#answer(request, response, found.match, path, search, signal);
      else if (found.kind === 'method') await this.#write(request, response, notAllowed(request, found.allow), signal);
      else await this.#write(request, response, found.kind === 'none' ? NOT_FOUND : NOT_READY, signal);
    } catch (error) {
      if (!signal.aborted && !(error instanceof AbortedError))
        this.#logger.error('an answer was cut short', { path, error });
      response.destroy();
    } finally {
      this.#running.delete(controller);
      this.#metrics.inFlight.dec();
      if (this.#isClosing) setImmediate(() => this.#closeIdle());
    }
    const route = found.kind === 'found' ? found.match.route.path : isApp ? 'app' : 'none';
    const isGone = signal.aborted && (signal.reason as AbortedError).code === 'client_gone';
    const seconds = (performance.now() - startedAt) / 1e3;
    this.#record(request, isGone ? CLIENT_CLOSED_REQUEST : response.statusCode, route, seconds);
  }

  #closeIdle(): void {
    for (const server of this.#servers) server.closeIdleConnections();
  }

  /** Rejects when an answer that has begun cannot be completed. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { route, params }: RouteMatch,
    path: string,
    search: string,
    signal: AbortSignal,
  ): Promise<void> {
    let output: HttpOutput;
    try {
      refuseCrossSite(request);
      nameRoute(route.path);
      output = await route.handler(createInput(request, path, search, params, signal));
    } catch (error) {
      output = this.#errorOutput(error, route, signal);
    }
    await this.#write(request, response, output, signal);
  }

  async #answerWithApp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isClosing) response.setHeader('connection', 'close');
    response.setHeader('vary', 'Accept');
    this.#fallback(request, response);
    await finished(response);
  }

  async #write(
    request: IncomingMessage,
    response: ServerResponse,
    output: HttpOutput,
    signal: AbortSignal,
  ): Promise<void> {
    // What is left of a body that the handler did not want is not worth reading.
    if (this.#isClosing || !request.complete) response.setHeader('connection', 'close');
    await writeOutput(request, response, output, signal);
  }

  #errorOutput(error: unknown, route: Route, signal: AbortSignal): HttpOutput {
    const described = describeError(error);
    if (!described.isExpected && !signal.aborted) this.#logger.error('request failed', { route: route.path, error });
    return errorOutput(described, route.errors);
  }

  #record(request: IncomingMessage, status: number, route: string, seconds: number): void {
    const method = KNOWN_METHODS.has(request.method ?? '') ? (request.method as string) : 'other';
    this.#metrics.requests.labels({ route, method, code: String(status) }).inc();
    this.#metrics.durations.labels({ route }).observe(seconds);
    if (this.#logger.isEnabled('debug')) {
      this.#logger.debug('request', { method, url: request.url, status, seconds });
    }
  }
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
/** The server listens and has nothing mounted yet. */
const STARTING = { kind: 'starting' } as const;
const NOT_READY: HttpOutput = {
  status: 503,
  headers: { ...TEXT, 'retry-after': '1' },
  body: 'Sightline is starting.\n',
};
const NOT_FOUND: HttpOutput = { status: 404, headers: TEXT, body: '404 page not found\n' };

function notAllowed(request: IncomingMessage, methods: readonly string[]): HttpOutput {
  const allow = [...methods, 'OPTIONS'].sort().join(', ');
  if (request.method === 'OPTIONS') return { status: 204, headers: { allow } };
  return { status: 405, headers: { ...TEXT, allow }, body: 'Method Not Allowed\n' };
}

function splitUrl(url: string): [path: string, search: string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

/** Paths of protocols answer 404, so that a client with a wrong path does not take the web app's page for an answer. */
function isApiPath(path: string): boolean {
  return /^\/(?:api|-|v1|loki|jaeger)\//.test(path);
}

/** `/metrics` is both the exposition that scrapers read and a page of the app: who asks for HTML gets the page. */
function isSharedPage(request: IncomingMessage, path: string): boolean {
  return path === '/metrics' && (request.headers.accept ?? '').includes('text/html');
}

/**
 * A page of another site must not change anything here: browsers say where a request comes from, and there is no CORS
 * permission to read answers either.
 */
function refuseCrossSite(request: IncomingMessage): void {
  if (isRead(request)) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign = site === undefined ? origin !== undefined && hostOf(origin) !== host : site === 'cross-site';
  if (isForeign) throw new HttpError(403, 'requests from pages of other sites are refused');
}

/** The host and port of an origin; undefined for the `null` of sandboxed pages and files. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function finished(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.once('finish', resolve);
  });
}
