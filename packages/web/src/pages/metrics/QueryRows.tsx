/** The query rows A, B, C…: switch on and off, edit, run, add, remove. */
import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { StateStrip } from '../../components/State.tsx';
import { letterOf, MAX_ROWS, type QueryRow } from '../../lib/query-rows.ts';
import { rememberStored } from '../../lib/stored.ts';
import { HISTORY, HISTORY_LIMIT } from './query-history.ts';
import { isMistake, plainMessage } from './QueryError.tsx';
import { QueryField } from './QueryField.tsx';
import type { MarkedPart } from './query-mark.ts';
import type { MetricsView } from './use-metrics-state.ts';
import type { RowAnswer } from '../../components/query/use-range-queries.ts';

interface QueryRowsProps {
  readonly rows: readonly QueryRow[];
  readonly answers: readonly RowAnswer[];
  readonly stepMs: number;
  readonly rangeMs: number;
  readonly part: MarkedPart | null;
  /** The letters of the rows whose builder is open. */
  readonly building: string;
  readonly onBuild: (ref: string) => void;
  readonly onChange: (rows: readonly Pick<QueryRow, 'expr' | 'isOn'>[], view?: MetricsView) => void;
}

export function QueryRows({
  rows,
  answers,
  stepMs,
  rangeMs,
  part,
  building,
  onBuild,
  onChange,
}: QueryRowsProps): ReactNode {
  const replace = (index: number, change: Partial<QueryRow>, view?: MetricsView): void =>
    onChange(
      rows.map((row, at) => (at === index ? { ...row, ...change } : row)),
      view,
    );
  const run = (index: number, expr: string, view?: MetricsView): void => {
    if (expr.trim() !== '') rememberStored(HISTORY, expr.trim(), HISTORY_LIMIT);
    replace(index, { expr: expr.trim(), isOn: true }, view);
  };
  return (
    <section className="panel query-rows" aria-label="Queries">
      {rows.map((row, index) => {
        const answer = answers.find(({ ref }) => ref === row.ref);
        const mistake =
          answer?.error !== null && answer?.error !== undefined && isMistake(answer.error) ? answer.error : null;
        return (
          <div key={row.ref} className="query-row" data-testid={`query-${row.ref}`} data-on={row.isOn}>
            <button
              type="button"
              className="query-letter"
              aria-pressed={row.isOn}
              aria-label={`Query ${row.ref}`}
              title={row.isOn ? 'Switch off' : 'Switch on'}
              onClick={() => replace(index, { isOn: !row.isOn })}
            >
              {row.ref}
            </button>
            <div className="query-main">
              <QueryField
                label={`Query ${row.ref}`}
                expr={row.expr}
                isOn={row.isOn}
                error={mistake?.message ?? null}
                isBusy={answer?.isLoading === true}
                stepMs={stepMs}
                rangeMs={rangeMs}
                part={part?.ref === row.ref ? part : null}
                onRun={(expr) => run(index, expr)}
                onExplain={(expr) => run(index, expr, 'explain')}
                isBuilding={building.includes(row.ref)}
                onBuild={() => onBuild(row.ref)}
              />
              {mistake !== null && (
                <StateStrip state="error">
                  <span data-testid="query-error">{plainMessage(mistake)}</span>
                </StateStrip>
              )}
            </div>
            {rows.length > 1 && (
              <button
                type="button"
                className="icon-button bare"
                aria-label={`Remove query ${row.ref}`}
                title="Remove"
                onClick={() => onChange(rows.filter((_, at) => at !== index))}
              >
                <X size={14} aria-hidden="true" />
              </button>
            )}
          </div>
        );
      })}
      {rows.length < MAX_ROWS && (
        <button type="button" className="query-add" onClick={() => onChange([...rows, { expr: '', isOn: true }])}>
          <Plus size={14} aria-hidden="true" />
          Add query {letterOf(rows.length)}
        </button>
      )}
    </section>
  );
}
