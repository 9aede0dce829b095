/** Where the keyboard cursor of a chart goes. Pure: keys in, point and series out. */

export interface KeyCursor {
  /** −1 before the first key. */
  readonly index: number;
  readonly series: number;
}

const PAGE = 10;

/**
 * The next place for a key, or null when the key means nothing to a chart. ←/→ move in time, PgUp/PgDn ten points,
 * Home/End to the ends, ↑/↓ to the next shown series. The first key starts at the newest point.
 */
export function moveCursor(key: string, cursor: KeyCursor, points: number, shown: readonly number[]): KeyCursor | null {
  const last = points - 1;
  if (last < 0 || shown.length === 0) return null;
  const isFirst = cursor.index < 0;
  const at = shown.indexOf(cursor.series);
  const series = at < 0 ? (shown[0] ?? 0) : cursor.series;
  const clamp = (index: number): number => Math.max(0, Math.min(last, index));
  const from = isFirst ? last : cursor.index;
  const turn = (by: number): number => shown[(Math.max(0, at) + by + shown.length) % shown.length] ?? 0;
  switch (key) {
    case 'ArrowLeft':
      return { index: clamp(isFirst ? last : from - 1), series };
    case 'ArrowRight':
      return { index: clamp(isFirst ? last : from + 1), series };
    case 'PageUp':
      return { index: clamp(from - PAGE), series };
    case 'PageDown':
      return { index: clamp(from + PAGE), series };
    case 'Home':
      return { index: 0, series };
    case 'End':
      return { index: last, series };
    case 'ArrowUp':
      return { index: clamp(from), series: turn(-1) };
    case 'ArrowDown':
      return { index: clamp(from), series: turn(1) };
    default:
      return null;
  }
}
