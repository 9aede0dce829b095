/**
 * A sliding window over two numbers that only grow (good events and all, hits and lookups): what was added to them in it. The
 * numbers are remembered in up to 61 steps, so that memory does not depend on how often they are read.
 */

const STEPS = 60;

/** Good and all events of a window, or of what is known of it while the process is younger. */
export class EventWindow {
  readonly #stepMs: number;
  readonly #times = new Float64Array(STEPS + 1);
  readonly #good = new Float64Array(STEPS + 1);
  readonly #total = new Float64Array(STEPS + 1);
  #oldest = 0;
  #count = 0;

  constructor(windowMs: number) {
    this.#stepMs = windowMs / STEPS;
  }

  /**
   * Notes the numbers of now and gives the difference to the beginning of the window.
   *
   * @returns Events in the window, `[good, total]`.
   */
  read(nowMs: number, good: number, total: number): readonly [number, number] {
    const last = this.#at(this.#count - 1);
    // Numbers that fell were reset: what was before them is not comparable.
    if (this.#count > 0 && (total < (this.#total[last] as number) || good < (this.#good[last] as number)))
      this.#count = 0;
    if (this.#count === 0 || nowMs - (this.#times[last] as number) >= this.#stepMs) this.#push(nowMs, good, total);
    const from = nowMs - this.#stepMs * STEPS;
    while (this.#count > 1 && (this.#times[this.#at(1)] as number) <= from) {
      this.#oldest = this.#at(1);
      this.#count--;
    }
    return [good - (this.#good[this.#oldest] as number), total - (this.#total[this.#oldest] as number)];
  }

  #at(index: number): number {
    return (this.#oldest + index) % (STEPS + 1);
  }

  #push(nowMs: number, good: number, total: number): void {
    if (this.#count === STEPS + 1) {
      this.#oldest = this.#at(1);
      this.#count--;
    }
    const slot = this.#at(this.#count++);
    this.#times[slot] = nowMs;
    this.#good[slot] = good;
    this.#total[slot] = total;
  }
}
