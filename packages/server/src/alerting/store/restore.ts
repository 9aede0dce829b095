/**
 * Which alerts of an earlier process are there again at the start. One that fired holds until whoever reported it had the time to do so
 * again; one that was over only matters while somebody still believes that it fires.
 */
import type { Labels } from '@sightline/model';
import type { Alert } from '../alert.ts';
import type { NotificationEntry } from '../notification-log/notification-log.ts';
import type { JournalEntry } from './alert-journal.ts';

export interface RestoreOptions {
  readonly nowMs: number;
  /** How long an alert without an end of its own fires without a report, in ms. */
  readonly resolveTimeoutMs: number;
  /** How long the rules here may need until an alert of theirs fires again, in ms; undefined for alerts that are not theirs. */
  readonly returnMs: (labels: Labels) => number | undefined;
  /** What receivers were told. */
  readonly told: Iterable<NotificationEntry>;
}

interface Told {
  readonly isFiring: boolean;
  /** When its end was last told. */
  readonly endMs: number;
}

export function restoreAlerts(entries: Iterable<JournalEntry>, options: RestoreOptions): Alert[] {
  const told = toldAlerts(options.told);
  const found: Alert[] = [];
  for (const { alert, isResolved, writtenMs } of entries) {
    const known = told.get(alert.fingerprint);
    if (isResolved) {
      // Told already, or never told that it fired: telling of it once more would be news to nobody.
      if (known?.isFiring) found.push(alert);
    } else if (known === undefined || known.isFiring || known.endMs <= writtenMs) found.push(held(alert, options));
  }
  return found;
}

function held(alert: Alert, { nowMs, resolveTimeoutMs, returnMs }: RestoreOptions): Alert {
  const ownMs = returnMs(alert.labels);
  const untilMs = nowMs + Math.max(resolveTimeoutMs, ownMs ?? 0);
  // An end that another sender gave, further away than that, stays.
  if (ownMs === undefined && alert.endsAtMs >= untilMs) return alert;
  return { ...alert, endsAtMs: untilMs, isTimeout: true };
}

function toldAlerts(entries: Iterable<NotificationEntry>): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const { timeMs, firing, resolved } of entries) {
    for (const fingerprint of firing)
      told.set(fingerprint, { isFiring: true, endMs: told.get(fingerprint)?.endMs ?? 0 });
    for (const fingerprint of resolved) {
      const known = told.get(fingerprint);
      told.set(fingerprint, { isFiring: known?.isFiring ?? false, endMs: Math.max(known?.endMs ?? 0, timeMs) });
    }
  }
  return told;
}
