/** Starts a backtest on the server and watches it until it has ended. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BacktestRequest, BacktestStatus } from '@sightline/api-types';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../../../../api/client.ts';
import { backtestStatus, cancelBacktest, startBacktest } from '../../../../api/rules.ts';
import { asApiError } from '../../../../components/QueryGate.tsx';

const POLL_MS = 500;

export interface Backtest {
  /** What is or was asked; null before the first. */
  readonly request: BacktestRequest | null;
  readonly status: BacktestStatus | null;
  readonly error: ApiError | null;
  readonly isRunning: boolean;
  readonly start: (request: BacktestRequest) => void;
  readonly cancel: () => void;
}

export function useBacktest(): Backtest {
  const begun = useMutation({ mutationFn: startBacktest });
  const first = begun.data;
  const watched = useQuery({
    queryKey: ['backtest', first?.id],
    queryFn: ({ signal }) => backtestStatus(first?.id ?? '', signal),
    enabled: first !== undefined && first.state === 'running',
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'running' ? POLL_MS : false),
  });
  const status = (first === undefined ? undefined : (watched.data ?? first)) ?? null;
  const isRunning = begun.isPending || status?.state === 'running';
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: cancelBacktest,
    onSuccess: (last) => client.setQueryData(['backtest', last.id], last),
  });
  const cancel = (): void => {
    if (status !== null) stop.mutate(status.id);
  };
  // Nobody waits for it once the page is gone.
  const running = useRef<string | null>(null);
  running.current = status?.state === 'running' ? status.id : null;
  useEffect(
    () => () => {
      if (running.current !== null) cancelBacktest(running.current).catch(() => undefined);
    },
    [],
  );
  return {
    request: begun.variables ?? null,
    status: begun.isPending ? null : status,
    error: asApiError(begun.error ?? watched.error ?? stop.error),
    isRunning,
    start: (request) => begun.mutate(request),
    cancel,
  };
}
