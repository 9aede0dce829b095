/**
 * Mistakes in what a program or its environment asks of the SDK. A wrong option in code is an error at start that names all
 * mistakes at once; a wrong environment variable is told once on stderr and its default is used, so that a typo in a
 * deployment does not take a service down.
 */

/** A wrong call of the SDK. The message says what is wrong, where, and what would be right. */
export class ObserveError extends Error {
  readonly code: 'invalid_options' | 'metric_mismatch' | 'invalid_metric' | 'invalid_labels' | 'unsupported' | 'closed';

  constructor(code: ObserveError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ObserveError';
    this.code = code;
  }
}

/** Collects mistakes by key path and throws them together. */
export class Problems {
  readonly #found: string[] = [];

  /** @param path Key path of the option, e.g. `logging.file.maxBytes`. */
  add(path: string, message: string): void {
    this.#found.push(`${path}: ${message}`);
  }

  get found(): readonly string[] {
    return this.#found;
  }

  /** Throws an ObserveError that lists every mistake, if there is one. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const list = this.#found.map((line) => `  ${line}`).join('\n');
    throw new ObserveError('invalid_options', `observe() got options it can't use:\n${list}`);
  }
}
