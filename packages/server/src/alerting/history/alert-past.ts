/** What one alert did before: its states, what was decided and done about it. Shapes: @sightline/api-types. */
import type { AlertDetail, AlertEventEntry, AlertEventKind, AlertInstance, AlertStateSpan } from '@sightline/api-types';
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';
import type { EventSource } from './alert-history.ts';
import { type Firing, firingsOf } from './firings.ts';

const DAY_MS = 24 * 3_600_000;
const PAST_MS = 30 * DAY_MS;
const MAX_EVENTS = 5_000;
const MAX_TIMELINE = 500;
/** Every look of a group at an alert says these; the answer to "why" tells of them. */
const ROUTINE = new Set(['grouped', 'deduplicated']);

export type AlertPast = Pick<AlertDetail, 'states' | 'timeline' | 'past'>;

/**
 * @param present the streak that goes on, or that was the last
 * @param pendingSpans since when it was pending at which times, as far as the rules' own series tell
 * @throws StorageError
 */
export async function alertPast(
  events: EventSource,
  alert: Pick<AlertInstance, 'fingerprint' | 'state'>,
  present: readonly AlertStateSpan[],
  pendingSpans: (startMs: number, endMs: number) => Promise<readonly AlertStateSpan[]>,
  nowMs: number,
): Promise<AlertPast> {
  const { fingerprint } = alert;
  const presentMs = present[0]?.fromMs ?? nowMs;
  const startMs = Math.min(nowMs - DAY_MS, presentMs);
  const earliestMs = Math.min(nowMs - PAST_MS, startMs);
  const found = await events.find({ fingerprint, startMs: earliestMs, endMs: nowMs, limit: MAX_EVENTS });
  const firings = firingsOf(found, earliestMs).get(fingerprint)?.firings ?? [];
  const before = firings.filter(({ endMs }) => endMs !== undefined && endMs <= presentMs);
  const shown = await dayBefore(before, startMs, presentMs, pendingSpans);
  return {
    states: withInactive([...shown, ...present], startMs, nowMs),
    timeline: found
      .filter(({ kind, timeMs }) => timeMs >= startMs && !ROUTINE.has(kind))
      .slice(-MAX_TIMELINE)
      .map(entryOf),
    past: pastOf(firings),
  };
}

function entryOf({
  timeMs,
  kind,
  fingerprint,
  groupKey,
  receiver,
  integration,
  actor,
  detail,
}: AlertEventRecord): AlertEventEntry {
  return { timeMs, kind: kind as AlertEventKind, fingerprint, groupKey, receiver, integration, actor, detail };
}

/** Firing from the events, pending from the series of the rules where it did not fire. */
async function dayBefore(
  firings: readonly Firing[],
  startMs: number,
  endMs: number,
  pendingSpans: (startMs: number, endMs: number) => Promise<readonly AlertStateSpan[]>,
): Promise<AlertStateSpan[]> {
  if (endMs <= startMs) return [];
  const firing = firings
    .filter(({ endMs: end }) => (end ?? 0) > startMs)
    .map(
      ({ fromMs, endMs: end }): AlertStateSpan => ({
        state: 'firing',
        fromMs: Math.max(fromMs, startMs),
        toMs: end ?? endMs,
      }),
    );
  const pending = await pendingSpans(startMs, endMs);
  const free = pending.flatMap((span) => without(span, firing));
  return [...firing, ...free].sort((a, b) => a.fromMs - b.fromMs);
}

/** What is left of a span that others lie over. */
function without(span: AlertStateSpan, others: readonly AlertStateSpan[]): AlertStateSpan[] {
  let left = [span];
  for (const { fromMs, toMs } of others) {
    left = left
      .flatMap((piece) => [
        { ...piece, toMs: Math.min(piece.toMs, fromMs) },
        { ...piece, fromMs: Math.max(piece.fromMs, toMs) },
      ])
      .filter((piece) => piece.toMs > piece.fromMs);
  }
  return left;
}

/** @param spans in order, without overlaps */
function withInactive(spans: readonly AlertStateSpan[], startMs: number, endMs: number): AlertStateSpan[] {
  const all: AlertStateSpan[] = [];
  let atMs = startMs;
  for (const span of spans) {
    if (span.fromMs > atMs) all.push({ state: 'inactive', fromMs: atMs, toMs: span.fromMs });
    all.push(span);
    atMs = Math.max(atMs, span.toMs);
  }
  if (atMs < endMs) all.push({ state: 'inactive', fromMs: atMs, toMs: endMs });
  return all;
}

function pastOf(firings: readonly Firing[]): AlertDetail['past'] {
  const lengths = firings
    .flatMap(({ fromMs, endMs }) => (endMs === undefined ? [] : [endMs - fromMs]))
    .sort((a, b) => a - b);
  return { count: firings.length, medianMs: median(lengths) };
}

function median(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
