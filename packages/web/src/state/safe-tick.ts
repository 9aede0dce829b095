/** Moves the clock of the page when the page is ready for it. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useShell } from './shell.ts';

/** A refresh must not cancel the one before it, or a slow server would never get to answer. */
export function useSafeTick(): () => void {
  const client = useQueryClient();
  const tick = useShell((state) => state.autoTick);
  return useCallback(() => {
    if (client.isFetching({ queryKey: ['range'] }) === 0) tick();
  }, [client, tick]);
}
