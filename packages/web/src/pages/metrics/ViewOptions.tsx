/** Graph or table, and how the graph is drawn. */
import type { ReactNode } from 'react';
import type { SearchPatch } from '../../lib/search-params.ts';
import { formatSpan } from '../../lib/time-format.ts';
import type { Unit } from '../../lib/units.ts';
import { type MetricsState, UNITS } from './use-metrics-state.ts';

interface ViewOptionsProps {
  readonly state: MetricsState;
  readonly guessed: Unit;
  readonly stepMs: number;
  readonly onPatch: (patch: SearchPatch, history?: 'push' | 'replace') => void;
}

const STEPS = ['5s', '15s', '30s', '1m', '5m', '15m', '1h', '1d'];

export function ViewOptions({ state, guessed, stepMs, onPatch }: ViewOptionsProps): ReactNode {
  const { view, shape, stepText, unit } = state;
  return (
    <div className="panel-head options">
      <fieldset className="segmented" aria-label="View">
        <button type="button" aria-pressed={view === 'graph'} onClick={() => onPatch({ view: null })}>
          Graph
        </button>
        <button type="button" aria-pressed={view === 'table'} onClick={() => onPatch({ view: 'table' })}>
          Table
        </button>
        <button
          type="button"
          aria-pressed={view === 'explain'}
          title="What each part of the query gives and takes (⌥E)"
          onClick={() => onPatch({ view: 'explain' })}
        >
          Explain
        </button>
      </fieldset>
      {view === 'graph' && (
        <>
          <select
            className="field auto"
            aria-label="Style"
            value={shape.style}
            onChange={(event) => onPatch({ style: event.target.value === 'lines' ? null : event.target.value })}
          >
            <option value="lines">lines</option>
            <option value="area">area</option>
            <option value="points">points</option>
          </select>
          <label className="check">
            <input
              type="checkbox"
              checked={shape.isStacked}
              onChange={(event) => onPatch({ stack: event.target.checked ? '1' : null })}
            />
            stack
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={shape.isLog}
              onChange={(event) => onPatch({ log: event.target.checked ? '1' : null })}
            />
            log
          </label>
          <label className="check" title="Single requests behind the values (d x)">
            <input
              type="checkbox"
              checked={state.hasExemplars}
              onChange={(event) => onPatch({ exemplars: event.target.checked ? '1' : '0' })}
            />
            exemplars
          </label>
          <LimitField name="min" value={shape.min} onPatch={onPatch} />
          <LimitField name="max" value={shape.max} onPatch={onPatch} />
        </>
      )}
      <div className="panel-end">
        {view !== 'explain' && (
          <label className="inline-field">
            <span>unit</span>
            <select
              className="field auto"
              value={unit ?? ''}
              onChange={(event) => onPatch({ unit: event.target.value === '' ? null : event.target.value })}
            >
              <option value="">auto ({guessed})</option>
              {UNITS.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
        )}
        <label className="inline-field">
          <span>step</span>
          <select
            className="field auto num"
            value={stepText ?? ''}
            onChange={(event) => onPatch({ step: event.target.value === '' ? null : event.target.value })}
          >
            <option value="">auto{stepText === null ? ` (${formatSpan(stepMs)})` : ''}</option>
            {stepText !== null && !STEPS.includes(stepText) && <option value={stepText}>{stepText}</option>}
            {STEPS.map((one) => (
              <option key={one} value={one}>
                {one.replace(/(\d+)/, '$1\u202f')}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}

function LimitField({
  name,
  value,
  onPatch,
}: {
  name: 'min' | 'max';
  value: number | null;
  onPatch: ViewOptionsProps['onPatch'];
}): ReactNode {
  return (
    <input
      key={value}
      className="field limit num"
      inputMode="decimal"
      aria-label={`${name} of the value axis`}
      placeholder={name}
      defaultValue={value ?? ''}
      onBlur={(event) =>
        onPatch({
          [name]:
            event.target.value.trim() === '' || Number.isNaN(Number(event.target.value))
              ? null
              : event.target.value.trim(),
        })
      }
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}
