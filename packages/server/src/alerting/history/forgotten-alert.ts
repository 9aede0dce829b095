/** An alert that is over and that nobody holds in memory any more, as what was recorded of it tells. Shapes: @sightline/api-types. */
import type { AlertInstance } from '@sightline/api-types';
import type { AlertInstances } from '../instances/alert-instances.ts';
import type { EventSource } from './alert-history.ts';
import { FIRING_KINDS, firingsOf } from './firings.ts';

const LOOKBACK_MS = 31 * 24 * 3_600_000;
const MAX_EVENTS = 1_000;

/** Undefined when nothing is recorded of it. @throws StorageError */
export async function forgottenAlert(
  events: EventSource,
  instances: Pick<AlertInstances, 'ofLabels'>,
  fingerprint: string,
  nowMs: number,
): Promise<AlertInstance | undefined> {
  const startMs = nowMs - LOOKBACK_MS;
  const query = { fingerprint, startMs, endMs: nowMs, kinds: FIRING_KINDS, limit: MAX_EVENTS };
  const alert = firingsOf(await events.find(query), startMs).get(fingerprint);
  const last = alert?.firings.at(-1);
  if (alert?.labels === undefined || last === undefined) return undefined;
  // Without a recorded end it ended while no process was there to see it.
  return instances.ofLabels(fingerprint, alert.labels, {
    startsAtMs: last.fromMs,
    endsAtMs: last.endMs ?? last.fromMs,
  });
}
