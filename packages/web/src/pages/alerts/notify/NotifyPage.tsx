/** Who is told: receivers with what they last did, the tree of routes with a tester, escalations. */
import { useQuery } from '@tanstack/react-query';
import type { NotifyStatus } from '@sightline/api-types';
import { type ReactNode, useRef } from 'react';
import { notifyStatus } from '../../../api/notify.ts';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import { usePollMs } from '../../../components/use-poll.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { Escalations } from './Escalations.tsx';
import { NOTIFY_KEY } from './notify-key.ts';
import { Receivers } from './Receivers.tsx';
import { RouteTree } from './RouteTree.tsx';

export function NotifyPage(): ReactNode {
  const page = useRef<HTMLDivElement>(null);
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: NOTIFY_KEY,
    queryFn: ({ signal }) => notifyStatus(signal),
    refetchInterval: pollMs,
  });
  useRowKeys('notify', page);
  return (
    <div className="page" ref={page}>
      <AlertsTabs />
      <QueryGate query={query} height={400}>
        {(status: NotifyStatus) => (
          <div className="stack">
            <Receivers status={status} />
            <RouteTree status={status} />
            <Escalations status={status} />
          </div>
        )}
      </QueryGate>
    </div>
  );
}
