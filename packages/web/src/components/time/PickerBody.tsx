/** Inside the time picker: the field with its preview, presets, calendar, time zone, pinned and recent ranges. */
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { autoStepMs } from '../../lib/step.ts';
import { readStoredList, rememberStored } from '../../lib/stored.ts';
import { PRESETS, rangeLabel, rangePreview } from '../../lib/time-format.ts';
import { parseRange, type TimeRange } from '../../lib/time-range.ts';
import { useRange, useSetRange } from '../../state/url.ts';
import { Calendar } from './Calendar.tsx';
import { PinnedRanges } from './PinnedRanges.tsx';
import { ZoneSwitch } from './ZoneSwitch.tsx';

const RECENT = 'recent-ranges';
const RECENT_LIMIT = 10;

export function PickerBody({ onDone }: { onDone: () => void }): ReactNode {
  const range = useRange();
  const setRange = useSetRange();
  const [text, setText] = useState('');
  const [recent] = useState(() => readStoredList(RECENT));
  const messageId = useId();
  const context = { nowMs: Date.now(), zone: range.zone };
  const result = text.trim() === '' ? null : parseRange(text, context);
  const shown = result?.ok === true ? result : range;
  const preview = rangePreview(shown.fromMs, shown.toMs, range.zone, autoStepMs(shown.toMs - shown.fromMs, 250));
  const isInvalid = result !== null && !result.ok;

  const labelOf = ({ from, to, fromMs, toMs }: TimeRange): string =>
    rangeLabel(from, to, fromMs, toMs, range.zone, range.nowMs);
  const apply = (from: string, to: string): void => {
    rememberStored(RECENT, `${from}..${to}`, RECENT_LIMIT);
    setRange(from, to);
    onDone();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (result?.ok === true) apply(result.from, result.to);
    else if (result === null) onDone();
  };

  return (
    <>
      <form onSubmit={submit} className="time-form">
        <label className="visually-hidden" htmlFor={`${messageId}-field`}>
          Time range
        </label>
        <input
          id={`${messageId}-field`}
          className="field mono"
          data-testid="time-input"
          placeholder={`${range.from}..${range.to}`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={isInvalid}
          aria-describedby={messageId}
        />
        <button type="submit" className="button primary" disabled={isInvalid}>
          Apply
        </button>
      </form>
      <p
        id={messageId}
        className={isInvalid ? 'time-message is-bad' : 'time-message num'}
        aria-live="polite"
        data-testid="time-message"
      >
        {result !== null && !result.ok ? (
          <>
            {result.message}{' '}
            {result.suggestion !== null && (
              <button type="button" className="link" onClick={() => setText(result.suggestion ?? '')}>
                Use {result.suggestion}
              </button>
            )}
          </>
        ) : (
          <>
            {preview}
            {result?.ok === true && result.notice !== null && ` · ${result.notice}`}
          </>
        )}
      </p>
      <div className="time-columns">
        <div>
          <h2>Presets</h2>
          <ul className="time-list time-presets">
            {PRESETS.map((preset) => (
              <li key={preset.label}>
                <button
                  type="button"
                  aria-pressed={preset.from === range.from && preset.to === range.to}
                  onClick={() => apply(preset.from, preset.to)}
                >
                  {preset.label}
                </button>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <Calendar
            fromMs={shown.fromMs}
            toMs={shown.toMs}
            zone={range.zone}
            nowMs={range.nowMs}
            onSelect={(fromMs, toMs) => apply(String(fromMs), String(toMs))}
          />
          <ZoneSwitch zone={range.zone} nowMs={range.nowMs} />
          <PinnedRanges shown={{ name: labelOf(shown), from: shown.from, to: shown.to }} onPick={apply} />
          {recent.length > 0 && (
            <>
              <h2>Recent</h2>
              <ul className="time-list time-recent">
                {recent.slice(0, 5).map((one) => {
                  const parsed = parseRange(one, context);
                  if (!parsed.ok) return null;
                  return (
                    <li key={one}>
                      <button type="button" onClick={() => apply(parsed.from, parsed.to)}>
                        {labelOf(parsed)}
                      </button>
                    </li>
                  );
                })}
              </ul>
            </>
          )}
        </div>
      </div>
      <p className="time-help">
        <code>now-6h</code> <code>now-1d/d..now-1d/d</code> <code>14:00±10m</code> <code>yesterday</code>{' '}
        <code>nov 20 14:00 to 15:00</code>
      </p>
    </>
  );
}
