/** What a silence would keep quiet, before it is made. Shapes: @sightline/api-types. */
import type { AlertInstance, LabelSet, SilencePreview } from '@sightline/api-types';
import type { Matcher } from '@sightline/model';
import { firingsOf } from './firings.ts';
import type { EventSource } from './alert-history.ts';

const DAY_MS = 24 * 3_600_000;
/** One that fired all day began at most this long ago. */
const LOOKBACK_MS = 31 * DAY_MS;
const MAX_EVENTS = 100_000;

/** @throws StorageError */
export async function previewSilence(
  matchers: readonly Matcher[],
  all: readonly AlertInstance[],
  events: EventSource,
  nowMs: number,
): Promise<SilencePreview> {
  const isMatched = (labels: LabelSet) => matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''));
  const alerts = all.filter(({ state, labels }) => state !== 'pending' && state !== 'resolved' && isMatched(labels));
  const kinds = ['firing', 'resolved'];
  const startMs = nowMs - LOOKBACK_MS;
  const recorded = await events.find({ startMs, endMs: nowMs, kinds, limit: MAX_EVENTS });
  const fired = new Set(alerts.map(({ fingerprint }) => fingerprint));
  let includesCritical = alerts.some(({ labels }) => isCritical(labels));
  for (const { fingerprint, labels, firings } of firingsOf(recorded, startMs).values()) {
    const endMs = firings.at(-1)?.endMs ?? nowMs;
    if (labels === undefined || endMs < nowMs - DAY_MS || !isMatched(labels.toObject())) continue;
    fired.add(fingerprint);
    includesCritical ||= isCritical(labels.toObject());
  }
  return { alerts, lastDayCount: fired.size, includesCritical };
}

function isCritical(labels: LabelSet): boolean {
  return labels['severity']?.toLowerCase() === 'critical';
}
