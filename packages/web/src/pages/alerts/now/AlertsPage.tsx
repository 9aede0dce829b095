/** What fires now: every instance, worst first; groups and incidents fold. */
import type { AlertInstance, AlertList } from '@sightline/api-types';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { alertList, incidents as askIncidents } from '../../../api/alerts.ts';
import { listSilences } from '../../../api/silences.ts';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { useNow } from '../../../components/use-now.ts';
import { usePollMs } from '../../../components/use-poll.ts';
import { matchersOf } from '../../../lib/matchers.ts';
import { useShell } from '../../../state/shell.ts';
import { useGoTo, useRange } from '../../../state/url.ts';
import { AcknowledgeDialog } from '../AcknowledgeDialog.tsx';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { SilenceDrawer } from '../silences/SilenceDrawer.tsx';
import { AlertRows } from './AlertRows.tsx';
import { AlertsToolbar } from './AlertsToolbar.tsx';
import { FailingRules, NoAlerts, NothingShown } from './AlertsStates.tsx';
import { useAlertKeys } from './use-alert-keys.ts';
import { useAlertsView } from './use-alerts-view.ts';

/** Above this an answer is megabytes: then it is asked for less often. */
const MANY_ALERTS = 2_000;
const SLOW_POLL_MS = 30_000;
const AGE_MS = 5_000;

export function AlertsPage(): ReactNode {
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => alertList(signal),
    refetchInterval: ({ state }) =>
      pollMs !== false && (state.data?.alerts.length ?? 0) > MANY_ALERTS ? Math.max(pollMs, SLOW_POLL_MS) : pollMs,
  });
  return (
    <div className="page">
      <AlertsTabs />
      <QueryGate query={query} height={360}>
        {(list) => <AlertsContent list={list} />}
      </QueryGate>
    </div>
  );
}

const NO_INCIDENTS = { incidents: [] };

function AlertsContent({ list }: { list: AlertList }): ReactNode {
  const pollMs = usePollMs();
  const hasIncidents = list.alerts.some(({ incidentId }) => incidentId !== null);
  // Only their titles; the list is complete without.
  const incidents = useQuery({
    queryKey: ['incidents'],
    queryFn: ({ signal }) => askIncidents(signal),
    refetchInterval: pollMs,
    enabled: hasIncidents,
    retry: false,
  });
  const silenceEnds = useSilenceEnds(list.alerts.some(({ silencedBy }) => silencedBy.length > 0));
  const view = useAlertsView(list.alerts, (incidents.data ?? NO_INCIDENTS).incidents);
  const root = useRef<HTMLDivElement>(null);
  const nowMs = useNow(AGE_MS);
  const { zone } = useRange();
  const goTo = useGoTo();
  const toast = useShell((state) => state.toast);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [acknowledging, setAcknowledging] = useState<readonly AlertInstance[]>([]);
  const [silencing, setSilencing] = useState<AlertInstance | null>(null);
  const chosen = view.shown.filter(({ fingerprint }) => selected.has(fingerprint));
  const select = useCallback(
    (fingerprint: string, isOn: boolean): void =>
      setSelected((old) => {
        const next = new Set(old);
        if (isOn) next.add(fingerprint);
        else next.delete(fingerprint);
        return next;
      }),
    [],
  );
  const acknowledgeSelected = (): void => {
    if (chosen.length === 0) toast('Select alerts with x first.');
    else setAcknowledging(chosen);
  };
  const actions = useMemo(
    () => ({ acknowledge: (alert: AlertInstance) => setAcknowledging([alert]), silence: setSilencing, select }),
    [select],
  );
  useAlertKeys(root, {
    ...actions,
    find: (fingerprint) => view.shown.find((alert) => alert.fingerprint === fingerprint),
    editRule: ({ name }) => goTo('/alerts/rules', { search: name }),
    toggleSelected: ({ fingerprint }) => select(fingerprint, !selected.has(fingerprint)),
    acknowledgeSelected,
  });
  return (
    <div ref={root} className="stack">
      <FailingRules rules={list.failingRules} />
      <AlertsToolbar
        view={view}
        counts={list.counts}
        selected={chosen.length}
        onAcknowledge={acknowledgeSelected}
        onClear={() => setSelected(new Set())}
      />
      {view.rows.length > 0 ? (
        <section className="panel alert-panel" aria-label="Alerts now">
          <AlertRows
            rows={view.rows}
            selected={selected}
            nowMs={nowMs}
            zone={zone}
            silenceEnds={silenceEnds}
            actions={actions}
            onTurn={view.turn}
          />
        </section>
      ) : list.alerts.length === 0 ? (
        <NoAlerts list={list} nowMs={nowMs} />
      ) : (
        <NothingShown list={list} view={view} nowMs={nowMs} />
      )}
      {acknowledging.length > 0 && (
        <AcknowledgeDialog
          kind="acknowledge"
          alerts={acknowledging}
          onClose={() => setAcknowledging([])}
          onDone={() => {
            setAcknowledging([]);
            setSelected(new Set());
          }}
        />
      )}
      {silencing !== null && (
        <SilenceDrawer
          matchers={matchersOf(silencing.labels)}
          onClose={() => setSilencing(null)}
          onCreated={() => setSilencing(null)}
        />
      )}
    </div>
  );
}

/** When each silence ends, for the countdown of what it keeps quiet. */
function useSilenceEnds(isNeeded: boolean): ReadonlyMap<string, number> {
  const pollMs = usePollMs();
  const { data } = useQuery({
    queryKey: ['silences'],
    queryFn: ({ signal }) => listSilences(signal),
    refetchInterval: pollMs,
    enabled: isNeeded,
  });
  return useMemo(() => new Map((data ?? []).map(({ id, endsAt }) => [id, Date.parse(endsAt)])), [data]);
}
