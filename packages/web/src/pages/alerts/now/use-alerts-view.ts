/** What the list of alerts shows, all of it in the address bar: states, filter, grouping, folds. */
import type { AlertIncident, AlertInstance, AlertInstanceState } from '@sightline/api-types';
import { useMemo } from 'react';
import {
  filterAlerts,
  GROUPINGS,
  type GroupBy,
  type ListRow,
  listRows,
  statesOf,
  statesText,
} from '../../../lib/alert-model.ts';
import { allValues, firstValue } from '../../../lib/search-params.ts';
import { usePatchUrl, useUrlSearch } from '../../../state/url.ts';
import { useMatchTests } from '../use-match-tests.ts';

export interface AlertsView {
  readonly filter: string;
  readonly states: ReadonlySet<AlertInstanceState>;
  readonly by: GroupBy;
  readonly rows: readonly ListRow[];
  /** Behind the rows, folded ones too. */
  readonly shown: readonly AlertInstance[];
  /** What is wrong with the filter. */
  readonly error: string | null;
  readonly setFilter: (text: string) => void;
  readonly toggleState: (state: AlertInstanceState) => void;
  readonly groupBy: (by: GroupBy) => void;
  readonly turn: (key: string) => void;
  readonly clear: () => void;
}

export function useAlertsView(alerts: readonly AlertInstance[], incidents: readonly AlertIncident[]): AlertsView {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const filter = firstValue(search['filter']) ?? '';
  const stateText = firstValue(search['state']);
  const wanted = firstValue(search['group']);
  const by = GROUPINGS.find((one) => one.by === wanted)?.by ?? 'none';
  const turnedText = allValues(search['fold']).join('\n');
  const { words, tests, error } = useMatchTests(filter);
  const states = useMemo(() => statesOf(stateText), [stateText]);
  const shown = useMemo(() => filterAlerts(alerts, states, words, tests), [alerts, states, words, tests]);
  const rows = useMemo(
    () => listRows(shown, { by, incidents, turned: new Set(turnedText.split('\n')) }),
    [shown, by, incidents, turnedText],
  );
  return {
    filter,
    states,
    by,
    rows,
    shown,
    error,
    setFilter: (text) => patch({ filter: text === '' ? null : text }, 'replace'),
    toggleState: (state) => {
      const next = new Set(states);
      if (!next.delete(state)) next.add(state);
      patch({ state: statesText(next) });
    },
    groupBy: (next) => patch({ group: next === 'none' ? null : next, fold: null }),
    turn: (key) => {
      const turned = allValues(search['fold']);
      patch({ fold: turned.includes(key) ? turned.filter((one) => one !== key) : [...turned, key] }, 'replace');
    },
    clear: () => patch({ filter: null, state: null }),
  };
}
