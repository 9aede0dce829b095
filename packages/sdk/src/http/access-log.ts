/**
 * One line per request, at its end: complete, cut off by the client, or failed. No bodies, no queries, and of the headers only
 * those that were asked for by name.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Serializer } from '../logging/json/serializer.ts';
import type { Logger } from '../logging/logger.ts';
import type { Logging } from '../logging/logging.ts';
import { PreparedFields } from '../logging/prepared.ts';
import type { ResolvedHttp } from './options.ts';
import type { ServerRequest } from './request.ts';
import type { Ending } from './server.ts';
import type { Outcome } from './server-metrics.ts';

interface RequestData {
  method: string;
  path: string;
  route: string;
  status: number;
  client_ip: string;
  user_agent: string | undefined;
  aborted?: boolean;
  slow?: boolean;
  headers?: Readonly<Record<string, string>>;
  error?: unknown;
}

const MESSAGES: Readonly<Record<Ending, string>> = {
  finished: 'request completed',
  aborted: 'request aborted',
  failed: 'request failed',
};

export class AccessLog {
  readonly #logger: Logger;
  readonly #serializer: Serializer;
  readonly #slowMs: number;
  readonly #headers: readonly string[];

  constructor(logging: Logging, options: NonNullable<ResolvedHttp['accessLog']>) {
    this.#logger = logging.logger(options.logger);
    this.#serializer = logging.serializer;
    this.#slowMs = options.slowMs;
    this.#headers = options.headers;
  }

  /** The headers to log, copied because the request may be gone when its line is written. */
  pickHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> | undefined {
    if (this.#headers.length === 0) return undefined;
    const picked: Record<string, string> = {};
    for (const name of this.#headers) {
      const value = headers[name];
      if (value !== undefined) picked[name] = String(value);
    }
    return picked;
  }

  write(request: ServerRequest, route: string, outcome: Outcome, ms: number, ending: Ending): void {
    const isError = ending === 'failed' || (outcome.status >= 500 && ending === 'finished');
    const isSlow = ms >= this.#slowMs;
    const durationMs = Math.round(ms * 1000) / 1000;
    if (ending === 'finished' && !isError && !isSlow && request.loggedHeaders === undefined) {
      if (this.#logger.isEnabled('info'))
        this.#logger.info(MESSAGES.finished, this.#prepared(request, route, outcome, durationMs));
      return;
    }
    const level = isError ? 'error' : isSlow ? 'warn' : 'info';
    this.#logger.log(level, MESSAGES[ending], details(request, route, outcome.status, ending, isSlow, isError), {
      duration_ms: durationMs,
    });
  }

  /** The fields of nearly all lines, of which only the path is new for each request. */
  #prepared(request: ServerRequest, route: string, outcome: Outcome, durationMs: number): PreparedFields {
    const { method, path, peer, clientIp, userAgent } = request;
    outcome.logText ??= this.#fields({ method, route, status: outcome.status });
    if (peer.logText === undefined || peer.loggedIp !== clientIp || peer.loggedAgent !== userAgent) {
      peer.loggedIp = clientIp;
      peer.loggedAgent = userAgent;
      peer.logText = this.#fields({ client_ip: clientIp, user_agent: userAgent });
    }
    const field = this.#serializer.field('path', path, this.#serializer.redaction.root);
    return new PreparedFields(`${outcome.logText},${field},${peer.logText}`, durationMs);
  }

  #fields(data: object): string {
    return this.#serializer.fields(data, this.#serializer.redaction.root);
  }
}

function details(
  request: ServerRequest,
  route: string,
  status: number,
  ending: Ending,
  isSlow: boolean,
  isError: boolean,
): RequestData {
  const { method, path, clientIp, userAgent, loggedHeaders, error } = request;
  const data: RequestData = { method, route, status, path, client_ip: clientIp, user_agent: userAgent };
  if (ending === 'aborted') data.aborted = true;
  if (isSlow) data.slow = true;
  if (loggedHeaders !== undefined) data.headers = loggedHeaders;
  if (isError && error !== undefined) data.error = error;
  return data;
}
