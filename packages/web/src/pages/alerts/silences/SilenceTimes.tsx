/** When a silence starts and ends. */
import { type ReactNode, useId } from 'react';
import { useNow } from '../../../components/use-now.ts';
import { END_CHOICES, type EndChoice, endOf, parseMoment } from '../../../lib/silence-time.ts';
import { formatDateTime, formatSpan } from '../../../lib/time-format.ts';

export interface TimesDraft {
  readonly choice: EndChoice;
  /** The end that is typed for `custom`. */
  readonly typed: string;
  /** '' is now. */
  readonly starts: string;
}

/** Unix ms, or null when the typed start is no time. */
export function startOf({ starts }: TimesDraft, nowMs: number, zone: string): number | null {
  return starts.trim() === '' ? nowMs : parseMoment(starts, nowMs, nowMs, zone);
}

interface SilenceTimesProps {
  readonly times: TimesDraft;
  readonly zone: string;
  /** It has begun, so the start stays. */
  readonly isActive: boolean;
  readonly isTried: boolean;
  readonly onChange: (times: TimesDraft) => void;
}

export function SilenceTimes({ times, zone, isActive, isTried, onChange }: SilenceTimesProps): ReactNode {
  const nowMs = useNow(1_000);
  const id = useId();
  const startMs = startOf(times, nowMs, zone);
  const endMs = startMs === null ? null : endOf(times.choice, times.typed, startMs, nowMs, zone);
  const problem =
    startMs === null
      ? 'The start is no time. Try 18:00 or 2026-11-25 09:00.'
      : endMs === null
        ? 'The end is no time. Try 4h, 1d 12h, 18:00 or 2026-11-25 09:00.'
        : endMs <= startMs || endMs <= nowMs
          ? 'The end lies before the start or in the past.'
          : null;
  const isTyping = times.choice === 'custom' && times.typed.trim() === '' && !isTried;
  return (
    <section className="drawer-part" aria-label="How long">
      <span className="drawer-label">How long</span>
      <fieldset className="segmented wrap-segments">
        <legend className="visually-hidden">Duration</legend>
        {END_CHOICES.map(({ choice, label }) => (
          <label key={choice} data-on={times.choice === choice}>
            <input
              type="radio"
              name={`${id}-choice`}
              checked={times.choice === choice}
              onChange={() => onChange({ ...times, choice })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <div className="time-fields">
        {times.choice === 'custom' && (
          <label className="time-field" htmlFor={`${id}-end`}>
            <span className="note">for, or until</span>
            <input
              id={`${id}-end`}
              className="field mono"
              aria-invalid={problem !== null && !isTyping}
              aria-describedby={`${id}-when`}
              placeholder="4h, 18:00, 2026-11-25 09:00"
              value={times.typed}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onChange({ ...times, typed: event.target.value })}
            />
          </label>
        )}
        {!isActive && (
          <label className="time-field" htmlFor={`${id}-start`}>
            <span className="note">starts</span>
            <input
              id={`${id}-start`}
              className="field mono"
              aria-describedby={`${id}-when`}
              placeholder="now"
              value={times.starts}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onChange({ ...times, starts: event.target.value })}
            />
          </label>
        )}
      </div>
      <p id={`${id}-when`} className={problem !== null && !isTyping ? 'is-wrong note' : 'note num'}>
        {problem !== null
          ? isTyping
            ? 'Say for how long, or until when.'
            : problem
          : `${times.starts.trim() === '' || isActive ? 'Ends' : `From ${formatDateTime(startMs ?? 0, zone, nowMs)}, ends`} ${formatDateTime(endMs ?? 0, zone, nowMs)}, in ${formatSpan((endMs ?? 0) - nowMs)}.`}
      </p>
    </section>
  );
}
