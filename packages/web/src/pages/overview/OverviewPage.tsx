/** The first page: is data arriving, from whom, how does this host do, and how to send more. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';
import { targets } from '../../api/prometheus.ts';
import { aboutStatus, ingestStatus } from '../../api/system.ts';
import { CHART_SHORTCUTS } from '../../components/chart/chart-shortcuts.ts';
import { QueryPanel } from '../../components/query/QueryPanel.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { absenceOf, fittingFrom, totalsOf } from '../../lib/sources.ts';
import { useSafeTick } from '../../state/safe-tick.ts';
import { useShell } from '../../state/shell.ts';
import { Filesystems } from './Filesystems.tsx';
import { hostPanels, selfPanels } from './panels.ts';
import { SendData } from './SendData.tsx';
import { Sources } from './Sources.tsx';
import { useShortcuts } from '../../state/shortcuts.ts';

const POLL_MS = 2_000;
const TARGETS_POLL_MS = 5_000;

export function OverviewPage(): ReactNode {
  useShortcuts('chart', CHART_SHORTCUTS);
  const ingest = useQuery({
    queryKey: ['ingest-status'],
    queryFn: ({ signal }) => ingestStatus(signal),
    refetchInterval: POLL_MS,
  });
  const scraped = useQuery({
    queryKey: ['targets'],
    queryFn: ({ signal }) => targets(signal),
    refetchInterval: TARGETS_POLL_MS,
  });
  const down = scraped.data?.activeTargets.filter(({ health }) => health === 'down').length ?? null;
  const about = useQuery({ queryKey: ['about'], queryFn: ({ signal }) => aboutStatus(signal), staleTime: 60_000 });
  const hostname = about.data?.hostname;
  const isAboutKnown = !about.isPending || about.failureReason !== null;
  const hostFilter = hostname === undefined ? '' : `job="node",instance="${hostname.replace(/["\\]/g, '\\$&')}"`;
  const host = useMemo(() => hostPanels(hostFilter), [hostFilter]);
  const self = useMemo(selfPanels, []);
  const status = ingest.data ?? null;
  const startedMs = about.data?.startedMs ?? null;
  const hostAbsence = absenceOf('host', status, startedMs);
  const selfAbsence = absenceOf('self', status, startedMs);
  useFittingRange(ingest.data === undefined ? null : totalsOf(ingest.data).firstMs);
  return (
    <div className="page overview">
      <QueryGate query={ingest} height={132}>
        {(current) => <Sources status={current} downTargets={down} />}
      </QueryGate>
      <section className="band" aria-labelledby="host-heading">
        <h2 id="host-heading">This host{hostname !== undefined && <span className="band-note">{hostname}</span>}</h2>
        <div className="panel-grid">
          {isAboutKnown && host.map((panel) => <QueryPanel key={panel.id} {...panel} absence={hostAbsence} />)}
          {isAboutKnown && <Filesystems host={hostFilter} absence={hostAbsence} />}
        </div>
      </section>
      <SendData status={status} />
      <section className="band" aria-labelledby="self-heading">
        <h2 id="self-heading">
          Sightline itself{about.data !== undefined && <span className="band-note">{about.data.version}</span>}
        </h2>
        <div className="panel-grid">
          {self.map((panel) => (
            <QueryPanel key={panel.id} {...panel} absence={selfAbsence} />
          ))}
        </div>
      </section>
    </div>
  );
}

/** Widens the default range with the age of the data, so that the first minutes already fill the charts. */
function useFittingRange(firstMs: number | null): void {
  const setOverviewFrom = useShell((state) => state.setOverviewFrom);
  const tick = useSafeTick();
  const isYoung = firstMs !== null && Date.now() - firstMs < 3_600_000;
  const from = firstMs === null ? null : fittingFrom(Date.now() - firstMs);
  useEffect(() => {
    if (from === null || useShell.getState().overviewFrom === from) return;
    setOverviewFrom(from);
  }, [from, setOverviewFrom]);
  // In the first minutes every new sample is worth showing at once.
  useEffect(() => {
    if (!isYoung || firstMs === null || Date.now() - firstMs > 180_000) return undefined;
    const timer = setInterval(tick, 3_000);
    return () => clearInterval(timer);
  }, [isYoung, firstMs, tick]);
}
