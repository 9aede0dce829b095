/** One alert as Alertmanager knows it: labels are its identity, annotations its text. Source: Alertmanager types/types.go. */
import { compareStrings, type Labels } from '@sightline/model';
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

/** The order of alerts in a notification: by job, by instance, those without last, then by all labels. */
export function compareAlerts(a: Alert, b: Alert): number {
  for (const name of ['job', 'instance']) {
    const [own, other] = [a.labels.get(name), b.labels.get(name)];
    if (own === other) continue;
    if (own === '') return 1;
    return other === '' ? -1 : compareStrings(own, other);
  }
  return compareLabelSets(a.labels, b.labels);
}

/** Few labels before many; of as many, by the first name in order that only one has or that has different values. */
export function compareLabelSets(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let at = 0; at < a.flat.length; at += 2) {
    const [name = '', value = ''] = a.flat.slice(at, at + 2);
    const [otherName = '', otherValue = ''] = b.flat.slice(at, at + 2);
    // The set that lacks the name that comes first in order is the first.
    if (name !== otherName) return compareStrings(otherName, name);
    if (value !== otherValue) return compareStrings(value, otherValue);
  }
  return 0;
}
