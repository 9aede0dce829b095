/**
 * Bytes of samples that all queries hold together. A query that holds nothing yet waits while the budget is nearly used up; one
 * that holds something and needs more than is left is refused, since waiting for each other could last for ever.
 */
import { formatBytes } from './format-bytes.ts';
import { QueryError } from './errors.ts';

/** Above this share new queries wait before they read. */
const ROOMY_SHARE = 0.75;

export interface MemoryAccount {
  readonly bytes: number;
  readonly peakBytes: number;
  /** @throws QueryError total_memory when the budget has no room for the growth */
  set(bytes: number): void;
  release(): void;
}

export class MemoryBudget {
  readonly maxBytes: number;
  readonly #waiting = new Set<() => void>();
  #used = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get used(): number {
    return this.#used;
  }

  open(): MemoryAccount {
    const budget = this;
    let bytes = 0;
    let peakBytes = 0;
    return {
      get bytes() {
        return bytes;
      },
      get peakBytes() {
        return peakBytes;
      },
      set(wanted) {
        if (wanted > bytes && budget.#used + wanted - bytes > budget.maxBytes) throw budget.#exhausted();
        budget.#change(wanted - bytes);
        bytes = wanted;
        if (bytes > peakBytes) peakBytes = bytes;
      },
      release() {
        budget.#change(-bytes);
        bytes = 0;
      },
    };
  }

  /** Resolves when there is room to begin. Rejects with the reason of `signal` when that aborts first. */
  async roomy(signal: AbortSignal): Promise<void> {
    while (!this.#isRoomy()) await this.#nextRelease(signal);
  }

  #nextRelease(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.delete(wake);
        reject(signal.reason as Error);
      };
      if (signal.aborted) return onAbort();
      this.#waiting.add(wake);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #change(bytes: number): void {
    this.#used += bytes;
    if (bytes < 0 && this.#isRoomy()) for (const wake of [...this.#waiting]) wake();
  }

  #isRoomy(): boolean {
    return this.#used <= this.maxBytes * ROOMY_SHARE;
  }

  #exhausted(): QueryError {
    return new QueryError('total_memory', `all queries together would hold more than ${formatBytes(this.maxBytes)}`, {
      hint: 'try again when fewer queries run, or raise query.max_total_memory',
      retryAfterSeconds: 5,
    });
  }
}
