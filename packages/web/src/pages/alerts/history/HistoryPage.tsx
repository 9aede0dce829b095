/** Who fired when: a line of time for each instance, who contributes most, how long people took. */
import type { AlertHistory } from '@sightline/api-types';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useRef } from 'react';
import { alertHistory } from '../../../api/alerts.ts';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { StateView } from '../../../components/State.tsx';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import { contributors, filterHistory, sortHistory } from '../../../lib/alert-history-model.ts';
import { firstValue } from '../../../lib/search-params.ts';
import { autoStepMs } from '../../../lib/step.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { usePatchUrl, useRange, useSetRange, useUrlSearch } from '../../../state/url.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { FilterField } from '../FilterField.tsx';
import { useMatchTests } from '../use-match-tests.ts';
import { HistoryRows } from './HistoryRows.tsx';

const CONTRIBUTORS = 6;
const GRID_POINTS = 240;

export function HistoryPage(): ReactNode {
  const { fromMs, toMs } = useRange();
  // A refresh asks for the same answer until there can be another one.
  const gridMs = Math.max(5_000, autoStepMs(toMs - fromMs, GRID_POINTS));
  const [startMs, endMs] = [Math.floor(fromMs / gridMs) * gridMs, Math.ceil(toMs / gridMs) * gridMs];
  const query = useQuery({
    queryKey: ['alert-history', startMs, endMs],
    queryFn: ({ signal }) => alertHistory(startMs, endMs, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="page">
      <AlertsTabs />
      <QueryGate query={query} height={420}>
        {(history) => <HistoryContent history={history} />}
      </QueryGate>
    </div>
  );
}

function HistoryContent({ history }: { history: AlertHistory }): ReactNode {
  const patch = usePatchUrl();
  const root = useRef<HTMLDivElement>(null);
  const filter = firstValue(useUrlSearch()['filter']) ?? '';
  const { words, tests, error } = useMatchTests(filter);
  const rows = useMemo(() => sortHistory(filterHistory(history.rows, words, tests)), [history, words, tests]);
  useRowKeys('history', root);
  const setFilter = (text: string): void => patch({ filter: text === '' ? null : text }, 'replace');
  if (history.rows.length === 0) return <NothingFired />;
  return (
    <div ref={root} className="stack">
      <section className="panel figures" aria-label="Times">
        <Figure label="Instances that fired" value={String(history.rows.length)} />
        <Figure label="Mean time to acknowledge" value={spanText(history.meanAcknowledgeMs)} />
        <Figure label="Mean time to resolve" value={spanText(history.meanResolveMs)} />
      </section>
      <div className="toolbar">
        <FilterField filter={filter} error={error} onFilter={setFilter} />
        <span className="toolbar-end note">
          {rows.length === history.rows.length
            ? `${rows.length} instances, longest first`
            : `${rows.length} of ${history.rows.length} instances`}
        </span>
      </div>
      {rows.length === 0 ? (
        <section className="panel">
          <StateView state="empty-filter" title={`0 of ${history.rows.length} instances match ${filter}`}>
            <button type="button" className="button" onClick={() => setFilter('')}>
              Clear the filter
            </button>
          </StateView>
        </section>
      ) : (
        <>
          <HistoryRows rows={rows} />
          <Contributors rows={rows} onChoose={(name) => setFilter(`alertname="${name}"`)} />
        </>
      )}
    </div>
  );
}

const spanText = (ms: number | null): string => (ms === null ? '–' : formatSpan(ms));

function Figure({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <div className="figure-box">
      <p className="figure-label">{label}</p>
      <p className="figure-big num">{value}</p>
    </div>
  );
}

function NothingFired(): ReactNode {
  const setRange = useSetRange();
  return (
    <section className="panel">
      <StateView
        state="empty-range"
        title="No alert fired in this range."
        detail="The history begins with the first start of this server's rules."
      >
        <button type="button" className="button" onClick={() => setRange('now-30d', 'now')}>
          Last 30 days
        </button>
      </StateView>
    </section>
  );
}

interface ContributorsProps {
  readonly rows: AlertHistory['rows'];
  readonly onChoose: (name: string) => void;
}

function Contributors({ rows, onChoose }: ContributorsProps): ReactNode {
  const top = contributors(rows, CONTRIBUTORS);
  const most = Math.max(1, ...top.map(({ firedCount }) => firedCount));
  return (
    <section className="panel" aria-label="Top contributors" data-testid="contributors">
      <div className="panel-head">
        <h3>Top contributors</h3>
        <span className="note">alerts that fired most often</span>
      </div>
      <ol className="panel-body contributors">
        {top.map(({ name, firedCount, firingMs, instances }) => (
          <li key={name}>
            <button type="button" className="link" onClick={() => onChoose(name)}>
              {name}
            </button>
            <span className="contributor-bar" aria-hidden="true">
              <i style={{ width: `${(firedCount / most) * 100}%` }} />
            </span>
            <span className="num">
              {firedCount}× <span className="note">{formatSpan(firingMs)} in all</span>
              {instances > 1 && <span className="note">, {instances} instances</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
