/** The HTTP API of a running server, as commands call it. */
import type { ApiResponse } from '@sightline/api-types';
import { CliError } from './errors.ts';

interface ApiResult<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export interface ApiClient {
  /** POSTs the parameters as a form, as promtool does. @throws CliError with the server's own message */
  call<T>(path: string, params: Readonly<Record<string, string>>): Promise<ApiResult<T>>;
}

export function createApiClient(server: string): ApiClient {
  const base = serverUrl(server);
  return {
    async call<T>(path: string, params: Readonly<Record<string, string>>): Promise<ApiResult<T>> {
      const response = await request(new URL(path, base), {
        method: 'POST',
        body: new URLSearchParams(params),
      });
      const text = await response.text();
      const answer = parseAnswer<T>(text, response.status, base);
      if (answer.status === 'error') throw new CliError('failed', `${answer.errorType}: ${answer.error}`);
      return { data: answer.data, warnings: answer.warnings ?? [], infos: answer.infos ?? [] };
    },
  };
}

/** The address with its scheme and a slash at the end. @throws CliError for something that is no address */
export function serverUrl(server: string): URL {
  const text = /^https?:\/\//.test(server) ? server : `http://${server}`;
  if (!URL.canParse(text)) {
    throw new CliError('usage', `"${server}" is not the address of a server`, { hint: 'write it as http://host:port' });
  }
  const url = new URL(text);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** fetch with an error that says what to do when nothing answers. */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    throw new CliError('failed', `cannot reach ${url.origin}: ${cause.message}`, {
      hint: 'start a server with "sightline up", or name one with --server',
      cause: error,
    });
  }
}

function parseAnswer<T>(text: string, status: number, base: URL): ApiResponse<T> {
  try {
    return JSON.parse(text) as ApiResponse<T>;
  } catch (error) {
    throw new CliError('failed', `${base.origin} answered ${status} with something that is not JSON`, {
      hint: 'check that --server is the address of Sightline or Prometheus',
      cause: error,
    });
  }
}
