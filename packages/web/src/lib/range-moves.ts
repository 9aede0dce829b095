/** Moving and widening a range. A range that ends now keeps ending now when it is widened. */
import { MIN_RANGE_MS, type TimeRange } from './time-range.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Half a range earlier or later, but never past now. */
export function movedRange(fromMs: number, toMs: number, direction: -1 | 1, nowMs: number): Span {
  const by = Math.round((toMs - fromMs) / 2) * direction;
  const over = direction > 0 ? Math.max(0, toMs + by - Math.max(nowMs, toMs)) : 0;
  return { fromMs: Math.round(fromMs + by - over), toMs: Math.round(toMs + by - over) };
}

/** Twice as wide around the middle; the part that would lie in the future is added before. */
export function zoomedOut(range: TimeRange, nowMs: number): { from: string; to: string } {
  const width = Math.max(MIN_RANGE_MS, range.toMs - range.fromMs);
  const relative = /^now-(\d+)([smhdw])$/.exec(range.from);
  if (range.to === 'now' && relative !== null)
    return { from: `now-${Number(relative[1]) * 2}${relative[2]}`, to: 'now' };
  const toMs = Math.min(range.toMs + width / 2, Math.max(nowMs, range.toMs));
  return { from: String(Math.round(toMs - width * 2)), to: String(Math.round(toMs)) };
}

/** A dragged range: whole milliseconds, at least a second. */
export function draggedRange(fromMs: number, toMs: number): { from: string; to: string } | null {
  const [low, high] = fromMs <= toMs ? [fromMs, toMs] : [toMs, fromMs];
  if (high - low < MIN_RANGE_MS) return null;
  return { from: String(Math.round(low)), to: String(Math.round(high)) };
}
