/** How requests are cached and tried again. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

const MAX_RETRY_DELAY_MS = 15_000;

/** An unreachable server is tried until it is back; its own errors once more; mistakes in a query never. */
function shouldRetry(count: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.kind === 'offline') return true;
  return error.kind === 'server' && error.status !== 500 && count < 1;
}

function retryDelayMs(attempt: number): number {
  return Math.min(MAX_RETRY_DELAY_MS, 1_000 * 2 ** attempt);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: shouldRetry,
        retryDelay: retryDelayMs,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        staleTime: 5_000,
        gcTime: 60_000,
      },
    },
  });
}
