/** What comes in: each source with its rate, and what was refused and why. */
import { useQuery } from '@tanstack/react-query';
import type { IngestSource, IngestStatus } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { ingestStatus } from '../../api/system.ts';
import { CHART_SHORTCUTS } from '../../components/chart/chart-shortcuts.ts';
import { QueryPanel } from '../../components/query/QueryPanel.tsx';
import { Health, type HealthKind } from '../../components/Health.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { SOURCE_NAMES, sourceState, type SourceState } from '../../lib/sources.ts';
import { formatAge } from '../../lib/time-format.ts';
import { formatValue } from '../../lib/units.ts';
import { INGEST_PANELS } from './panels.ts';
import { SystemTabs } from './SystemTabs.tsx';
import { useShortcuts } from '../../state/shortcuts.ts';

const POLL_MS = 2_000;
const HEALTH: Readonly<Record<SourceState, readonly [HealthKind, string]>> = {
  live: ['ok', 'arriving'],
  partly: ['warn', 'partly arriving'],
  quiet: ['unknown', 'silent'],
  failing: ['crit', 'failing'],
  waiting: ['unknown', 'not in use'],
};

export function IngestPage(): ReactNode {
  useShortcuts('chart', CHART_SHORTCUTS);
  const query = useQuery({
    queryKey: ['ingest-status'],
    queryFn: ({ signal }) => ingestStatus(signal),
    refetchInterval: POLL_MS,
  });
  return (
    <div className="page">
      <SystemTabs />
      <QueryGate query={query} height={260}>
        {(status) => (
          <div className="stack">
            <section className="panel" aria-label="Sources">
              <div className="panel-head">
                <h2>Sources</h2>
              </div>
              <section className="panel-body table-scroll" aria-label="Table of sources">
                <table className="data-table">
                  <thead>
                    <tr>
                      <th scope="col">source</th>
                      <th scope="col">state</th>
                      <th scope="col" className="num">
                        now
                      </th>
                      <th scope="col" className="num">
                        in all
                      </th>
                      <th scope="col" className="num">
                        first seen
                      </th>
                      <th scope="col" className="num">
                        last seen
                      </th>
                      <th scope="col">last error</th>
                    </tr>
                  </thead>
                  <tbody>
                    {status.sources.map((source) => (
                      <SourceLine key={source.kind} source={source} nowMs={status.nowMs} />
                    ))}
                  </tbody>
                </table>
              </section>
            </section>
            <Rejected status={status} />
          </div>
        )}
      </QueryGate>
      <div className="panel-grid">
        {INGEST_PANELS.map((panel) => (
          <QueryPanel key={panel.id} {...panel} />
        ))}
      </div>
    </div>
  );
}

function SourceLine({ source, nowMs }: { source: IngestSource; nowMs: number }): ReactNode {
  const [kind, word] = HEALTH[sourceState(source, nowMs)];
  const { name, about } = SOURCE_NAMES[source.kind];
  const age = (at: number | null): string => (at === null ? '–' : `${formatAge(nowMs - at)} ago`);
  return (
    <tr>
      <th scope="row">
        {name} <span className="note">{about}</span>
      </th>
      <td>
        <Health kind={kind} word={word} />
      </td>
      <td className="num">{source.lastSeenMs === null ? '–' : formatValue(source.samplesPerSecond, 'per-second')}</td>
      <td className="num" title={String(source.samplesTotal)}>
        {formatValue(source.samplesTotal, 'short')}
      </td>
      <td className="num">{age(source.firstSeenMs)}</td>
      <td className="num">{age(source.lastSeenMs)}</td>
      <td className="wrap">{source.lastError ?? <span className="note">none</span>}</td>
    </tr>
  );
}

function Rejected({ status }: { status: IngestStatus }): ReactNode {
  const rejected = [...status.rejected].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return (
    <section className="panel" aria-label="Refused samples">
      <div className="panel-head">
        <h2>Refused</h2>
        <span className="note">samples since the start, by reason</span>
      </div>
      {rejected.length === 0 ? (
        <p className="panel-body">
          <Health kind="ok" word="Nothing was refused" />
        </p>
      ) : (
        <div className="panel-body">
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">source</th>
                <th scope="col">reason</th>
                <th scope="col" className="num">
                  samples
                </th>
              </tr>
            </thead>
            <tbody>
              {rejected.map(({ source, reason, count }) => (
                <tr key={`${source} ${reason}`}>
                  <th scope="row">{SOURCE_NAMES[source as IngestSource['kind']]?.name ?? source}</th>
                  <td>{reason.replaceAll('_', ' ')}</td>
                  <td className="num">{count.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
