/** Silences: what is kept quiet, by whom, why, how long still, and which alerts that holds. */
import { useQuery } from '@tanstack/react-query';
import { BellOff, Plus } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { heldAlerts, listSilences } from '../../../api/silences.ts';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { StateStrip, StateView } from '../../../components/State.tsx';
import { useNow } from '../../../components/use-now.ts';
import { usePollMs } from '../../../components/use-poll.ts';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import { fromApi, matcherText } from '../../../lib/matchers.ts';
import type { Shortcut } from '../../../lib/keymap.ts';
import {
  countStates,
  endingSoon,
  filterSilences,
  SILENCE_STATES,
  type SilenceRow,
  silenceRows,
} from '../../../lib/silences-model.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { useShell } from '../../../state/shell.ts';
import { useRange } from '../../../state/url.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { SilenceDrawer } from './SilenceDrawer.tsx';
import { SilenceItem } from './SilenceItem.tsx';
import { type SilenceActions, useSilenceActions } from './use-silence-actions.ts';
import { type SilencesState, useSilencesState } from './use-silences-state.ts';

const PAGE = 50;

/** A key for a button of the row in focus. */
const onRow = (keys: string, label: string, button: string): Shortcut => ({
  keys,
  label,
  group: 'List',
  run: () => document.activeElement?.closest('[data-row]')?.querySelector<HTMLElement>(button)?.click(),
});

export function SilencesPage(): ReactNode {
  const page = useRef<HTMLDivElement>(null);
  const state = useSilencesState();
  const pollMs = usePollMs();
  const silences = useQuery({
    queryKey: ['silences', 'list'],
    queryFn: ({ signal }) => listSilences(signal),
    refetchInterval: pollMs,
  });
  // Which alerts they hold is an addition; the list works without it.
  const alerts = useQuery({
    queryKey: ['silences', 'held'],
    queryFn: ({ signal }) => heldAlerts(signal),
    refetchInterval: pollMs,
    retry: false,
  });
  const open = useRef(state.startNew);
  open.current = state.startNew;
  const keys = useMemo(
    (): readonly Shortcut[] => [
      { keys: 'n', label: 'New silence', group: 'List', run: () => open.current() },
      onRow('e', 'Change the silence in focus', '[data-edit]'),
      onRow('+', 'Two hours more for the silence in focus', '[data-extend]'),
      onRow('x', 'Expire the silence in focus', '[data-expire]'),
    ],
    [],
  );
  useRowKeys('silences', page, keys);
  return (
    <div className="page" ref={page}>
      <AlertsTabs />
      <QueryGate query={silences} height={300}>
        {(list) => <SilenceList rows={silenceRows(list, alerts.data ?? [])} state={state} />}
      </QueryGate>
    </div>
  );
}

function SilenceList({ rows, state }: { rows: readonly SilenceRow[]; state: SilencesState }): ReactNode {
  const nowMs = useNow(1_000);
  const { zone } = useRange();
  const actions = useSilenceActions();
  const [limit, setLimit] = useState(PAGE);
  const counts = countStates(rows);
  const found = filterSilences(rows, state.shown, state.search);
  return (
    <div className="stack">
      <EndingSoon rows={endingSoon(rows, nowMs)} nowMs={nowMs} actions={actions} />
      <div className="toolbar">
        <fieldset className="segmented">
          <legend className="visually-hidden">State</legend>
          {[...SILENCE_STATES, 'all' as const].map((one) => (
            <label key={one} data-on={state.shown === one}>
              <input type="radio" name="state" checked={state.shown === one} onChange={() => state.show(one)} />
              {one} {one === 'all' ? rows.length : counts[one]}
            </label>
          ))}
        </fieldset>
        <input
          className="field toolbar-search"
          type="search"
          aria-label="Filter silences"
          placeholder="Filter by matcher, comment or author"
          defaultValue={state.search}
          key={state.search === '' ? 'empty' : 'filled'}
          onChange={(event) => state.setSearch(event.target.value)}
        />
        <span className="toolbar-end">
          <button type="button" className="button primary" onClick={state.startNew} title="New silence (n)">
            <Plus size={14} aria-hidden="true" />
            New silence
          </button>
        </span>
      </div>
      {found.length === 0 ? (
        <section className="panel">
          <NothingFound rows={rows} state={state} />
        </section>
      ) : (
        <section className="panel" aria-label="Silences">
          <ul className="silence-list">
            {found.slice(0, limit).map((row) => (
              <SilenceItem
                key={row.silence.id}
                row={row}
                nowMs={nowMs}
                zone={zone}
                actions={actions}
                onEdit={() => state.startEdit(row.silence.id)}
              />
            ))}
          </ul>
          {found.length > limit && (
            <p className="panel-body list-more">
              <span className="note">
                {limit} of {found.length}
              </span>
              <button type="button" className="button" onClick={() => setLimit(limit * 2)}>
                Show more
              </button>
            </p>
          )}
        </section>
      )}
      <Drawer rows={rows} state={state} />
    </div>
  );
}

