/** Short turns of the event loop: a rule over many series must not make scrapes late. */
import { setImmediate } from 'node:timers/promises';

/** Longest turn, in ms. */
const TURN_MS = 12;

export class Turns {
  #endMs = performance.now() + TURN_MS;

  /** True when it is time to let others work: `await turns.next()`. */
  isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#endMs = performance.now() + TURN_MS;
  }
}
