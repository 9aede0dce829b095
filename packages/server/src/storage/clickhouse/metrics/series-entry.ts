/** What the process knows of one series: identity, the days it has samples on, and its newest sample. */
import type { Labels } from '@sightline/model';
import type { SeriesHandle } from '../../metric-store.ts';
import type { CachedSeries } from './cache/chunk.ts';
import type { MetricChanges } from './changes/change-log.ts';

export class SeriesEntry implements SeriesHandle {
  readonly labels: Labels;
  readonly id: number;
  readonly metric: number;
  /** Place in the index, -1 when it was evicted. */
  ref = -1;
  /** Runs of days since 1970 with a sample: first, last, first, last ... in rising order. */
  days: number[];
  /** Minute of this process in which the entry was made. */
  readonly bornMinute = minuteNow();
  /** Newest sample written by this process; -1 when none was (after a restart the past is not known). */
  lastMs = -1;
  lastValue = 0;
  isLastStale = false;
  /** Decimals of the last value, see sample-code.ts. */
  decimals = 0;
  /** The record of changes that its metric name has, once it was written. */
  changes: MetricChanges | undefined;
  /** Its decoded samples; only while it is in the index. */
  cached: CachedSeries | undefined;

  constructor(labels: Labels, id: number, metric: number) {
    this.labels = labels;
    this.id = id;
    this.metric = metric;
    this.days = [];
  }

  hasDay(day: number): boolean {
    const days = this.days;
    for (let i = days.length - 2; i >= 0; i -= 2) {
      if (day >= (days[i] as number)) return day <= (days[i + 1] as number);
    }
    return false;
  }

  isWithin(firstDay: number, lastDay: number): boolean {
    const days = this.days;
    for (let i = 0; i < days.length; i += 2) {
      if ((days[i] as number) <= lastDay && (days[i + 1] as number) >= firstDay) return true;
    }
    return false;
  }

  get lastDay(): number {
    return this.days.length === 0 ? -1 : (this.days[this.days.length - 1] as number);
  }

  addDay(day: number): void {
    const days = this.days;
    let at = days.length;
    while (at > 0 && (days[at - 2] as number) > day) at -= 2;
    // `at` is the place of the first run that starts after the day.
    const isAfterPrevious = at > 0 && (days[at - 1] as number) >= day - 1;
    if (at > 0 && (days[at - 1] as number) >= day) return;
    const isBeforeNext = at < days.length && days[at] === day + 1;
    if (isAfterPrevious && isBeforeNext) days.splice(at - 1, 2);
    else if (isAfterPrevious) days[at - 1] = day;
    else if (isBeforeNext) days[at] = day;
    else days.splice(at, 0, day, day);
  }

  /** Forgets the newest sample, when it is not certain that it was stored. */
  forgetLast(): void {
    this.lastMs = -1;
  }
}

export function minuteNow(): number {
  return Math.floor(performance.now() / 60_000);
}
