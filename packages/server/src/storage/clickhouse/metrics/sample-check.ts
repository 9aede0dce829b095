/**
 * Decides for every sample of a batch whether it is stored, and writes those that are into the commit. The rules are those of
 * Prometheus with an out-of-order window: an exact repeat is fine, another value at the newest time is not, older samples are taken.
 */
import type { RejectReason, WriteResult } from '../../metric-store.ts';
import type { MetricContext } from './metric-options.ts';
import type { PendingCommit } from './pending-commit.ts';
import type { ColumnBatch } from './sample-batch.ts';
import { HOUR_MS } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';
import type { SeriesIndex } from './series-index.ts';

/** DateTime holds 32 bits of seconds. */
const LAST_MS = 4_294_967_295_000;

export interface Checked {
  readonly result: WriteResult;
  readonly hasRepeats: boolean;
}

export function checkSamples(
  batch: ColumnBatch,
  commit: PendingCommit,
  index: SeriesIndex,
  context: MetricContext,
): Checked {
  const { limits, retentionMs, metrics } = context;
  const nowMs = context.now();
  const latestMs = Math.min(LAST_MS, nowMs + limits.futureMs);
  const oldestMs = retentionMs === 0 ? 0 : Math.max(0, nowMs - retentionMs);
  const rejected: Partial<Record<RejectReason, number>> = {};
  let firstRejection: string | undefined;
  let refused = 0;
  let repeats = 0;
  const { size, entries, times, values, stale } = batch;
  for (let i = 0; i < size; i++) {
    const entry = entries[i] as SeriesEntry;
    const timeMs = times[i] as number;
    const value = values[i] as number;
    const isStale = stale[i] === 1;
    const reason = refusal(entry, timeMs, oldestMs, latestMs, limits.outOfOrderMs);
    if (reason === undefined && timeMs === entry.lastMs) {
      if (isStale === entry.isLastStale && (isStale || Object.is(value, entry.lastValue))) {
        repeats++;
        continue;
      }
    }
    const verdict = reason ?? (timeMs === entry.lastMs ? 'duplicate_timestamp' : undefined);
    if (verdict !== undefined) {
      rejected[verdict] = (rejected[verdict] ?? 0) + 1;
      refused++;
      firstRejection ??= describeRejection(verdict, entry, timeMs);
      continue;
    }
    if (timeMs > entry.lastMs) {
      entry.lastMs = timeMs;
      entry.lastValue = value;
      entry.isLastStale = isStale;
    }
    const hour = Math.floor(timeMs / HOUR_MS);
    noteDay(entry, (hour / 24) | 0, commit, index);
    commit.changes.note(entry, timeMs);
    commit.samples.add(entry, hour, timeMs - hour * HOUR_MS, value, isStale);
  }
  for (const reason in rejected) {
    metrics.samplesRejected.labels({ reason }).inc(rejected[reason as RejectReason]);
  }
  if (repeats > 0) metrics.samplesRepeated.inc(repeats);
  const accepted = size - refused;
  const result = { accepted, rejected, ...(firstRejection === undefined ? {} : { firstRejection }) };
  return { result, hasRepeats: repeats > 0 };
}

function refusal(
  entry: SeriesEntry,
  timeMs: number,
  oldestMs: number,
  latestMs: number,
  outOfOrderMs: number,
): RejectReason | undefined {
  if (!Number.isInteger(timeMs) || timeMs < 0) return 'invalid_timestamp';
  if (timeMs > latestMs) return 'too_far_in_future';
  if (timeMs < oldestMs || timeMs < entry.lastMs - outOfOrderMs) return 'too_old';
  return undefined;
}

function noteDay(entry: SeriesEntry, day: number, commit: PendingCommit, index: SeriesIndex): void {
  if (entry.hasDay(day)) return;
  entry.addDay(day);
  if (entry.ref === -1) index.readmit(entry).addDay(day);
  commit.seriesDays.push({ entry, day });
}

function describeRejection(reason: RejectReason, entry: SeriesEntry, timeMs: number): string {
  const time = timeMs >= 0 && timeMs <= LAST_MS ? new Date(timeMs).toISOString() : `${timeMs} ms`;
  return `${REASONS[reason]}: ${entry.labels} at ${time}`;
}

const REASONS: Readonly<Record<RejectReason, string>> = {
  too_old: 'sample is older than retention or the out-of-order window allow',
  too_far_in_future: 'sample is too far in the future',
  invalid_timestamp: 'timestamp is not a whole number of milliseconds since 1970',
  duplicate_timestamp: 'another value was stored for the same timestamp',
  series_limit: 'the limit of series is reached',
  label_limit: 'a limit of labels is exceeded',
  hash_collision: 'the hash of the labels is that of another series',
};
