/** The message that tells of everything that was held: the alerts themselves, and before them one that says why they come together. */
import { formatDuration, Labels } from '@sightline/model';
import { type Alert, createAlert, isResolvedAt } from '../../alert.ts';
import type { RateLimitConfig } from '../config/types.ts';

const ALERT_NAME = 'NotificationsHeld';
/** Names of alerts that the text lists. */
const MAX_NAMES = 20;

export const DIGEST_LABELS = Labels.fromObject({ alertname: ALERT_NAME });

export interface DigestInput {
  readonly limit: RateLimitConfig;
  /** Groups that were held. */
  readonly groups: number;
  /** Of those groups, each once. */
  readonly alerts: readonly Alert[];
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** Fires while one of the alerts does; its texts say how many of which were held, and why. */
export function digestAlert({ limit, groups, alerts, sinceMs, nowMs }: DigestInput): Alert {
  const { notifications, perMs } = limit;
  const most = `at most ${count(notifications, 'notification')} per ${formatDuration(perMs)}`;
  const summary = `${count(groups, 'notification')} about ${count(alerts.length, 'alert')} held since ${minute(sinceMs)}`;
  const description = `The receiver gets ${most}. Held were: ${alertList(alerts, nowMs)}.`;
  const isFiring = alerts.some((alert) => !isResolvedAt(alert, nowMs));
  return build(limit.receiver, { summary, description }, sinceMs, isFiring ? nowMs + perMs : nowMs);
}

/** Of the last message about a digest. */
export function digestEndAlert(receiver: string, sinceMs: number, nowMs: number): Alert {
  const summary = `What was told together at ${minute(sinceMs)} is over, or was told again alone`;
  return build(receiver, { summary }, sinceMs, nowMs);
}

function build(receiver: string, annotations: Record<string, string>, startsAtMs: number, endsAtMs: number): Alert {
  return createAlert({
    labels: Labels.fromObject({ alertname: ALERT_NAME, receiver }),
    annotations: Labels.fromObject(annotations),
    startsAtMs,
    endsAtMs,
    updatedAtMs: endsAtMs,
    isTimeout: false,
    generatorUrl: '',
  });
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function alertList(alerts: readonly Alert[], nowMs: number): string {
  const names = new Map<string, { all: number; over: number }>();
  for (const alert of alerts) {
    const name = alert.labels.get('alertname') || 'without a name';
    const counts = names.get(name) ?? { all: 0, over: 0 };
    counts.all++;
    if (isResolvedAt(alert, nowMs)) counts.over++;
    names.set(name, counts);
  }
  const sorted = [...names].sort(([a, one], [b, other]) => other.all - one.all || (a < b ? -1 : 1));
  const parts = sorted.slice(0, MAX_NAMES).map(([name, { all, over }]) => {
    const resolved = over === 0 ? '' : over === all ? ', resolved since' : `, ${over} of them resolved since`;
    return `${name} (${count(all, 'alert')}${resolved})`;
  });
  if (sorted.length > MAX_NAMES) parts.push(`and ${count(sorted.length - MAX_NAMES, 'other name')}`);
  return parts.join(', ');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
