/**
 * What a service wants to do before it ends, in order: lower priorities first, equal ones at the same time, each with a time
 * limit. One that throws or hangs does not keep the others from running.
 */
import { type StepEnd, within } from './time-limit.ts';

/** Told to each cleanup. */
export interface ShutdownInfo {
  /** Why the process ends, e.g. `SIGTERM`. */
  readonly reason: string;
  /** The signal, when it was one. */
  readonly signal: NodeJS.Signals | undefined;
  /** The error, when it was a fatal one. */
  readonly error: unknown;
  /** Aborted when the time of this cleanup is over. */
  readonly abort: AbortSignal;
}

export type Cleanup = (info: ShutdownInfo) => unknown;

export interface CleanupOptions {
  /** Lower ones run first, equal ones together; 0. */
  priority?: number | undefined;
  /** For the log; the name of the function unless given. */
  name?: string | undefined;
  timeoutMs?: number | undefined;
}

interface Entry {
  readonly run: Cleanup;
  readonly priority: number;
  readonly name: string;
  readonly timeoutMs: number;
}

/** Bounds what a program that registers in a loop holds. */
const MAX_CLEANUPS = 10_000;

export class Cleanups {
  readonly #pending = new Set<Entry>();
  readonly #defaultTimeoutMs: number;
  #count = 0;

  constructor(defaultTimeoutMs: number) {
    this.#defaultTimeoutMs = defaultTimeoutMs;
  }

  get isFull(): boolean {
    return this.#pending.size >= MAX_CLEANUPS;
  }

  /** Also while cleanups run: then it has its turn after those that run now. @returns Takes it away again. */
  add(run: Cleanup, options: CleanupOptions): () => void {
    const { priority = 0, timeoutMs = this.#defaultTimeoutMs } = options;
    const name = options.name ?? (run.name === '' ? `cleanup ${this.#count + 1}` : run.name);
    this.#count++;
    const entry = { run, priority, name, timeoutMs };
    this.#pending.add(entry);
    return () => {
      this.#pending.delete(entry);
    };
  }

  /** Runs all, until none is left. @param ended Told of each. */
  async runAll(
    info: Omit<ShutdownInfo, 'abort'>,
    ended: (name: string, priority: number, end: StepEnd) => void,
  ): Promise<void> {
    for (let group = this.#next(); group.length > 0; group = this.#next()) {
      await Promise.all(
        group.map(async ({ run, name, priority, timeoutMs }) => {
          ended(name, priority, await within(timeoutMs, (abort) => run({ ...info, abort })));
        }),
      );
    }
  }

  /** Takes those of the least priority out. */
  #next(): Entry[] {
    let least = Number.POSITIVE_INFINITY;
    for (const { priority } of this.#pending) least = Math.min(least, priority);
    const group = [...this.#pending].filter((entry) => entry.priority === least);
    for (const entry of group) this.#pending.delete(entry);
    return group;
  }
}
