/**
 * The one place where an error of any part becomes a status and a body. Status codes and error types: Prometheus 3.x
 * web/api/v1 (bad_data 400, execution 422, timeout and unavailable 503, canceled 499, not_found 404, internal 500).
 */
import type { ApiErrorType, ApiFailure } from '@sightline/api-types';
import { RegexError, SightlineError } from '@sightline/model';
import { PromqlError, SourceLimitError } from '@sightline/promql';
import { AbortedError } from '../../lib/abort.ts';
import type { HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { QueryError } from '../../query/errors.ts';
import { PROMQL_ERROR_TYPES, QUERY_ERROR_TYPES } from '../../query/outcome.ts';
import { OverloadedError, StorageError, type StorageErrorCode } from '../../storage/errors.ts';

/** An error of the API itself, in Prometheus's words. */
export class ApiError extends SightlineError<ApiErrorType> {}

export const CLIENT_CLOSED_REQUEST = 499;

const STATUS: Readonly<Record<ApiErrorType, number>> = {
  timeout: 503,
  canceled: CLIENT_CLOSED_REQUEST,
  execution: 422,
  bad_data: 400,
  internal: 500,
  unavailable: 503,
  not_found: 404,
  not_acceptable: 406,
};

/** What is not listed is a failure of the server itself. */
const STORAGE_TYPES: Readonly<Partial<Record<StorageErrorCode, ApiErrorType>>> = {
  query_timeout: 'timeout',
  query_memory: 'execution',
  query_too_large: 'execution',
  storage_unavailable: 'unavailable',
  storage_full: 'unavailable',
  closed: 'unavailable',
};

export interface ErrorAnswer {
  readonly status: number;
  readonly errorType: ApiErrorType;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** False for a defect or a failure of the server: it is logged with its stack. */
  readonly isExpected: boolean;
}

export function describeError(error: unknown): ErrorAnswer {
  if (error instanceof ApiError) return answer(error.code, error.message);
  if (error instanceof PromqlError) return answer(PROMQL_ERROR_TYPES[error.code], error.message);
  if (error instanceof QueryError) return queryAnswer(error);
  if (error instanceof SourceLimitError) return answer('execution', error.message);
  if (error instanceof RegexError) return answer('bad_data', error.message);
  if (error instanceof HttpError) return httpAnswer(error);
  if (error instanceof OverloadedError) {
    const { status, retryAfterSeconds } = error.info;
    return { ...answer('unavailable', withHint(error)), status, headers: { 'retry-after': String(retryAfterSeconds) } };
  }
  if (error instanceof AbortedError) return abortAnswer(error);
  if (error instanceof StorageError) {
    const errorType = STORAGE_TYPES[error.code] ?? 'internal';
    return { ...answer(errorType, withHint(error)), isExpected: errorType === 'execution' || errorType === 'timeout' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ...answer('internal', message), isExpected: false };
}

export function errorOutput(described: ErrorAnswer, form: 'json' | 'text'): HttpOutput {
  const { status, errorType, message, headers } = described;
  if (form === 'text') {
    return { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: `${message}\n` };
  }
  const failure: ApiFailure = { status: 'error', errorType, error: message };
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(failure) };
}

function answer(errorType: ApiErrorType, message: string): ErrorAnswer {
  return { status: STATUS[errorType], errorType, message, headers: {}, isExpected: errorType !== 'internal' };
}

function queryAnswer(error: QueryError): ErrorAnswer {
  const { retryAfterSeconds } = error;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...answer(QUERY_ERROR_TYPES[error.code], withHint(error)), headers };
}

function httpAnswer(error: HttpError): ErrorAnswer {
  const errorType = error.status === 404 ? 'not_found' : error.status < 500 ? 'bad_data' : 'unavailable';
  return {
    status: error.status,
    errorType,
    message: withHint(error),
    headers: error.headers,
    isExpected: error.status !== 500,
  };
}

function abortAnswer(error: AbortedError): ErrorAnswer {
  switch (error.code) {
    case 'deadline':
      return answer('timeout', error.message);
    case 'client_gone':
    case 'killed':
      return answer('canceled', error.message);
    case 'server_stopping':
      return answer('unavailable', error.message);
  }
}

function withHint(error: SightlineError): string {
  return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
}
