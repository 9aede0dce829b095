/** Targets that relabeling dropped: what was discovered, so that people can see why. */
import type { DroppedTarget, TargetsData } from '@sightline/api-types';
import type { ReactNode } from 'react';

const SHOWN = 100;

interface DroppedTargetsProps {
  readonly targets: readonly DroppedTarget[];
  readonly counts: TargetsData['droppedTargetCounts'] | undefined;
}

export function DroppedTargets({ targets, counts }: DroppedTargetsProps): ReactNode {
  const total = Math.max(
    targets.length,
    Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0),
  );
  if (total === 0) return null;
  return (
    <section className="panel" aria-label="Dropped targets">
      <details className="dropped">
        <summary className="panel-head">
          <h2>Dropped by relabeling</h2>
          <span className="note">{total === 1 ? '1 target' : `${total} targets`}</span>
        </summary>
        <ul className="panel-body dropped-list">
          {targets.slice(0, SHOWN).map((target, index) => (
            <li key={`${target.scrapePool ?? ''}${String(index)}`} className="label-list">
              <b>{target.scrapePool ?? target.discoveredLabels['job']}</b>
              {Object.entries(target.discoveredLabels).map(([name, value]) => (
                <code key={name}>
                  {name}="{value}"
                </code>
              ))}
            </li>
          ))}
          {total > SHOWN && (
            <li className="note" data-state="limited">
              Showing {Math.min(SHOWN, targets.length)} of {total}.
            </li>
          )}
        </ul>
      </details>
    </section>
  );
}
