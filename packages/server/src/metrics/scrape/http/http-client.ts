/**
 * GET requests as scrapes and http_sd make them: authorization, TLS, proxy, redirects, gzip, all bounded. One client belongs
 * to one job and keeps its connections.
 */
import { STATUS_CODES } from 'node:http';
import type { HttpClientConfig } from '../../../config/prometheus/types.ts';
import { ScrapeError } from '../errors.ts';
import { createAuthorizer } from './authorization.ts';
import { type BodyOptions, decodeBody } from './body.ts';
import { connectionReason } from './connection-reason.ts';
import { customHeaders } from './custom-headers.ts';
import { createDispatchers, type Dispatchers } from './dispatchers.ts';
import { exchange } from './exchange.ts';
import { createTokenSource } from './oauth2.ts';

const MAX_REDIRECTS = 10;
const MAX_REMEMBERED_ORIGINS = 10_000;
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308]);

interface HttpRequest extends BodyOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface HttpResponse {
  readonly contentType: string;
  readonly body: Buffer;
}

export interface HttpClient {
  /** @throws ScrapeError when there is no answer with status 200, or the signal's reason when it aborts */
  get(request: HttpRequest): Promise<HttpResponse>;
  /** Lets running requests end. */
  close(): Promise<void>;
}

/** @throws ScrapeError `scrape/tls-config` when a certificate file cannot be read */
export async function createHttpClient(config: HttpClientConfig): Promise<HttpClient> {
  const dispatchers = await createDispatchers(config);
  const { oauth2 } = config;
  const tokenDispatchers =
    oauth2 === undefined
      ? undefined
      : await createDispatchers({ ...config, tls: oauth2.tls ?? { insecureSkipVerify: false } });
  const tokens =
    oauth2 === undefined
      ? undefined
      : createTokenSource(oauth2, () => (tokenDispatchers as Dispatchers).for(new URL(oauth2.tokenUrl)));
  const authorize = createAuthorizer(config, () => tokens?.token() ?? Promise.resolve(''));
  const reached = new Set<string>();

  async function send(url: URL, request: HttpRequest, authorization: string | undefined) {
    const dispatcher = await dispatchers.for(url);
    const headers: Record<string, string | string[]> = { ...request.headers, ...(await customHeaders(config)) };
    if (authorization !== undefined) headers['authorization'] = authorization;
    const { signal, limitBytes } = request;
    const options = { url, method: 'GET' as const, headers, limitBytes, signal };
    try {
      return await exchange(dispatcher, options);
    } catch (error) {
      // The server may have closed a kept connection at the very moment it was used again.
      if (!reached.has(url.origin) || !isClosedConnection(error) || signal.aborted) throw error;
      return await exchange(dispatcher, options);
    }
  }

  async function follow(request: HttpRequest): Promise<HttpResponse> {
    let url = new URL(request.url);
    const first = url.origin;
    const authorization = await authorize();
    for (let hop = 0; ; hop++) {
      const response = await send(url, request, url.origin === first ? authorization : undefined);
      if (reached.size >= MAX_REMEMBERED_ORIGINS) reached.clear();
      reached.add(url.origin);
      const { location } = response.headers;
      if (config.followRedirects && REDIRECT_STATUS.has(response.status) && typeof location === 'string') {
        if (hop === MAX_REDIRECTS) throw new ScrapeError('scrape/redirect', `stopped after ${MAX_REDIRECTS} redirects`);
        url = redirectTarget(location, url);
        continue;
      }
      if (response.status !== 200) throw statusError(response.status);
      const encoding = headerText(response.headers['content-encoding']).toLowerCase();
      const body = await decodeBody(response.body, encoding, request);
      return { contentType: headerText(response.headers['content-type']), body };
    }
  }

  return {
    async get(request) {
      try {
        return await follow(request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw error instanceof ScrapeError ? error : connectionError(request.url, error);
      }
    },
    async close() {
      await Promise.all([dispatchers.close(), tokenDispatchers?.close()]);
    },
  };
}

function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href))
    throw new ScrapeError('scrape/redirect', `cannot follow redirect to "${location}"`);
  const url = new URL(location, from);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new ScrapeError('scrape/redirect', `cannot follow redirect to "${location}": only http and https are allowed`);
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim();
}

function statusError(status: number): ScrapeError {
  const text = STATUS_CODES[status];
  return new ScrapeError(
    'scrape/http-status',
    `server returned HTTP status ${status}${text === undefined ? '' : ` ${text}`}`,
  );
}

function isClosedConnection(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function connectionError(url: string, error: unknown): ScrapeError {
  return new ScrapeError('scrape/connection', `Get "${url}": ${connectionReason(error)}`, { cause: error });
}
