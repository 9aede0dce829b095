/**
 * When a target is scraped. Its place within the interval comes from a hash of its labels and URL, so that targets spread
 * evenly and keep their place across restarts. Ticks are counted on the monotonic clock: a slow scrape does not shift them.
 */
import { createHash } from 'node:crypto';

/** Timestamps this near to the expected one become it, which compresses better. Source: Prometheus scrape/scrape.go. */
const TOLERANCE_MS = 2;

/** Milliseconds from `nowMs` to the target's next place in its interval. */
export function firstDelayMs(key: string, seed: string, intervalMs: number, nowMs: number): number {
  const digest = createHash('md5').update(seed).update(key).digest();
  const offset = Number(digest.readBigUInt64BE(0) % BigInt(intervalMs));
  const next = intervalMs - (nowMs % intervalMs) + offset;
  return next > intervalMs ? next - intervalMs : next;
}

/** Node fires longer timers at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** setTimeout for any length up to `MAX_TIMER_MS`; longer ones end there, and whoever set them looks at the clock again. */
export function startTimer(callback: () => void, delayMs: number): NodeJS.Timeout {
  return setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
}

export interface Ticker {
  /** Returns the milliseconds to the tick that is left out. */
  stop(): number;
}

/** Calls `tick` after `delayMs` and then every `intervalMs`, with the number of ticks that passed unheard since the last. */
export function startTicker(delayMs: number, intervalMs: number, tick: (skipped: number) => void): Ticker {
  const startMs = performance.now() + delayMs;
  let count = 0;
  let timer = startTimer(fire, delayMs);

  function fire(): void {
    const now = performance.now();
    const due = startMs + count * intervalMs;
    if (now < due) {
      timer = startTimer(fire, due - now);
      return;
    }
    const skipped = Math.floor((now - due) / intervalMs);
    count += skipped + 1;
    timer = startTimer(fire, startMs + count * intervalMs - performance.now());
    tick(skipped);
  }

  return {
    stop() {
      clearTimeout(timer);
      return Math.max(0, startMs + count * intervalMs - performance.now());
    },
  };
}

/** After this many scrapes in a row off the grid, the grid moves: the clock was set, or drifts from the monotonic one. */
const MISSES_BEFORE_MOVING = 5;

/** Rounds scrape times to a regular grid as long as the clock agrees with it within the tolerance. */
export class TimestampAligner {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  #alignedMs: number | undefined;
  #misses = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#toleranceMs = Math.min(TOLERANCE_MS, intervalMs / 100);
  }

  align(nowMs: number): number {
    let aligned = this.#alignedMs ?? nowMs;
    const steps = Math.floor((nowMs + this.#toleranceMs - aligned) / this.#intervalMs);
    if (steps > 0) aligned += steps * this.#intervalMs;
    const isNear = Math.abs(nowMs - aligned) <= this.#toleranceMs;
    this.#misses = isNear ? 0 : this.#misses + 1;
    if (this.#misses >= MISSES_BEFORE_MOVING) {
      aligned = nowMs;
      this.#misses = 0;
    }
    this.#alignedMs = aligned;
    return isNear ? aligned : nowMs;
  }
}
