/** Lets other work run: long loops ask `isDue` and, when it says so, await `pause`, which also notices an abort. */
import { nextTurn } from '@sightline/model';
import { PromqlError } from '../errors.ts';

const SLICE_MS = 12;
/** Cells of work, each some nanoseconds, between two looks at the clock. */
const CELLS_PER_LOOK = 20_000;
/** What work on a row costs besides its cells. */
const ROW_CELLS = 40;

export class Pacer {
  readonly #signal: AbortSignal;
  #sliceEnd = performance.now() + SLICE_MS;
  #spent = 0;
  /** Time that other work had. */
  pausedMs = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Throws when the query was stopped. */
  check(): void {
    if (this.#signal.aborted) throw abortError(this.#signal.reason);
  }

  isDue(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  /** The same after a row of `cells` was worked on; looks at the clock only now and then. */
  spends(cells: number): boolean {
    this.#spent += cells + ROW_CELLS;
    if (this.#spent < CELLS_PER_LOOK) return false;
    this.#spent = 0;
    return this.isDue();
  }

  /** Adds work to what the next row spends. */
  charge(cells: number): void {
    this.#spent += cells;
  }

  async pause(): Promise<void> {
    this.check();
    const before = performance.now();
    await nextTurn();
    this.check();
    const now = performance.now();
    this.pausedMs += now - before;
    this.#sliceEnd = now + SLICE_MS;
  }
}

/** A stopped query in Prometheus's words: a time-out when the reason is one, else a cancellation. */
export function abortError(reason: unknown): PromqlError {
  if (reason instanceof PromqlError) return reason;
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
  return isTimeout
    ? new PromqlError('timeout', 'query timed out in expression evaluation', { cause: reason })
    : new PromqlError('canceled', 'query was canceled in expression evaluation', { cause: reason });
}
