/** What is being asked now, with a way to stop it, and what was asked lately and how long it took. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { QueriesStatus } from '@sightline/api-types';
import { type ReactNode, useMemo, useRef } from 'react';
import { queriesStatus } from '../../../api/system.ts';
import { Meter } from '../../../components/Meter.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import type { Shortcut } from '../../../lib/keymap.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import { SystemTabs } from '../SystemTabs.tsx';
import { ActiveQueries } from './ActiveQueries.tsx';
import { QueryLog } from './QueryLog.tsx';
import { useLogState } from './use-log-state.ts';

const POLL_MS = 1_000;

export function QueriesPage(): ReactNode {
  const page = useRef<HTMLDivElement>(null);
  const log = useLogState();
  const query = useQuery({
    queryKey: ['queries', log.sort, log.search, log.limit],
    queryFn: ({ signal }) => queriesStatus(log, signal),
    refetchInterval: POLL_MS,
    placeholderData: keepPreviousData,
  });
  // The stop button of the row in focus.
  const stop = useMemo(
    (): readonly Shortcut[] => [
      {
        keys: 'x',
        label: 'Stop the query in focus',
        group: 'List',
        run: () => document.activeElement?.closest('[data-row]')?.querySelector<HTMLElement>('[data-stop]')?.click(),
      },
    ],
    [],
  );
  useRowKeys('queries', page, stop);
  return (
    <div className="page" ref={page}>
      <SystemTabs />
      <QueryGate query={query} height={400}>
        {(status) => (
          <div className="stack">
            <Figures status={status} />
            <ActiveQueries status={status} />
            <QueryLog status={status} log={log} />
          </div>
        )}
      </QueryGate>
    </div>
  );
}

function Figures({ status }: { status: QueriesStatus }): ReactNode {
  const { active, limits, cache, memoryBytes } = status;
  const waiting = active.items.filter(({ phase }) => phase === 'waiting').length;
  const running = Math.max(0, active.total - waiting);
  const asked = cache.hits + cache.misses;
  return (
    <section className="panel figures" aria-label="Figures">
      <Figure label="running" value={String(running)} note={`at most ${limits.maxConcurrency} at once`}>
        <Meter value={running / Math.max(1, limits.maxConcurrency)} label="Places in use" isUsage />
      </Figure>
      <Figure label="waiting for a place" value={String(waiting)} note={`at most ${limits.maxQueued}`}>
        <Meter value={waiting / Math.max(1, limits.maxQueued)} label="Queue in use" isUsage />
      </Figure>
      <Figure
        label="memory of queries"
        value={formatValue(memoryBytes, 'bytes')}
        note={`of at most ${formatValue(limits.maxTotalMemoryBytes, 'bytes')}`}
      >
        <Meter value={memoryBytes / Math.max(1, limits.maxTotalMemoryBytes)} label="Query memory used" isUsage />
      </Figure>
      <Figure
        label="cache of answers"
        value={cache.maxBytes === 0 ? 'off' : asked === 0 ? '–' : formatValue(cache.hits / asked, 'ratio')}
        note={
          cache.maxBytes === 0
            ? 'every query is computed anew'
            : `found · ${cache.entries === 1 ? '1 entry' : `${cache.entries.toLocaleString('en')} entries`}, ${formatValue(cache.bytes, 'bytes')} of ${formatValue(cache.maxBytes, 'bytes')}`
        }
      >
        {cache.maxBytes > 0 && <Meter value={cache.bytes / cache.maxBytes} label="Cache used" />}
      </Figure>
      <p className="figures-foot num">
        Limits of one query: {formatSpan(limits.timeoutMs)} · {formatValue(limits.maxSamples, 'short')} samples ·{' '}
        {formatValue(limits.maxSeries, 'short')} series · {formatValue(limits.maxPoints, 'short')} points ·{' '}
        {formatValue(limits.maxMemoryBytes, 'bytes')} of memory
      </p>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly children?: ReactNode;
}

function Figure({ label, value, note, children }: FigureProps): ReactNode {
  return (
    <div className="figure-box">
      <p className="figure-label">{label}</p>
      <p className="figure-big num">{value}</p>
      <p className="note num">{note}</p>
      {children}
    </div>
  );
}
