/** One alert with its surroundings: since when it is in which state, and what else fires near it. Shapes: @sightline/api-types. */
import type { AlertInstance, AlertStateSpan } from '@sightline/api-types';
import type { RuleAlert } from './rule-alerts.ts';

/** Labels that say what an alert is about. */
const SHARED_LABELS = ['service', 'job', 'instance'] as const;
const MAX_RELATED = 50;

/** Others that fire and share a service, a job or an instance; those that share more first, each kind worst first. */
export function relatedTo(alert: AlertInstance, all: readonly AlertInstance[]): AlertInstance[] {
  const shared = (other: AlertInstance) =>
    SHARED_LABELS.filter((name) => {
      const value = alert.labels[name] ?? '';
      return value !== '' && other.labels[name] === value;
    }).length;
  return all
    .filter((other) => other.fingerprint !== alert.fingerprint && isFiring(other))
    .map((other) => ({ other, shares: shared(other) }))
    .filter(({ shares }) => shares > 0)
    .sort((a, b) => b.shares - a.shares)
    .slice(0, MAX_RELATED)
    .map(({ other }) => other);
}

function isFiring({ state }: AlertInstance): boolean {
  return state !== 'pending' && state !== 'resolved';
}

/** What is known of the present streak without any record: since when it is pending, since when it fires. */
export function presentSpans(alert: AlertInstance, own: RuleAlert | undefined, nowMs: number): AlertStateSpan[] {
  if (alert.state === 'resolved') {
    return [{ state: 'firing', fromMs: alert.startsAtMs, toMs: alert.endsAtMs ?? nowMs }];
  }
  if (alert.state === 'pending') return [{ state: 'pending', fromMs: alert.startsAtMs, toMs: nowMs }];
  const firing: AlertStateSpan = { state: 'firing', fromMs: alert.startsAtMs, toMs: nowMs };
  const pendingMs = own?.alert.activeAtMs ?? alert.startsAtMs;
  return pendingMs < alert.startsAtMs
    ? [{ state: 'pending', fromMs: pendingMs, toMs: alert.startsAtMs }, firing]
    : [firing];
}
