/** Shows a request's result: skeleton first, then the content; a failed refresh keeps the old content and says so. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { ErrorState, Skeleton, StateStrip } from './State.tsx';

interface QueryGateProps<T> {
  readonly query: UseQueryResult<T>;
  readonly height?: number;
  readonly children: (data: T) => ReactNode;
}

export function asApiError(error: unknown): ApiError | null {
  if (error === null || error === undefined) return null;
  return error instanceof ApiError ? error : new ApiError('malformed', String(error), 'Reload the page.');
}

export function QueryGate<T>({ query, height = 240, children }: QueryGateProps<T>): ReactNode {
  const error = asApiError(query.error ?? query.failureReason);
  if (query.data === undefined) {
    if (error === null) return <Skeleton height={height} />;
    return <ErrorState error={error} attempt={query.failureCount} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {error !== null && (
        <StateStrip state={error.kind === 'offline' ? 'offline' : 'stale'}>
          {error.message} What you see is older.
          <button type="button" className="link" onClick={() => void query.refetch()}>
            Retry
          </button>
        </StateStrip>
      )}
      <div className={error === null ? undefined : 'is-stale'}>{children(query.data)}</div>
    </>
  );
}
