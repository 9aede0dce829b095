/** Connection, age of the data, step, time zone, version, and what is on its way. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { cancelAllRequests, connection } from '../../api/client.ts';
import { buildInfo, dataAge } from '../../api/footer.ts';
import { formatAge, formatClock, formatSpan } from '../../lib/time-format.ts';
import { offsetName, resolveZone } from '../../lib/zone.ts';
import { useShell } from '../../state/shell.ts';
import { useRange } from '../../state/url.ts';

const AGE_POLL_MS = 5_000;
const SHOW_CANCEL_AFTER_MS = 1_500;

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Footer(): ReactNode {
  const { state, inFlight, lastAnswerMs } = useStore(connection);
  const stepMs = useShell((shell) => shell.stepMs);
  const { zone } = useRange();
  const now = useNow(1_000);
  const age = useQuery({
    queryKey: ['data-age'],
    queryFn: ({ signal }) => dataAge(signal),
    refetchInterval: AGE_POLL_MS,
  });
  const build = useQuery({
    queryKey: ['buildinfo'],
    queryFn: ({ signal }) => buildInfo(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [busySince, setBusySince] = useState<number | null>(null);
  useEffect(() => setBusySince((old) => (inFlight === 0 ? null : (old ?? Date.now()))), [inFlight]);
  const newest = age.data ?? null;
  const words = { connected: 'connected', connecting: 'connecting', offline: 'not connected' };
  return (
    <footer className="footer">
      <span className="connection" data-connection={state} data-testid="connection">
        <i aria-hidden="true" />
        {words[state]}
        {state === 'offline' && lastAnswerMs !== null && `, last answer ${formatAge(now - lastAnswerMs)} ago`}
      </span>
      {newest !== null && (
        <span className="num" title={`newest sample ${new Date(newest).toISOString()}`} data-testid="data-age">
          data {formatAge(now - newest)} old
        </span>
      )}
      {stepMs !== null && <span className="num">step {formatSpan(stepMs)}</span>}
      {busySince !== null && now - busySince > SHOW_CANCEL_AFTER_MS && (
        <span className="num">
          {inFlight} in flight
          <button type="button" className="link" onClick={cancelAllRequests}>
            cancel all
          </button>
        </span>
      )}
      <span className="footer-end num" title={resolveZone(zone)}>
        {formatClock(now, zone, false)} {offsetName(now, zone)}
      </span>
      {build.data !== undefined && (
        <span className="num">{/^\d/.test(build.data.version) ? `v${build.data.version}` : build.data.version}</span>
      )}
    </footer>
  );
}
