/**
 * The alerts that were reported, by fingerprint. A new report is merged with what is known when the two overlap in time; resolved
 * alerts are forgotten after a while. Source: Alertmanager provider/mem/mem.go.
 */
import type { Clock, Timer } from '../../lib/clock.ts';
import { type Alert, isResolvedAt, mergeAlerts } from '../alert.ts';

const COLLECT_MS = 30 * 60_000;

export interface AlertStoreOptions {
  readonly clock: Clock;
  /** More alerts than this are refused. */
  readonly maxAlerts: number;
  /** There from the start. */
  readonly initial?: readonly Alert[];
  /** Hears of alerts that are over and forgotten. */
  readonly onForget?: (fingerprints: readonly string[]) => void;
}

export class AlertStore {
  readonly #options: AlertStoreOptions;
  readonly #alerts = new Map<string, Alert>();
  readonly #listeners = new Set<(alert: Alert) => void>();
  #timer: Timer;

  constructor(options: AlertStoreOptions) {
    this.#options = options;
    for (const alert of options.initial ?? []) this.#alerts.set(alert.fingerprint, alert);
    this.#timer = this.#schedule();
  }

  get size(): number {
    return this.#alerts.size;
  }

  get(fingerprint: string): Alert | undefined {
    return this.#alerts.get(fingerprint);
  }

  [Symbol.iterator](): IterableIterator<Alert> {
    return this.#alerts.values();
  }

  /** False: one more alert is too many. */
  hasRoomFor(fingerprint: string): boolean {
    return this.#alerts.size < this.#options.maxAlerts || this.#alerts.has(fingerprint);
  }

  /** False: there is no room for a new alert. */
  put(reported: Alert): boolean {
    if (!this.hasRoomFor(reported.fingerprint)) return false;
    const known = this.#alerts.get(reported.fingerprint);
    const alert =
      known !== undefined && overlaps(known, reported) ? mergeAlerts(known, reported, this.#now()) : reported;
    this.#alerts.set(alert.fingerprint, alert);
    for (const listener of this.#listeners) listener(alert);
    return true;
  }

  /** Hears of every alert there is, and then of every report. Returns how to stop. */
  subscribe(listener: (alert: Alert) => void): () => void {
    for (const alert of this.#alerts.values()) listener(alert);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#timer.cancel();
    this.#listeners.clear();
  }

  #schedule(): Timer {
    return this.#options.clock.setTimer(COLLECT_MS, () => {
      const now = this.#now();
      const over = [...this.#alerts.values()].filter((alert) => isResolvedAt(alert, now));
      for (const { fingerprint } of over) this.#alerts.delete(fingerprint);
      if (over.length > 0) this.#options.onForget?.(over.map(({ fingerprint }) => fingerprint));
      this.#timer = this.#schedule();
    });
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

/** One of the times of the new report lies within the known alert. */
function overlaps(known: Alert, reported: Alert): boolean {
  const isWithin = (ms: number) => ms > known.startsAtMs && ms < known.endsAtMs;
  return isWithin(reported.endsAtMs) || isWithin(reported.startsAtMs);
}
