/** One alert: what is measured, how it went, what to do, what was decided about it and why. */
import type { AlertDetail } from '@sightline/api-types';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { alertDetail } from '../../../api/alerts.ts';
import { asApiError, QueryGate } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { StateView } from '../../../components/State.tsx';
import { usePollMs } from '../../../components/use-poll.ts';
import { useShell } from '../../../state/shell.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { AlertFacts } from './AlertFacts.tsx';
import { AlertGraph } from './AlertGraph.tsx';
import { AlertHead } from './AlertHead.tsx';
import { PastPanel, RelatedPanel } from './RelatedPanel.tsx';
import { RunbookPanel } from './RunbookPanel.tsx';
import { TimelinePanel } from './TimelinePanel.tsx';
import { WhyPanel } from './WhyPanel.tsx';

const BEFORE_MS = 1_800_000;

export function AlertPage(): ReactNode {
  const { fingerprint = '' } = useParams({ strict: false }) as { fingerprint?: string };
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: ['alert', fingerprint],
    queryFn: ({ signal }) => alertDetail(fingerprint, signal),
    refetchInterval: pollMs,
  });
  useDefaultRange(query.data);
  const isUnknown = query.data === undefined && asApiError(query.error)?.status === 404;
  return (
    <div className="page">
      <AlertsTabs />
      {isUnknown ? (
        <section className="panel">
          <StateView
            state="empty-never"
            title={`No alert ${fingerprint} is known.`}
            detail="It is over and no longer remembered, or it never was. The history may still have it."
          >
            <Link to="/alerts/history" search={keepScope} className="button">
              History
            </Link>
            <Link to="/alerts" search={keepScope} className="button">
              What fires now
            </Link>
          </StateView>
        </section>
      ) : (
        <QueryGate query={query} height={420}>
          {(detail) => <AlertContent detail={detail} />}
        </QueryGate>
      )}
    </div>
  );
}

function AlertContent({ detail }: { detail: AlertDetail }): ReactNode {
  const { alert, states, timeline, related, past, nowMs } = detail;
  return (
    <div className="stack">
      <AlertHead alert={alert} />
      <AlertGraph alert={alert} states={states} />
      <div className="alert-columns">
        <div className="stack">
          <RunbookPanel alert={alert} />
          <TimelinePanel alert={alert} events={timeline} />
          <WhyPanel alert={alert} />
        </div>
        <div className="stack">
          <AlertFacts alert={alert} />
          <RelatedPanel related={related} nowMs={nowMs} />
          <PastPanel alert={alert} past={past} />
        </div>
      </div>
    </div>
  );
}

/** Without a range in the address the page shows from half an hour before the alert began until now. */
function useDefaultRange(detail: AlertDetail | undefined): void {
  const setAlertFrom = useShell((state) => state.setAlertFrom);
  const startsAtMs = detail?.alert.startsAtMs;
  useEffect(() => {
    if (startsAtMs !== undefined) setAlertFrom(String(Math.round(startsAtMs - BEFORE_MS)));
  }, [startsAtMs, setAlertFrom]);
  useEffect(() => () => setAlertFrom(null), [setAlertFrom]);
}
