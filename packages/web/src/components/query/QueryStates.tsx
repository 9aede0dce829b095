/** What a chart says besides its curves: cancelled by a person, nothing to compare with. */
import type { ReactNode } from 'react';
import { type CompareChoice, compareWhen } from '../../lib/compare.ts';
import { StateStrip, StateView } from '../State.tsx';
import type { EarlierAnswer } from './use-range-queries.ts';

export function CancelledState({ onRun }: { onRun: () => void }): ReactNode {
  return (
    <StateView
      state="stale"
      title="The query was cancelled."
      detail="Narrow the range or add a filter to make it faster."
    >
      <button type="button" className="button" onClick={onRun}>
        Run again
      </button>
    </StateView>
  );
}

export function EarlierStrip({ earlier, choice }: { earlier: EarlierAnswer; choice: CompareChoice }): ReactNode {
  if (earlier.error !== null) {
    return (
      <StateStrip state="partial">
        The values {compareWhen(choice)} could not be read: {earlier.error.message}
      </StateStrip>
    );
  }
  if (!earlier.isEmpty) return null;
  return <StateStrip state="limited">There is no data {compareWhen(choice)} to compare with.</StateStrip>;
}
