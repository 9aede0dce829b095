/** Time for everything that waits: the system's, or one that a test moves by hand. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Runs `run` once, `delayMs` from now; at once (but not in this turn) when that is not positive. */
  setTimer(delayMs: number, run: () => void): Timer;
}

/** What setTimeout takes; longer waits are made of several. */
const LONGEST_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: Date.now,
  setTimer(delayMs, run) {
    let handle: NodeJS.Timeout;
    const wait = (restMs: number) => {
      const stepMs = Math.min(Math.max(0, restMs), LONGEST_MS);
      handle = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : run()), stepMs);
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
