/** Shift, zoom out, back to live. */
import { useCallback } from 'react';
import { useRange, useSetRange } from '../../state/url.ts';
import { movedRange, zoomedOut } from '../../lib/range-moves.ts';

export interface RangeMoves {
  /** −1 earlier, 1 later, by half the range. */
  readonly shift: (direction: -1 | 1) => void;
  readonly zoomOut: () => void;
  readonly live: () => void;
}

export function useRangeMoves(): RangeMoves {
  const range = useRange();
  const setRange = useSetRange();
  const { fromMs, toMs } = range;
  const shift = useCallback(
    (direction: -1 | 1) => {
      const moved = movedRange(fromMs, toMs, direction, Date.now());
      setRange(String(moved.fromMs), String(moved.toMs));
    },
    [fromMs, toMs, setRange],
  );
  const zoomOut = useCallback(() => {
    const next = zoomedOut(range, Date.now());
    setRange(next.from, next.to);
  }, [range, setRange]);
  const live = useCallback(() => {
    const seconds = Math.max(1, Math.round((toMs - fromMs) / 1000));
    setRange(
      `now-${seconds % 3600 === 0 ? `${seconds / 3600}h` : seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`}`,
      'now',
    );
  }, [fromMs, toMs, setRange]);
  return { shift, zoomOut, live };
}
