/** Sightline's own API and the Alertmanager API of a running server: JSON in, JSON out, errors in the server's words. */
import { request, serverUrl } from './api-client.ts';
import { CliError } from './errors.ts';

export interface JsonApi {
  get<T>(path: string): Promise<T>;
  /** Undefined where the server has nothing there. */
  find<T>(path: string): Promise<T | undefined>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** @throws CliError with the server's own message, as the others do */
  remove(path: string): Promise<void>;
}

/** @param signal ends requests that are under way */
export function createJsonApi(server: string, signal?: AbortSignal): JsonApi {
  const base = serverUrl(server);
  const call = async (path: string, init: RequestInit, mayBeAbsent = false): Promise<unknown> => {
    const response = await request(new URL(path, base), { ...init, ...(signal && { signal }) });
    const text = await response.text();
    if (mayBeAbsent && response.status === 404) return undefined;
    if (!response.ok) throw refusal(response.status, text, base, path);
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new CliError('failed', `${base.origin} answered ${response.status} with something that is not JSON`, {
        hint: 'check that --server is the address of Sightline',
        cause: error,
      });
    }
  };
  return {
    get: async <T>(path: string) => (await call(path, {})) as T,
    find: async <T>(path: string) => (await call(path, {}, true)) as T | undefined,
    post: async <T>(path: string, body: unknown) =>
      (await call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })) as T,
    remove: async (path) => void (await call(path, { method: 'DELETE' })),
  };
}

function refusal(status: number, text: string, { origin }: URL, path: string): CliError {
  const message = messageOf(text);
  if (message !== '') return new CliError('failed', message);
  return new CliError('failed', status === 404 ? `${origin} has no ${path}` : `${origin} answered ${status}`, {
    hint: 'check that --server is the address of Sightline, and that it is as new as this command',
  });
}

/** Of Sightline and Prometheus an object with `error`, of Alertmanager a text or an object with `message`. */
function messageOf(text: string): string {
  try {
    const body = JSON.parse(text) as unknown;
    if (typeof body === 'string') return body;
    const { error, message } = (body ?? {}) as { error?: unknown; message?: unknown };
    return String(error ?? message ?? '');
  } catch {
    return '';
  }
}
