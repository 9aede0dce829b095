/** Short turns of the event loop: a rule over many series must not make scrapes late. */
import { setImmediate } from 'node:timers/promises';

/** Longest turn of what others wait for, in ms. */
const TURN_MS = 12;

export class Turns {
  readonly #turnMs: number;
  #endMs: number;

  /** @param turnMs longest turn */
  constructor(turnMs = TURN_MS) {
    this.#turnMs = turnMs;
    this.#endMs = performance.now() + turnMs;
  }

  /** True when it is time to let others work: `await turns.next()`. */
  isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#endMs = performance.now() + this.#turnMs;
  }
}
