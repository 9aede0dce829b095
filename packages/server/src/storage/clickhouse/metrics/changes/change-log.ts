/**
 * The writer's record of what it changed, by metric name. A commit counts as a change from the moment its insert begins, because its
 * samples may be visible from then on, and again when it has ended, for those who began to read in between.
 */
import type { ChangeTracker } from '../../../metric-store.ts';
import type { SeriesEntry } from '../series-entry.ts';
import { Steps } from './steps.ts';

/** Names that are told apart; all others share one record. */
const MAX_NAMES = 20_000;
const NONE = Number.POSITIVE_INFINITY;

/** What changed under one name. */
export class MetricChanges {
  readonly steps = new Steps();
  /** Oldest time of the commit that is being inserted. */
  inFlightMs = NONE;
  /** The commit that gathers, and its oldest time. */
  commit: CommitChanges | undefined;
  oldestMs = NONE;

  since(sequence: number): number {
    return Math.min(this.inFlightMs, this.steps.since(sequence));
  }
}

/** The changes of one commit while it gathers. */
export class CommitChanges {
  readonly touched: MetricChanges[] = [];
  readonly #log: ChangeLog;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  note(entry: SeriesEntry, timeMs: number): void {
    entry.changes ??= this.#log.of(entry.labels.metricName);
    const metric = entry.changes;
    if (metric.commit !== this) {
      metric.commit = this;
      metric.oldestMs = timeMs;
      this.touched.push(metric);
    } else if (timeMs < metric.oldestMs) metric.oldestMs = timeMs;
  }
}

export class ChangeLog implements ChangeTracker {
  readonly #byName = new Map<string, MetricChanges>();
  readonly #all = new MetricChanges();
  readonly #others = new MetricChanges();
  readonly #maxNames: number;
  #sequence = 1;
  /** What was before is not known. */
  #floor = 1;
  /** Until then (monotonic ms) a failed insert may still become visible. */
  #doubtfulUntil = 0;

  constructor(maxNames = MAX_NAMES) {
    this.#maxNames = maxNames;
  }

  get sequence(): number {
    return this.#sequence;
  }

  oldestChangeSince(sequence: number, metricNames?: readonly string[]): number {
    if (this.#doubtfulUntil > 0) {
      if (performance.now() < this.#doubtfulUntil) return Number.NEGATIVE_INFINITY;
      this.#doubtfulUntil = 0;
      this.forget();
    }
    if (!(sequence >= this.#floor && sequence <= this.#sequence)) return Number.NEGATIVE_INFINITY;
    if (metricNames === undefined) return this.#all.since(sequence);
    let oldest = NONE;
    for (const name of metricNames) {
      const metric = this.#byName.get(name) ?? this.#others;
      oldest = Math.min(oldest, metric.since(sequence));
    }
    return oldest;
  }

  gather(): CommitChanges {
    return new CommitChanges(this);
  }

  /** Before the first row may become visible. One commit at a time. */
  begin(commit: CommitChanges): void {
    this.#sequence++;
    for (const metric of commit.touched) {
      metric.inFlightMs = metric.oldestMs;
      this.#all.inFlightMs = Math.min(this.#all.inFlightMs, metric.oldestMs);
      metric.commit = undefined;
    }
  }

  /** After the last row has become visible, or may have. */
  end(commit: CommitChanges): void {
    const sequence = ++this.#sequence;
    for (const metric of commit.touched) {
      metric.steps.add(sequence, metric.inFlightMs);
      metric.inFlightMs = NONE;
    }
    if (commit.touched.length > 0) this.#all.steps.add(sequence, this.#all.inFlightMs);
    this.#all.inFlightMs = NONE;
  }

  /** Anything may have changed, samples may have gone. */
  forget(): void {
    this.#floor = ++this.#sequence;
  }

  /** As `forget`, again and again for so long. */
  doubt(forMs: number): void {
    this.forget();
    this.#doubtfulUntil = performance.now() + forMs;
  }

  of(name: string): MetricChanges {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= this.#maxNames) return this.#others;
    const metric = new MetricChanges();
    this.#byName.set(name, metric);
    return metric;
  }
}
