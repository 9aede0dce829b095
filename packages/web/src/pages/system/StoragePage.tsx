/** What is kept: bytes a sample, limits, tables, and which names and labels make the most series. */
import { useQuery } from '@tanstack/react-query';
import type { StorageStatus } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { storageStatus } from '../../api/system.ts';
import { Meter } from '../../components/Meter.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { patchSearch, pickGlobals, type SearchParams } from '../../lib/search-params.ts';
import { formatAge, formatDateTime, formatSpan } from '../../lib/time-format.ts';
import { formatValue } from '../../lib/units.ts';
import { useRange } from '../../state/url.ts';
import { SystemTabs } from './SystemTabs.tsx';

const POLL_MS = 10_000;

export function StoragePage(): ReactNode {
  const query = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => storageStatus(signal),
    refetchInterval: POLL_MS,
  });
  return (
    <div className="page">
      <SystemTabs />
      <QueryGate query={query} height={400}>
        {(status) => (
          <div className="stack">
            <Figures status={status} />
            <Tables status={status} />
            <div className="panel-grid">
              <Ranking
                title="Series by metric"
                note="the names with the most series"
                rows={status.seriesByMetric}
                queryOf={(name) => `count({__name__=${JSON.stringify(name)}})`}
              />
              <Ranking
                title="Series by label pair"
                note="the pairs with the most series"
                rows={status.seriesByPair}
                queryOf={pairQuery}
              />
              <Ranking
                title="Values by label"
                note="the labels with the most values"
                rows={status.valuesByLabel}
                queryOf={(name) =>
                  name === '__name__'
                    ? 'count(count by (__name__) ({__name__!=""}))'
                    : `count(count by (${name}) ({${name}!=""}))`
                }
              />
            </div>
          </div>
        )}
      </QueryGate>
    </div>
  );
}

/** `job=node` or `job="node"` as a selector. */
function pairQuery(pair: string): string {
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1).replace(/^"(.*)"$/, '$1');
  return `count({${pair.slice(0, at)}=${JSON.stringify(value)}})`;
}

function Figures({ status }: { status: StorageStatus }): ReactNode {
  const { zone, nowMs } = useRange();
  const { oldestMs, newestMs, retentionMs } = status;
  const heldMs = oldestMs === null || newestMs === null ? 0 : newestMs - oldestMs;
  const used =
    status.diskTotalBytes === null || status.diskFreeBytes === null
      ? null
      : 1 - status.diskFreeBytes / status.diskTotalBytes;
  return (
    <section className="panel figures" aria-label="Figures">
      <Figure
        label="active series"
        value={status.activeSeries.toLocaleString('en')}
        note={status.seriesLimit === 0 ? 'no limit' : `of at most ${formatValue(status.seriesLimit, 'short')}`}
      >
        {status.seriesLimit > 0 && (
          <Meter value={status.activeSeries / status.seriesLimit} label="Series limit used" isUsage />
        )}
      </Figure>
      <Figure
        label="stored samples"
        value={formatValue(status.storedSamples, 'short')}
        note={`${formatValue(status.bytesOnDisk, 'bytes')} on disk`}
      />
      <Figure
        label="bytes a sample"
        value={status.bytesPerSample === null ? '–' : status.bytesPerSample.toFixed(2)}
        note={`in ${status.backend === 'chdb' ? 'chDB' : 'ClickHouse'}`}
      />
      <Figure
        label="kept"
        value={oldestMs === null ? '–' : formatSpan(Math.round(heldMs / 60_000) * 60_000 || 60_000)}
        note={retentionMs === 0 ? 'kept for ever' : `of ${formatSpan(retentionMs)}`}
      >
        {retentionMs > 0 && <Meter value={heldMs / retentionMs} label="Retention filled" />}
      </Figure>
      <Figure
        label="waiting to be stored"
        value={status.queuedSamples.toLocaleString('en')}
        note={`at most ${formatValue(status.queueLimit, 'short')}`}
      >
        <Meter
          value={status.queueLimit === 0 ? 0 : status.queuedSamples / status.queueLimit}
          label="Queue used"
          isUsage
        />
      </Figure>
      <Figure
        label="disk free"
        value={status.diskFreeBytes === null ? '–' : formatValue(status.diskFreeBytes, 'bytes')}
        note={
          status.diskTotalBytes === null
            ? 'not known'
            : `of ${formatValue(status.diskTotalBytes, 'bytes')}${used === null ? '' : `, ${formatValue(used, 'ratio')} used`}`
        }
      >
        {used !== null && <Meter value={used} label="Disk used" isUsage />}
      </Figure>
      <p className="figures-foot num">
        {status.location}
        {oldestMs !== null && ` · oldest sample ${formatDateTime(oldestMs, zone, nowMs)}`}
        {newestMs !== null && ` · newest ${formatAge(Date.now() - newestMs)} ago`}
      </p>
    </section>
  );
}

function Figure({
  label,
  value,
  note,
  children,
}: {
  label: string;
  value: string;
  note: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className="figure-box">
      <p className="figure-label">{label}</p>
      <p className="figure-big num">{value}</p>
      <p className="note num">{note}</p>
      {children}
    </div>
  );
}

function Tables({ status }: { status: StorageStatus }): ReactNode {
  const tables = [...status.tables].sort((a, b) => b.bytes - a.bytes);
  return (
    <section className="panel" aria-label="Tables">
      <div className="panel-head">
        <h2>Tables</h2>
      </div>
      <section className="panel-body table-scroll" aria-label="List of tables">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">table</th>
              <th scope="col" className="num">
                rows
              </th>
              <th scope="col" className="num">
                size
              </th>
              <th scope="col" className="num">
                bytes a row
              </th>
              <th scope="col" className="num">
                parts
              </th>
            </tr>
          </thead>
          <tbody>
            {tables.map(({ table, rows, bytes, parts }) => (
              <tr key={table}>
                <th scope="row" className="mono">
                  {table}
                </th>
                <td className="num">{rows.toLocaleString('en')}</td>
                <td className="num">{formatValue(bytes, 'bytes')}</td>
                <td className="num">{rows === 0 ? '–' : (bytes / rows).toFixed(1)}</td>
                <td className="num">{parts}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface RankingProps {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
  readonly queryOf: (name: string) => string;
}

function Ranking({ title, note, rows, queryOf }: RankingProps): ReactNode {
  const largest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <span className="note">{note}</span>
      </div>
      <ol className="panel-body ranking">
        {rows.length === 0 && <li className="note">Nothing is stored yet.</li>}
        {rows.map(({ name, value }) => (
          <li key={name}>
            <Link
              to="/metrics"
              search={((old: SearchParams) => patchSearch(pickGlobals(old), { q: [queryOf(name)] })) as never}
              className="mono clip-text"
              title={`${name}: graph how it develops`}
            >
              {name}
            </Link>
            <span className="num">{value.toLocaleString('en')}</span>
            <Meter value={value / largest} label={`Share of ${name}`} />
          </li>
        ))}
      </ol>
    </section>
  );
}
