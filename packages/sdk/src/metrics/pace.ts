/** Long work in slices: gives the event loop a turn when a slice has lasted long enough. */

/** Well below the 10 ms that a scrape may hold the service up. */
const SLICE_MS = 4;

export class Pace {
  #sliceStartMs = performance.now();

  /** True when it is time to `rest()`; costs one look at the clock. */
  get isDue(): boolean {
    return performance.now() - this.#sliceStartMs >= SLICE_MS;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#sliceStartMs = performance.now();
  }
}
