/**
 * A lane: a fixed number of workers (chDB sessions, HTTP connections) and a queue before them, first come first served.
 * One chDB session runs one query at a time, so classes of work get lanes of their own.
 */
import { setMaxListeners } from 'node:events';
import { StorageError } from '../errors.ts';

interface Waiting<TWorker> {
  start(worker: TWorker): void;
  refuse(error: Error): void;
}

export class Lane<TWorker> {
  readonly #idle: TWorker[];
  readonly #queue: Waiting<TWorker>[] = [];
  readonly #size: number;
  readonly #queueLimit: number;
  #onIdle: (() => void) | undefined;
  #isClosed = false;

  constructor(workers: readonly TWorker[], queueLimit: number) {
    this.#idle = [...workers];
    this.#size = workers.length;
    this.#queueLimit = queueLimit;
  }

  /**
   * Runs `work` on a free worker. The worker stays taken until the promise that `work` returns has settled, even when the
   * caller stopped waiting because `signal` aborted.
   */
  run<T>(work: (worker: TWorker) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) return Promise.reject(new StorageError('closed', 'storage is closed'));
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    // One signal stops every select of a query; Node would warn of a leak from the eleventh on.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting<TWorker> = {
        start: (worker) => {
          signal?.removeEventListener('abort', leave);
          const giveUp = () => reject(reasonOf(signal as AbortSignal));
          signal?.addEventListener('abort', giveUp, { once: true });
          work(worker)
            .then(resolve, reject)
            .finally(() => {
              signal?.removeEventListener('abort', giveUp);
              this.#release(worker);
            });
        },
        refuse: reject,
      };
      const leave = () => {
        const at = this.#queue.indexOf(waiting);
        if (at !== -1) this.#queue.splice(at, 1);
        reject(reasonOf(signal as AbortSignal));
      };
      const worker = this.#idle.pop();
      if (worker !== undefined) return waiting.start(worker);
      if (this.#queue.length >= this.#queueLimit) {
        return reject(
          new StorageError(
            'storage_unavailable',
            `more than ${this.#queueLimit} queries are waiting for the database`,
            {
              hint: 'ask again later, or ask less often',
            },
          ),
        );
      }
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiting);
    });
  }

  /** Refuses what waits and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#queue.splice(0)) waiting.refuse(new StorageError('closed', 'storage is closed'));
    if (this.#idle.length < this.#size) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #release(worker: TWorker): void {
    const next = this.#queue.shift();
    if (next !== undefined) {
      next.start(worker);
      return;
    }
    this.#idle.push(worker);
    if (this.#idle.length === this.#size) this.#onIdle?.();
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
}
