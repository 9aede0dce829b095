/** Queries that have ended: the newest, or the slowest of late, with where their time went. */
import type { FinishedQuery, QueriesStatus } from '@sightline/api-types';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Health } from '../../../components/Health.tsx';
import { TimeSplit, TimeSplitKey } from '../../../components/query/TimeSplit.tsx';
import { StateView } from '../../../components/State.tsx';
import { finishedParts, OUTCOMES, programName } from '../../../lib/query-log.ts';
import { formatAge, formatDateTime, formatSpan } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import { useRange } from '../../../state/url.ts';
import { QueryText } from './QueryText.tsx';
import type { LogSort, LogState } from './use-log-state.ts';

const TYPING_PAUSE_MS = 250;
const NO_PARTS = { wait: 0, read: 0, eval: 0, write: 0 };

export function QueryLog({ status, log }: { status: QueriesStatus; log: LogState }): ReactNode {
  const isSlowest = log.list === 'slowest';
  const { total, items } = isSlowest ? status.slowest : status.recent;
  const sort = log.sort ?? (isSlowest ? 'duration' : 'started');
  const head = { sort, onSort: log.setSort };
  return (
    <section className="panel" aria-label="Query log" data-testid="query-log">
      <div className="panel-head">
        <h2>Query log</h2>
        <fieldset className="segmented" aria-label="Part of the log">
          <button type="button" aria-pressed={!isSlowest} onClick={() => log.setList('recent')}>
            Recent
          </button>
          <button type="button" aria-pressed={isSlowest} onClick={() => log.setList('slowest')}>
            Slowest
          </button>
        </fieldset>
        <SearchField log={log} />
        <TimeSplitKey parts={NO_PARTS} />
        <span className="note num panel-end">
          {items.length < total ? `${items.length} of ${total.toLocaleString('en')}` : total.toLocaleString('en')}{' '}
          {total === 1 ? 'query' : 'queries'}
          {isSlowest && ` of the last ${formatSpan(status.slowestWindowMs)}`}
        </span>
      </div>
      {items.length === 0 ? (
        <EmptyLog log={log} isSlowest={isSlowest} windowMs={status.slowestWindowMs} />
      ) : (
        <section className="panel-body table-scroll" aria-label="Table of ended queries">
          <table className="data-table query-table query-log">
            <thead>
              <tr>
                <th scope="col">query</th>
                <HeadCell {...head} by="started" label="ended" />
                <th scope="col" className="medium">
                  result
                </th>
                <HeadCell {...head} by="duration" label="took" />
                <th scope="col" className="split extra">
                  <span className="visually-hidden">where the time went</span>
                </th>
                <HeadCell {...head} by="samples" label="samples" isExtra />
                <th scope="col" className="num narrow extra">
                  series
                </th>
                <HeadCell {...head} by="bytes" label="sent" isExtra />
                <th scope="col" className="medium extra">
                  asked by
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((query) => (
                <LogRow key={query.id} query={query} nowMs={status.nowMs} />
              ))}
            </tbody>
          </table>
          {items.length < total && log.showMore !== null && (
            <button type="button" className="link" onClick={log.showMore}>
              Show more
            </button>
          )}
        </section>
      )}
    </section>
  );
}

/** Typing waits a moment before the server is asked. */
function SearchField({ log }: { log: LogState }): ReactNode {
  const [text, setText] = useState(log.search);
  useEffect(() => {
    if (text === log.search) return undefined;
    const timer = setTimeout(() => log.setSearch(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      className="field log-search"
      type="search"
      placeholder="Search in queries"
      aria-label="Search in queries"
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

interface EmptyLogProps {
  readonly log: LogState;
  readonly isSlowest: boolean;
  readonly windowMs: number;
}

function EmptyLog({ log, isSlowest, windowMs }: EmptyLogProps): ReactNode {
  if (log.search !== '') {
    return (
      <StateView state="empty-filter" title={`No query in the log contains "${log.search}".`}>
        <button type="button" className="button" onClick={() => log.setSearch('')}>
          Clear the search
        </button>
      </StateView>
    );
  }
  return (
    <StateView
      state="empty-never"
      title={isSlowest ? `No query ended in the last ${formatSpan(windowMs)}.` : 'No query has ended yet.'}
      detail="Queries of the Metrics page, of dashboards and of the API are kept here until the server stops."
    />
  );
}

interface HeadCellProps {
  readonly by: LogSort;
  readonly label: string;
  readonly sort: LogSort;
  readonly onSort: (sort: LogSort) => void;
  /** Left out where the page is narrow. */
  readonly isExtra?: boolean;
}

function HeadCell({ by, label, sort, onSort, isExtra = false }: HeadCellProps): ReactNode {
  const isSorted = sort === by;
  return (
    <th
      scope="col"
      className={isExtra ? 'num narrow extra' : 'num narrow'}
      aria-sort={isSorted ? 'descending' : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(by)}>
        {label}
        {isSorted && <ArrowDown size={12} aria-hidden="true" />}
      </button>
    </th>
  );
}

interface LogRowProps {
  readonly query: FinishedQuery;
  readonly nowMs: number;
}

function LogRow({ query, nowMs }: LogRowProps): ReactNode {
  const { zone } = useRange();
  const { health, word } = OUTCOMES[query.outcome];
  const endedMs = query.startedMs + query.durationMs;
  return (
    <tr data-row="" data-testid="logged-query" data-outcome={query.outcome}>
      <th scope="row">
        <QueryText query={query} />
        {query.error !== null && <p className="target-error">{query.error}</p>}
      </th>
      <td className="num" title={formatDateTime(endedMs, zone, nowMs)}>
        {formatAge(nowMs - endedMs)} ago
      </td>
      <td>
        <Health kind={health} word={word} />
      </td>
      <td className="num">{formatValue(query.durationMs, 'ms')}</td>
      <td className="extra">
        <TimeSplit parts={finishedParts(query)} />
        {query.cachedShare > 0 && (
          <span className="note num">{formatValue(query.cachedShare, 'ratio')} from the cache</span>
        )}
      </td>
      <td className="num extra" title={`${query.samplesRead.toLocaleString('en')} samples read`}>
        {formatValue(query.samplesRead, 'short')}
      </td>
      <td className="num extra" title={`${query.seriesRead} series read, ${query.resultSeries} in the result`}>
        {formatValue(query.resultSeries, 'short')}
      </td>
      <td className="num extra">{formatValue(query.bytesOut, 'bytes')}</td>
      <td className="wrap extra" title={query.client.userAgent}>
        {query.client.address} <span className="note">{programName(query.client.userAgent)}</span>
      </td>
    </tr>
  );
}
