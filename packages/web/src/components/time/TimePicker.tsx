/** The time picker's buttons: earlier, the range, later, zoom out, back to live. */
import { ChevronLeft, ChevronRight, Clock, Minus, Play } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { rangeLabel } from '../../lib/time-format.ts';
import { useShell } from '../../state/shell.ts';
import { useRange } from '../../state/url.ts';
import { PickerBody } from './PickerBody.tsx';
import { useRangeMoves } from './use-range-moves.ts';

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
            onEscapeKeyDown={(event) => {
              // Escape leaves the name of a pinned range first.
              if (event.target instanceof HTMLInputElement && event.target.closest('.time-pinned') !== null) {
                event.preventDefault();
              }
            }}
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
