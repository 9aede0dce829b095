/**
 * Makes the parts of the SDK one after the other and collects what each finds wrong with its options, so that a start tells
 * all mistakes at once. A part with mistakes is made without options: the ones after it need it to be checked themselves.
 */
import { ObserveError, Problems } from '../lib/problems.ts';
import type { ObserveOptions } from './options.ts';

export class CheckedParts {
  readonly #mistakes: string[] = [];

  /** @param make Called with the options, and with undefined when they are wrong. */
  part<TOptions, TPart>(options: TOptions, make: (options: TOptions | undefined) => TPart): TPart {
    try {
      return make(options);
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      this.#mistakes.push(...mistakesOf(error));
      return make(undefined);
    }
  }

  /** Throws an ObserveError with every mistake; `undo` takes back what was made. */
  throwIfAny(undo: () => Promise<void>): void {
    if (this.#mistakes.length === 0) return;
    void undo();
    throw new ObserveError(
      'invalid_options',
      `observe() got options it can't use:\n${this.#mistakes.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/** Parts list their mistakes on lines of their own, below a heading. */
function mistakesOf(error: ObserveError): string[] {
  const [first = '', ...rest] = error.message.split('\n');
  return rest.length === 0 ? [first] : rest.map((line) => line.trim());
}

/** Names of all options: what else is there is a slip that would be ignored without a word. */
const KNOWN: Readonly<Record<keyof ObserveOptions, true>> = {
  service: true,
  version: true,
  environment: true,
  attributes: true,
  enabled: true,
  logging: true,
  metrics: true,
  tracing: true,
  http: true,
  monitoring: true,
  health: true,
  shutdown: true,
  clients: true,
};
const TEXTS = ['service', 'version', 'environment'] as const;

/** @throws ObserveError for options that do not exist and names that are no text. */
export function checkNames(options: ObserveOptions | undefined): void {
  const problems = new Problems();
  for (const key of Object.keys(options ?? {})) {
    if (!(key in KNOWN)) problems.add(key, `there is no such option; there are ${Object.keys(KNOWN).join(', ')}`);
  }
  for (const key of TEXTS) {
    const value: unknown = options?.[key];
    if (value !== undefined && (typeof value !== 'string' || value === '')) problems.add(key, 'must be a text');
  }
  problems.throwIfAny();
}
