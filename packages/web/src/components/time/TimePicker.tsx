/** The time picker: one field that understands the whole grammar, presets, recent ranges, calendar, time zone. */
import { ChevronLeft, ChevronRight, Clock, Minus, Play } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { autoStepMs } from '../../lib/step.ts';
import { readStoredList, rememberStored, writeStored } from '../../lib/stored.ts';
import { PRESETS, rangeLabel, rangePreview } from '../../lib/time-format.ts';
import { parseRange } from '../../lib/time-range.ts';
import { isZone, offsetName, resolveZone } from '../../lib/zone.ts';
import { useShell } from '../../state/shell.ts';
import { usePatchUrl, useRange, useSetRange } from '../../state/url.ts';
import { Calendar } from './Calendar.tsx';
import { useRangeMoves } from './use-range-moves.ts';

const RECENT = 'recent-ranges';
const RECENT_LIMIT = 10;

function focusField(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement | null)?.querySelector('input')?.focus();
}

export function TimePicker(): ReactNode {
  const range = useRange();
  const moves = useRangeMoves();
  const isOpen = useShell((state) => state.isTimePickerOpen);
  const open = useShell((state) => state.open);
  const { from, to, fromMs, toMs, zone, nowMs } = range;
  return (
    <div className="button-group time" data-testid="time-picker">
      <button
        type="button"
        className="icon-button"
        aria-label="Earlier"
        title="Earlier by half (t ←)"
        onClick={() => moves.shift(-1)}
      >
        <ChevronLeft size={14} aria-hidden="true" />
      </button>
      <Popover.Root open={isOpen} onOpenChange={(next) => open('time', next)}>
        <Popover.Trigger
          className="button time-button"
          aria-label={`Time range: ${rangeLabel(from, to, fromMs, toMs, zone, nowMs)}`}
        >
          <Clock size={14} aria-hidden="true" />
          <span className="num">{rangeLabel(from, to, fromMs, toMs, zone, nowMs)}</span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="popover time-popover"
            align="end"
            sideOffset={4}
            collisionPadding={8}
            aria-label="Time range"
            onOpenAutoFocus={focusField}
          >
            <PickerBody onDone={() => open('time', false)} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button
        type="button"
        className="icon-button"
        aria-label="Later"
        title="Later by half (t →)"
        onClick={() => moves.shift(1)}
      >
        <ChevronRight size={14} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button wide-only"
        aria-label="Zoom out"
        title="Zoom out (t z)"
        onClick={moves.zoomOut}
      >
        <Minus size={14} aria-hidden="true" />
      </button>
      {!range.isLive && (
        <button type="button" className="button live-button" title="Back to now (t n)" onClick={moves.live}>
          <Play size={12} aria-hidden="true" />
          live
        </button>
      )}
    </div>
  );
}

function PickerBody({ onDone }: { onDone: () => void }): ReactNode {
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
          <ul className="time-list">
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
                        {rangeLabel(parsed.from, parsed.to, parsed.fromMs, parsed.toMs, range.zone, range.nowMs)}
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

function ZoneSwitch({ zone, nowMs }: { zone: string; nowMs: number }): ReactNode {
  const patch = usePatchUrl();
  const [text, setText] = useState('');
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  const listId = useId();
  const choose = (next: string): void => {
    writeStored('tz', next);
    patch({ tz: next }, 'replace');
    setText('');
  };
  const isNamed = zone !== 'browser' && zone.toLowerCase() !== 'utc';
  return (
    <div className="time-zone">
      <fieldset className="segmented" aria-label="Time zone">
        <button type="button" aria-pressed={zone === 'browser'} onClick={() => choose('browser')}>
          Browser
        </button>
        <button type="button" aria-pressed={zone.toLowerCase() === 'utc'} onClick={() => choose('utc')}>
          UTC
        </button>
      </fieldset>
      <input
        className="field"
        list={listId}
        aria-label="Time zone by name"
        placeholder={isNamed ? zone : `${resolveZone(zone)} (${offsetName(nowMs, zone)})`}
        value={text}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          if (zones.includes(event.target.value)) choose(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (isZone(text) && text !== '') choose(text);
        }}
      />
      <datalist id={listId}>
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
