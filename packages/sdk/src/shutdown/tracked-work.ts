/** Work outside of requests that must not be cut off: it was begun by an answer that is already sent, or by a queue. */
export class TrackedWork {
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  get size(): number {
    return this.#open;
  }

  /** @returns A promise with the same end: an error that nobody handles stays one. */
  async add<TResult>(work: PromiseLike<TResult>): Promise<TResult> {
    this.#open++;
    try {
      return await work;
    } finally {
      this.#open--;
      if (this.#open === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when nothing is open, also what was added meanwhile. */
  async idle(): Promise<void> {
    while (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}
