/** Pinned ranges in the time picker: take, name, unpin; and pinning the range that is shown. */
import { Pencil, Pin, PinOff } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { type PinnedRange, pinned, readPinned, unpinned, writePinned } from '../../lib/pinned-ranges.ts';

interface PinnedRangesProps {
  /** The range that can be pinned, and how it is called when nobody names it. */
  readonly shown: PinnedRange;
  readonly onPick: (from: string, to: string) => void;
}

const takeFocus = (field: HTMLInputElement | null): void => field?.select();

export function PinnedRanges({ shown, onPick }: PinnedRangesProps): ReactNode {
  const [all, setAll] = useState(readPinned);
  const [edited, setEdited] = useState<string | null>(null);
  const save = (next: readonly PinnedRange[]): void => {
    writePinned(next);
    setAll(next);
  };
  const idOf = ({ from, to }: PinnedRange): string => `${from}..${to}`;
  const isPinned = all.some((one) => idOf(one) === idOf(shown));
  const finish = (range: PinnedRange, name: string): void => {
    save(pinned(all, { ...range, name }));
    setEdited(null);
  };
  return (
    <section aria-label="Pinned ranges" data-testid="pinned-ranges">
      <h2>
        Pinned
        {!isPinned && (
          <button
            type="button"
            className="link"
            onClick={() => {
              save(pinned(all, shown));
              setEdited(idOf(shown));
            }}
          >
            <Pin size={12} aria-hidden="true" /> Pin this range
          </button>
        )}
      </h2>
      {all.length > 0 && (
        <ul className="time-list time-pinned">
          {all.map((range) => (
            <li key={idOf(range)}>
              {edited === idOf(range) ? (
                <input
                  className="field"
                  aria-label={`Name of ${range.name}`}
                  defaultValue={range.name}
                  maxLength={60}
                  ref={takeFocus}
                  onBlur={(event) => finish(range, event.target.value)}
                  onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
                    if (event.key !== 'Enter' && event.key !== 'Escape') return;
                    event.preventDefault();
                    event.stopPropagation();
                    finish(range, event.key === 'Enter' ? event.currentTarget.value : range.name);
                  }}
                />
              ) : (
                <>
                  <button type="button" title={idOf(range)} onClick={() => onPick(range.from, range.to)}>
                    {range.name}
                  </button>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Name ${range.name}`}
                    title="Name"
                    onClick={() => setEdited(idOf(range))}
                  >
                    <Pencil size={12} aria-hidden="true" />
                  </button>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Unpin ${range.name}`}
                    title="Unpin"
                    onClick={() => save(unpinned(all, range))}
                  >
                    <PinOff size={12} aria-hidden="true" />
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