function EndingSoon({
  rows,
  nowMs,
  actions,
}: {
  rows: readonly SilenceRow[];
  nowMs: number;
  actions: SilenceActions;
}): ReactNode {
  return rows.map(({ silence, endMs, held }) => (
    <StateStrip key={silence.id} state="partial">
      <span className="strip-text" data-testid="ending-soon">
        <code>{silence.matchers.map((matcher) => matcherText(fromApi(matcher))).join(', ')}</code> ends in{' '}
        <span className="num">{formatSpan(endMs - nowMs)}</span> while{' '}
        {held.length === 1 ? '1 alert still fires.' : `${held.length} alerts still fire.`}
      </span>
      <button type="button" className="link" onClick={() => actions.extend(silence)}>
        Two hours more
      </button>
    </StateStrip>
  ));
}

function NothingFound({ rows, state }: { rows: readonly SilenceRow[]; state: SilencesState }): ReactNode {
  if (state.search !== '' && filterSilences(rows, state.shown, '').length > 0) {
    return (
      <StateView
        state="empty-filter"
        title={`No ${state.shown === 'all' ? '' : state.shown} silence has "${state.search}".`}
      >
        <button type="button" className="button" onClick={() => state.setSearch('')}>
          Clear the filter
        </button>
      </StateView>
    );
  }
  return (
    <StateView
      state="empty-never"
      title={state.shown === 'all' ? 'There are no silences.' : `No silence is ${state.shown}.`}
      detail="A silence keeps alerts quiet for a while, for example during planned work. It ends by itself."
    >
      <button type="button" className="button" onClick={state.startNew}>
        <BellOff size={14} aria-hidden="true" />
        New silence
      </button>
    </StateView>
  );
}

function Drawer({ rows, state }: { rows: readonly SilenceRow[]; state: SilencesState }): ReactNode {
  const toast = useShell((one) => one.toast);
  const edited = rows.find(({ silence }) => silence.id === state.editId)?.silence;
  // The list moves on while the drawer is open; what it was opened with stays.
  const [kept, setKept] = useState(edited);
  if (edited !== undefined && kept?.id !== edited.id) setKept(edited);
  if (state.editId === undefined && !state.isNew) return null;
  const silence = state.editId === undefined ? undefined : (edited ?? kept);
  if (state.editId !== undefined && silence === undefined) return null;
  const isAgain = silence?.status.state === 'expired';
  return (
    <SilenceDrawer
      key={state.editId ?? 'new'}
      matchers={silence === undefined ? state.matchers : silence.matchers.map(fromApi)}
      onClose={state.closeDrawer}
      onCreated={() => {
        toast(silence === undefined || isAgain ? 'Silenced.' : 'The silence is changed.');
        state.closeDrawer();
      }}
      {...(silence === undefined ? {} : { silence })}
    />
  );
}
