/** One alert as Alertmanager knows it: labels are its identity, annotations its text. Source: Alertmanager types/types.go. */
import { compareLabels, compareStrings, type Labels } from '@sightline/model';
import { fingerprintOf } from './fingerprint.ts';

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Unix ms. */
  readonly startsAtMs: number;
  /** Unix ms; firing until then. */
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  /** The end is a guess (resolve_timeout), since the sender gave none. */
  readonly isTimeout: boolean;
  readonly generatorUrl: string;
  /** 16 hex digits. */
  readonly fingerprint: string;
}

export function createAlert(fields: Omit<Alert, 'fingerprint'>): Alert {
  return { ...fields, fingerprint: fingerprintOf(fields.labels) };
}

export function isResolvedAt(alert: Alert, nowMs: number): boolean {
  return alert.endsAtMs <= nowMs;
}

/** What is known of an alert after two reports whose times overlap. */
export function mergeAlerts(a: Alert, b: Alert, nowMs: number): Alert {
  const [older, younger] = b.updatedAtMs < a.updatedAtMs ? [b, a] : [a, b];
  const startsAtMs = Math.min(older.startsAtMs, younger.startsAtMs);
  return { ...younger, startsAtMs, endsAtMs: mergedEnd(older, younger, nowMs) };
}

function mergedEnd(older: Alert, younger: Alert, nowMs: number): number {
  const isOlderLater = older.endsAtMs > younger.endsAtMs;
  if (isResolvedAt(younger, nowMs)) {
    return isResolvedAt(older, nowMs) && isOlderLater ? older.endsAtMs : younger.endsAtMs;
  }
  return isOlderLater && !older.isTimeout ? older.endsAtMs : younger.endsAtMs;
}

/** The order of alerts in a notification: by job, by instance, then by all labels. */
export function compareAlerts(a: Alert, b: Alert): number {
  for (const name of ['job', 'instance']) {
    const order = compareStrings(a.labels.get(name), b.labels.get(name));
    if (order !== 0) return order;
  }
  return compareLabels(a.labels, b.labels);
}
