/** Lets other work run between pieces of a large answer. */
import { nextTurn } from '@sightline/model';

/** Longest turn of the event loop. */
const YIELD_MS = 12;

export class Pace {
  readonly #signal: AbortSignal;
  #sinceMs = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  isDue(): boolean {
    return performance.now() - this.#sinceMs > YIELD_MS;
  }

  async pause(): Promise<void> {
    await nextTurn();
    this.#signal.throwIfAborted();
    this.#sinceMs = performance.now();
  }
}
