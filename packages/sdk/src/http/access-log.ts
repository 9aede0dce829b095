/**
 * One line per request, at its end: complete, cut off by the client, or failed. No bodies, no queries, and of the headers only
 * those that were asked for by name.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../logging/logger.ts';
import type { Logging } from '../logging/logging.ts';
import type { ResolvedHttp } from './options.ts';
import type { ServerRequest } from './request.ts';
import type { Ending } from './server.ts';

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
  readonly #slowMs: number;
  readonly #headers: readonly string[];

  constructor(logging: Logging, options: NonNullable<ResolvedHttp['accessLog']>) {
    this.#logger = logging.logger(options.logger);
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

  write(request: ServerRequest, route: string, status: number, ms: number, ending: Ending): void {
    const { method, path, clientIp, userAgent, loggedHeaders, error } = request;
    const data: RequestData = { method, path, route, status, client_ip: clientIp, user_agent: userAgent };
    const performance = { duration_ms: Math.round(ms * 1000) / 1000 };
    const isSlow = ms >= this.#slowMs;
    if (ending === 'aborted') data.aborted = true;
    if (isSlow) data.slow = true;
    if (loggedHeaders !== undefined) data.headers = loggedHeaders;
    if (ending === 'failed' || (status >= 500 && ending === 'finished')) {
      if (error !== undefined) data.error = error;
      this.#logger.error(MESSAGES[ending], data, performance);
    } else if (isSlow) this.#logger.warn(MESSAGES[ending], data, performance);
    else this.#logger.info(MESSAGES[ending], data, performance);
  }
}
