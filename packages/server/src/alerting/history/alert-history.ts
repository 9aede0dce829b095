/** Who fired when, how long, and how fast people answered. Shapes: @sightline/api-types. */
import type { AlertHistory, AlertStateSpan } from '@sightline/api-types';
import type { Labels } from '@sightline/model';
import type { AlertEventQuery, AlertEventRecord } from '../../storage/alert-event-store.ts';
import { type AlertFirings, FIRING_KINDS, type Firing, firingsOf } from './firings.ts';

export interface EventSource {
  find(query: AlertEventQuery): Promise<readonly AlertEventRecord[]>;
}

export interface HistoryQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  readonly isWanted: (labels: Labels) => boolean;
}

/** An alert that fires at the start began at most this long before. */
const LOOKBACK_MS = 31 * 24 * 3_600_000;
const MAX_EVENTS = 200_000;
const MAX_ROWS = 2_000;

type Row = AlertHistory['rows'][number];

/** Those that fired longest first. @throws StorageError */
export async function alertHistory(events: EventSource, query: HistoryQuery): Promise<AlertHistory> {
  const { startMs, nowMs } = query;
  const endMs = Math.min(query.endMs, nowMs);
  const earliestMs = startMs - LOOKBACK_MS;
  const found = await events.find({ startMs: earliestMs, endMs, kinds: FIRING_KINDS, limit: MAX_EVENTS });
  const rows: Row[] = [];
  const all: Firing[] = [];
  for (const alert of firingsOf(found, earliestMs).values()) {
    if (alert.labels === undefined || !query.isWanted(alert.labels)) continue;
    const firings = alert.firings.filter(({ fromMs, endMs: end }) => fromMs <= endMs && (end ?? endMs) >= startMs);
    if (firings.length === 0) continue;
    all.push(...firings);
    rows.push(rowOf(alert, alert.labels, firings, startMs, endMs));
  }
  rows.sort((a, b) => b.firingMs - a.firingMs || (a.fingerprint < b.fingerprint ? -1 : 1));
  return {
    startMs: query.startMs,
    endMs: query.endMs,
    rows: rows.slice(0, MAX_ROWS),
    meanAcknowledgeMs: mean(
      all.flatMap(({ fromMs, acknowledgedMs }) => (acknowledgedMs === undefined ? [] : [acknowledgedMs - fromMs])),
    ),
    meanResolveMs: mean(all.flatMap(({ fromMs, endMs: end }) => (end === undefined ? [] : [end - fromMs]))),
  };
}

function rowOf(alert: AlertFirings, labels: Labels, firings: readonly Firing[], startMs: number, endMs: number): Row {
  const spans = firings.map(
    ({ fromMs, endMs: end }): AlertStateSpan => ({
      state: 'firing',
      fromMs: Math.max(fromMs, startMs),
      toMs: Math.min(end ?? endMs, endMs),
    }),
  );
  const acknowledged = firings.find(({ acknowledgedMs }) => acknowledgedMs !== undefined);
  return {
    fingerprint: alert.fingerprint,
    name: labels.get('alertname'),
    labels: labels.toObject(),
    spans,
    firedCount: firings.length,
    firingMs: spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    acknowledgedAfterMs: acknowledged === undefined ? null : (acknowledged.acknowledgedMs ?? 0) - acknowledged.fromMs,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
