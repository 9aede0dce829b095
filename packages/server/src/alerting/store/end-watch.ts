/** Notices alerts that end without a report: nobody repeated them, and the time they were good for is over. */
import type { Clock, Timer } from '../../lib/clock.ts';
import { type Alert, isResolvedAt } from '../alert.ts';

export interface EndWatchOptions {
  readonly clock: Clock;
  /** Once for each end that no report told. */
  readonly onEnd: (alert: Alert) => void;
}

export class EndWatch {
  readonly #options: EndWatchOptions;
  readonly #firing = new Map<string, Alert>();
  #timer: Timer | undefined;
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(options: EndWatchOptions) {
    this.#options = options;
  }

  see(alert: Alert): void {
    if (isResolvedAt(alert, this.#options.clock.now())) {
      this.#firing.delete(alert.fingerprint);
      return;
    }
    this.#firing.set(alert.fingerprint, alert);
    // Repetitions move ends on; a timer that comes too early looks again.
    if (alert.endsAtMs < this.#dueMs) this.#schedule(alert.endsAtMs);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #schedule(dueMs: number): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.setTimer(dueMs - clock.now(), () => this.#look());
  }

  #look(): void {
    const { clock, onEnd } = this.#options;
    const nowMs = clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [fingerprint, alert] of this.#firing) {
      if (isResolvedAt(alert, nowMs)) {
        this.#firing.delete(fingerprint);
        onEnd(alert);
      } else nextMs = Math.min(nextMs, alert.endsAtMs);
    }
    this.#timer = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
    if (nextMs !== Number.POSITIVE_INFINITY) this.#schedule(nextMs);
  }
}
