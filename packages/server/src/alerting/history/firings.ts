/** From recorded events to stretches of time in which alerts fired. */
import type { Labels } from '@sightline/model';
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';

/** One time that an alert fired. */
export interface Firing {
  readonly fromMs: number;
  /** Undefined while it goes on. */
  endMs: number | undefined;
  acknowledgedMs: number | undefined;
}

export interface AlertFirings {
  readonly fingerprint: string;
  labels: Labels | undefined;
  /** Oldest first. */
  readonly firings: Firing[];
}

/** The kinds that firingsOf needs. */
export const FIRING_KINDS = ['firing', 'resolved', 'acknowledged'] as const;

/** @param events oldest first. An end whose start is not among them began at their first. */
export function firingsOf(events: readonly AlertEventRecord[], earliestMs: number): Map<string, AlertFirings> {
  const found = new Map<string, AlertFirings>();
  for (const { kind, fingerprint, timeMs, labels } of events) {
    let alert = found.get(fingerprint);
    if (alert === undefined) {
      alert = { fingerprint, labels: undefined, firings: [] };
      found.set(fingerprint, alert);
    }
    alert.labels = labels ?? alert.labels;
    const last = alert.firings.at(-1);
    const isOpen = last !== undefined && last.endMs === undefined;
    if (kind === 'firing') {
      // Two starts without an end between: the process that should have told the end was gone.
      if (!isOpen) alert.firings.push({ fromMs: timeMs, endMs: undefined, acknowledgedMs: undefined });
    } else if (kind === 'resolved') {
      if (isOpen) last.endMs = timeMs;
      else if (last === undefined) alert.firings.push({ fromMs: earliestMs, endMs: timeMs, acknowledgedMs: undefined });
    } else if (kind === 'acknowledged' && isOpen) last.acknowledgedMs ??= timeMs;
  }
  return found;
}
