/** The only place that calls fetch: base address, time-outs, cancelling, and errors with a cause and a fix. */
import type { ApiErrorType, ApiResponse } from '@sightline/api-types';
import { createStore } from 'zustand/vanilla';
import { limitAdvice, splitHint } from '../lib/limit-advice.ts';

export type ApiErrorKind = 'offline' | 'timeout' | 'cancelled' | 'query' | 'server' | 'missing' | 'malformed';

export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  readonly hint: string;
  readonly status: number | null;
  readonly errorType: ApiErrorType | null;

  constructor(
    kind: ApiErrorKind,
    message: string,
    hint: string,
    status: number | null = null,
    errorType: ApiErrorType | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
    this.kind = kind;
    this.hint = hint;
    this.status = status;
    this.errorType = errorType;
  }
}

export interface Connection {
  readonly state: 'connecting' | 'connected' | 'offline';
  readonly lastAnswerMs: number | null;
  readonly inFlight: number;
}

const controllers = new Set<AbortController>();

/** What the footer shows about the connection. */
export const connection = createStore<Connection>(() => ({ state: 'connecting', lastAnswerMs: null, inFlight: 0 }));

export function cancelAllRequests(): void {
  for (const controller of controllers) controller.abort(new DOMException('cancelled by the user', 'AbortError'));
}

/** An address of the API under whatever prefix the app is served. */
function apiUrl(path: string): URL {
  return new URL(path, document.baseURI);
}

export interface RequestOptions {
  readonly params?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Sends the parameters in the body, for queries longer than an address may be. */
  readonly isForm?: boolean;
  readonly method?: 'DELETE';
  /** Posted as JSON. */
  readonly body?: object;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_URL = 1_800;

export async function requestJson(path: string, options: RequestOptions = {}): Promise<unknown> {
  const { params = {}, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const url = apiUrl(path);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  const isForm = options.isForm === true && text.length > MAX_URL;
  if (!isForm) url.search = text;
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    controller.abort();
  }, timeoutMs);
  controllers.add(controller);
  connection.setState({ inFlight: controllers.size });
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      headers: {
        accept: 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(options.method === undefined ? {} : { method: options.method }),
      ...(isForm ? { method: 'POST', body: query } : {}),
      ...(options.body === undefined ? {} : { method: 'POST', body: JSON.stringify(options.body) }),
    });
    connection.setState({ state: 'connected', lastAnswerMs: Date.now() });
    return await readBody(response);
  } catch (error) {
    throw toApiError(error, isTimedOut, controller.signal.aborted, timeoutMs);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    controllers.delete(controller);
    connection.setState({ inFlight: controllers.size });
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  // What was asked to be done is done, and there is nothing to tell.
  if (response.ok && text === '') return null;
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  if (!isJson) {
    if (response.status === 404 || response.ok) {
      throw new ApiError(
        'missing',
        'The server has no such endpoint.',
        'It may be older than this page, or another program answers at this address.',
        response.status,
      );
    }
    throw new ApiError(
      'server',
      `The server answered ${response.status} ${response.statusText}.`,
      'Look at the server log for the cause.',
      response.status,
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(
      'malformed',
      'The answer was cut off or is not JSON.',
      'Try again; a proxy in between may limit the size of answers.',
      response.status,
    );
  }
  if (response.ok) return body;
  // Alertmanager's API answers a bare text for what it refuses.
  const failure = (typeof body === 'string' ? { error: body } : body) as Partial<{
    error: unknown;
    errorType: ApiErrorType;
    message: unknown;
  }>;
  const { message, hint } = splitHint(
    String(failure.error ?? failure.message ?? `The server answered ${response.status}.`),
  );
  const errorType = failure.errorType ?? null;
  throw new ApiError(
    response.status >= 500 ? 'server' : 'query',
    message,
    hint === '' ? (limitAdvice(message)?.detail ?? hintFor(errorType, response.status)) : hint,
    response.status,
    errorType,
  );
}

function hintFor(errorType: ApiErrorType | null, status: number): string {
  if (errorType === 'bad_data') return 'Correct the marked place and run it again.';
  if (errorType === 'timeout') return 'Narrow the range, or filter to fewer series.';
  if (errorType === 'execution') return 'Add a label filter, or aggregate with topk() or sum by ().';
  if (status === 404) return 'The server may be older than this page.';
  return status >= 500 ? 'Look at the server log for the cause, then try again.' : 'Check the request and try again.';
}

function toApiError(error: unknown, isTimedOut: boolean, isAborted: boolean, timeoutMs: number): ApiError {
  if (error instanceof ApiError) return error;
  if (isTimedOut) {
    return new ApiError(
      'timeout',
      `No answer within ${Math.round(timeoutMs / 1000)} s.`,
      'Narrow the range, or filter to fewer series.',
    );
  }
  if (isAborted) return new ApiError('cancelled', 'The request was cancelled.', 'Run it again.');
  connection.setState({ state: 'offline' });
  return new ApiError(
    'offline',
    'The server cannot be reached.',
    'Check that Sightline is running; this page tries again by itself.',
  );
}

export interface ApiAnswer<T> {
  readonly data: T;
  readonly warnings: readonly string[];
}

/** A Prometheus API answer, unwrapped. */
export async function requestData<T>(path: string, options: RequestOptions = {}): Promise<ApiAnswer<T>> {
  const body = (await requestJson(path, options)) as Partial<ApiResponse<T>> | null;
  if (body?.status === 'success') {
    return { data: body.data as T, warnings: [...(body.warnings ?? []), ...(body.infos ?? [])] };
  }
  if (body?.status === 'error') {
    throw new ApiError('query', String(body.error), hintFor(body.errorType ?? null, 200), 200, body.errorType ?? null);
  }
  throw new ApiError('malformed', 'The answer has an unknown shape.', 'Another program may answer at this address.');
}
