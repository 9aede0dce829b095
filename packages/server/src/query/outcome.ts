/** Errors of a query in the engine's words, and how they stand in the query log. */
import type { ApiErrorType, FinishedQuery, QueryOutcome } from '@sightline/api-types';
import { formatDuration, SightlineError } from '@sightline/model';
import { PromqlError, type PromqlErrorCode } from '@sightline/promql';
import { AbortedError } from '../lib/abort.ts';
import { StorageError } from '../storage/errors.ts';
import { QueryError, type QueryErrorCode } from './errors.ts';
import { formatBytes } from './format-bytes.ts';
import type { RunningQuery } from './running-query.ts';
import { type QuerySettings, sampleLimit } from './settings.ts';

export const QUERY_ERROR_TYPES: Readonly<Record<QueryErrorCode, ApiErrorType>> = {
  too_many_queries: 'unavailable',
  too_many_points: 'bad_data',
  too_many_samples: 'execution',
  too_many_series: 'execution',
  query_memory: 'execution',
  total_memory: 'unavailable',
  timeout: 'timeout',
  killed: 'canceled',
};

export const PROMQL_ERROR_TYPES: Readonly<Record<PromqlErrorCode, ApiErrorType>> = {
  parse_error: 'bad_data',
  execution: 'execution',
  too_many_samples: 'execution',
  too_many_series: 'execution',
  timeout: 'timeout',
  canceled: 'canceled',
};

/** What the caller is told: limits name their option, an abort its reason. */
export function explainError(error: unknown, query: RunningQuery, settings: QuerySettings, timeoutMs: number): unknown {
  if (query.signal.aborted) return abortError(query, timeoutMs);
  if (!(error instanceof PromqlError)) return error;
  if (error.code === 'too_many_samples') return sampleError(settings, error);
  if (error.code === 'too_many_series') {
    return new QueryError('too_many_series', error.message, {
      hint: `select fewer series with more label matchers, or raise query.max_series (${settings.maxSeries})`,
      cause: error,
    });
  }
  return error;
}

function sampleError(settings: QuerySettings, cause: PromqlError): QueryError {
  const less = 'ask for fewer series, a shorter time range or a larger step';
  if (sampleLimit(settings) === settings.maxSamples) {
    return new QueryError('too_many_samples', cause.message, {
      hint: `${less}, or raise query.max_samples (${settings.maxSamples})`,
      cause,
    });
  }
  const limit = formatBytes(settings.maxMemoryBytes);
  return new QueryError('query_memory', `the query would hold more than ${limit} of samples`, {
    hint: `${less}, or raise query.max_memory (${limit})`,
    cause,
  });
}

function abortError(query: RunningQuery, timeoutMs: number): unknown {
  const reason: unknown = query.signal.reason;
  if (!(reason instanceof AbortedError)) return reason;
  if (reason.code === 'killed') return new QueryError('killed', reason.message, { cause: reason });
  if (reason.code !== 'deadline') return reason;
  const limit = formatDuration(timeoutMs);
  return query.phase === 'waiting'
    ? new QueryError('timeout', 'query timed out in query queue', {
        hint: `no place became free within ${limit}; raise query.max_concurrency or query.timeout`,
        cause: reason,
      })
    : new QueryError('timeout', 'query timed out in expression evaluation', {
        hint: `the limit was ${limit}; ask for a shorter time range, fewer series or a larger step, or raise query.timeout`,
        cause: reason,
      });
}

/** How a query that failed with `error` stands in the log. */
export function outcomeOf(error: unknown): Pick<FinishedQuery, 'outcome' | 'error' | 'errorType'> {
  const errorType = errorTypeOf(error);
  const outcomes: Partial<Record<ApiErrorType, QueryOutcome>> = { timeout: 'timeout', canceled: 'canceled' };
  const isKilled = error instanceof SightlineError && error.code === 'killed';
  return {
    outcome: isKilled ? 'killed' : (outcomes[errorType] ?? 'error'),
    error: error instanceof Error ? error.message : String(error),
    errorType,
  };
}

function errorTypeOf(error: unknown): ApiErrorType {
  if (error instanceof QueryError) return QUERY_ERROR_TYPES[error.code];
  if (error instanceof PromqlError) return PROMQL_ERROR_TYPES[error.code];
  if (error instanceof AbortedError) {
    return error.code === 'deadline' ? 'timeout' : error.code === 'server_stopping' ? 'unavailable' : 'canceled';
  }
  if (error instanceof StorageError) {
    if (error.code === 'query_timeout') return 'timeout';
    return error.code === 'query_memory' || error.code === 'query_too_large' ? 'execution' : 'unavailable';
  }
  return 'internal';
}
