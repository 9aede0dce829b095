/** `/metrics` on a port of its own, for services that have no HTTP server or do not show metrics on theirs. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { builtin } from '../lib/builtin.ts';
import type { AddressInfo } from 'node:net';
import { readEnvironment } from '../options/environment.ts';
import type { Exposition, RenderOptions } from './exposition.ts';

/** A registry, or `aggregate()` of several processes or threads. */
export interface Renderable {
  render(options: RenderOptions): Promise<Exposition>;
}

/** Who may read: a user with a password, the bearer of a token, or whoever the function says. */
export type MetricsAuth =
  | { readonly username: string; readonly password: string }
  | { readonly bearer: string }
  | ((request: IncomingMessage) => boolean | Promise<boolean>);

export interface MetricsServerOptions {
  registry: Renderable;
  /** Port, 0 for a free one. METRICS_PORT when not given, else 9464, OpenTelemetry's for exporters. */
  port?: number | undefined;
  /** Address to listen on; all of them when not given. */
  host?: string | undefined;
  /** Default `/metrics`. */
  path?: string | undefined;
  auth?: MetricsAuth | undefined;
}

export interface MetricsServer {
  /** The port it listens on. */
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

const DEFAULT_PORT = 9464;

/**
 * Serves the exposition on its own port. It does not keep the process alive.
 *
 * @example const metrics = await startMetricsServer({ registry, port: 8502 });
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { registry, host, path = '/metrics', auth } = options;
  const port = options.port ?? readEnvironment(process.env).metricsPort ?? DEFAULT_PORT;
  const server = builtin('node:http').createServer((request, response) => {
    void answer(registry, path, auth, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  registry: Renderable,
  path: string,
  auth: MetricsAuth | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== path) plain(response, 404, `metrics are at ${path}`);
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      plain(response, 405, 'GET or HEAD', { allow: 'GET, HEAD' });
    else if (auth !== undefined && !(await isAllowed(auth, request)))
      plain(response, 401, 'not allowed', { 'www-authenticate': challenge(auth) });
    else await writeMetrics(registry, request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else plain(response, 500, error instanceof Error ? error.message : 'failed');
  }
}

/** Answers one request with the exposition in the format and encoding it takes. */
export async function writeMetrics(
  registry: Renderable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { accept, 'accept-encoding': encodings } = request.headers;
  const acceptEncoding = typeof encodings === 'string' ? encodings : undefined;
  const { contentType, contentEncoding, body } = await registry.render({ accept, acceptEncoding });
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': body.length,
    vary: 'Accept, Accept-Encoding',
    ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function isAllowed(auth: MetricsAuth, request: IncomingMessage): Promise<boolean> {
  if (typeof auth === 'function') return auth(request);
  const given = request.headers.authorization ?? '';
  if ('bearer' in auth) return isSame(given, `Bearer ${auth.bearer}`);
  return isSame(given, `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`);
}

/** Compares without telling by the time it takes how much of the text was right. */
function isSame(given: string, wanted: string): boolean {
  const { createHash, timingSafeEqual } = builtin('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function challenge(auth: MetricsAuth): string {
  return typeof auth !== 'function' && 'username' in auth ? 'Basic realm="metrics"' : 'Bearer';
}

function plain(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}
