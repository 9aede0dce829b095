/** Bounds the bytes that requests hold at one time: one more than fits is told to come back. */
import { OverloadedError } from '../storage/errors.ts';

export interface ByteLease {
  /** @throws OverloadedError when the budget is used up; what the lease holds already stays held */
  take(bytes: number): void;
  release(): void;
}

export class ByteBudget {
  readonly #maxBytes: number;
  #held = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get held(): number {
    return this.#held;
  }

  lease(): ByteLease {
    let own = 0;
    return {
      take: (bytes) => {
        // Alone, a request of any allowed size goes through: else it never would.
        if (this.#held > own && this.#held + bytes > this.#maxBytes) {
          throw new OverloadedError(`requests under way hold ${this.#held} bytes`, {
            status: 503,
            retryAfterSeconds: 1,
          });
        }
        own += bytes;
        this.#held += bytes;
      },
      release: () => {
        this.#held -= own;
        own = 0;
      },
    };
  }
}
