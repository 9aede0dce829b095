/** A clock that stands still until a test moves it. */
import type { Clock, Timer } from '../clock.ts';

interface Entry {
  atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class TestClock implements Clock {
  readonly #timers = new Set<Entry>();
  #nowMs: number;
  #order = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(entry);
    return { cancel: () => this.#timers.delete(entry) };
  }

  /** The clock is set: another time of day, while every timer still takes as long as it would have. */
  set(nowMs: number): void {
    const byMs = nowMs - this.#nowMs;
    this.#nowMs = nowMs;
    for (const entry of this.#timers) entry.atMs += byMs;
  }

  /**
   * Moves time forward and runs every timer that falls due, in order. After each one `settle` is awaited, so that what the
   * timer started (a request to a receiver, say) is over before time goes on.
   */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#nextUntil(untilMs); next !== undefined; next = this.#nextUntil(untilMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #nextUntil(untilMs: number): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.#timers) {
      if (entry.atMs > untilMs) continue;
      if (best === undefined || entry.atMs < best.atMs || (entry.atMs === best.atMs && entry.order < best.order)) {
        best = entry;
      }
    }
    return best;
  }
}
