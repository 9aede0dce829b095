/** Queries that run or wait right now. Stopping one asks first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ActiveQuery, QueriesStatus } from '@sightline/api-types';
import { OctagonX } from 'lucide-react';
import { AlertDialog } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { ApiError } from '../../../api/client.ts';
import { killQuery } from '../../../api/system.ts';
import { Health } from '../../../components/Health.tsx';
import { PHASE_WORDS, programName } from '../../../lib/query-log.ts';
import { formatValue } from '../../../lib/units.ts';
import { useShell } from '../../../state/shell.ts';
import { QueryText } from './QueryText.tsx';

export function ActiveQueries({ status }: { status: QueriesStatus }): ReactNode {
  const { active } = status;
  const [asked, setAsked] = useState<ActiveQuery | null>(null);
  const longestFirst = [...active.items].sort((a, b) => b.elapsedMs - a.elapsedMs);
  return (
    <section className="panel" aria-label="Running queries" data-testid="active-queries">
      <div className="panel-head">
        <h2>Running now</h2>
        <span className="note">longest first, refreshed every second</span>
      </div>
      {longestFirst.length === 0 ? (
        <p className="panel-body">
          <Health kind="ok" word="No query is running" />
        </p>
      ) : (
        <section className="panel-body table-scroll" aria-label="Table of running queries">
          <table className="data-table query-table">
            <thead>
              <tr>
                <th scope="col">query</th>
                <th scope="col" className="num narrow">
                  for
                </th>
                <th scope="col" className="medium extra">
                  doing
                </th>
                <th scope="col" className="num narrow extra">
                  series
                </th>
                <th scope="col" className="num narrow extra">
                  samples
                </th>
                <th scope="col" className="num narrow extra">
                  memory
                </th>
                <th scope="col" className="medium extra">
                  asked by
                </th>
                <th scope="col" className="action">
                  <span className="visually-hidden">Stop</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {longestFirst.map((query) => (
                <ActiveRow key={query.id} query={query} onStop={() => setAsked(query)} />
              ))}
            </tbody>
          </table>
          {active.total > active.items.length && <p className="note">and {active.total - active.items.length} more</p>}
        </section>
      )}
      <StopDialog query={asked} onClose={() => setAsked(null)} />
    </section>
  );
}

function ActiveRow({ query, onStop }: { query: ActiveQuery; onStop: () => void }): ReactNode {
  const { client } = query;
  return (
    <tr data-row="" data-testid="active-query">
      <th scope="row">
        <QueryText query={query} />
      </th>
      <td className="num">{formatValue(query.elapsedMs / 1000, 'seconds')}</td>
      <td className="extra">{PHASE_WORDS[query.phase]}</td>
      <td className="num extra">{formatValue(query.seriesRead, 'short')}</td>
      <td className="num extra">{formatValue(query.samplesRead, 'short')}</td>
      <td className="num extra">{formatValue(query.memoryBytes, 'bytes')}</td>
      <td className="wrap extra" title={client.userAgent}>
        {client.address} <span className="note">{programName(client.userAgent)}</span>
      </td>
      <td className="row-actions">
        <button type="button" className="button" data-stop="" onClick={onStop}>
          <OctagonX size={14} aria-hidden="true" />
          Stop
        </button>
      </td>
    </tr>
  );
}

function StopDialog({ query, onClose }: { query: ActiveQuery | null; onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const toast = useShell((state) => state.toast);
  // Without a button of its own the dialog does not know where the focus came from.
  const before = useRef<Element | null>(null);
  const stop = useMutation({
    mutationFn: (id: string) => killQuery(id),
    onSuccess: () => toast('The query was stopped.'),
    onError: (failure) => {
      if (failure instanceof ApiError && failure.status === 404) toast('The query had ended already.');
      else toast(`Not stopped: ${failure.message}`, true);
    },
    onSettled: () => {
      onClose();
      void client.invalidateQueries({ queryKey: ['queries'] });
    },
  });
  return (
    <AlertDialog.Root open={query !== null} onOpenChange={(isOpen) => isOpen || onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="overlay" />
        <AlertDialog.Content
          className="dialog confirm"
          data-testid="stop-dialog"
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          <AlertDialog.Title className="confirm-title">Stop this query?</AlertDialog.Title>
          <code className="confirm-text mono">{query?.text}</code>
          <AlertDialog.Description className="note">
            {query?.client.address} gets an error that says so; what was read for it is thrown away.
          </AlertDialog.Description>
          <div className="confirm-actions">
            <AlertDialog.Cancel className="button">Let it run</AlertDialog.Cancel>
            <button
              type="button"
              className="button danger"
              disabled={stop.isPending}
              onClick={() => query !== null && stop.mutate(query.id)}
            >
              Stop the query
            </button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
