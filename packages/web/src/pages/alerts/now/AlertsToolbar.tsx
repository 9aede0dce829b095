/** Counts that are switches, the filter, grouping, and what to do with the selected ones. */
import type { AlertList } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { GROUPINGS, STATES } from '../../../lib/alert-model.ts';
import { FilterField } from '../FilterField.tsx';
import type { AlertsView } from './use-alerts-view.ts';

const ALWAYS_SHOWN = new Set(['firing', 'pending', 'silenced']);

interface AlertsToolbarProps {
  readonly view: AlertsView;
  readonly counts: AlertList['counts'];
  readonly selected: number;
  readonly onAcknowledge: () => void;
  readonly onClear: () => void;
}

export function AlertsToolbar({ view, counts, selected, onAcknowledge, onClear }: AlertsToolbarProps): ReactNode {
  return (
    <div className="toolbar alert-toolbar">
      <fieldset className="chips">
        <legend className="visually-hidden">States that are shown</legend>
        {STATES.filter(({ state }) => ALWAYS_SHOWN.has(state) || counts[state] > 0 || view.states.has(state)).map(
          ({ state, label }) => (
            <button
              key={state}
              type="button"
              className="chip"
              aria-pressed={view.states.has(state)}
              onClick={() => view.toggleState(state)}
              data-testid={`count-${state}`}
            >
              {label} <span className="chip-count num">{counts[state]}</span>
            </button>
          ),
        )}
      </fieldset>
      <FilterField filter={view.filter} error={view.error} onFilter={view.setFilter} />
      <fieldset className="segmented">
        <legend>group</legend>
        {GROUPINGS.map(({ by, label }) => (
          <label key={by} data-on={view.by === by}>
            <input type="radio" name="group" checked={view.by === by} onChange={() => view.groupBy(by)} />
            {label}
          </label>
        ))}
      </fieldset>
      {selected > 0 && (
        <span className="toolbar-end">
          <span className="note" role="status">
            {selected} selected
          </span>
          <button type="button" className="button primary" onClick={onAcknowledge}>
            Acknowledge
          </button>
          <button type="button" className="button" onClick={onClear}>
            Clear
          </button>
        </span>
      )}
    </div>
  );
}
