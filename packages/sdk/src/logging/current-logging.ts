/** The logging of the process: what decorators use, which are made before `observe()` runs. The first that is made stays it. */
import type { Logging } from './logging.ts';

const KEY = Symbol.for('sightline.sdk.logging.v1');
const shared = globalThis as { [KEY]?: Logging | undefined };

export function theLogging(): Logging | undefined {
  return shared[KEY];
}

/** @returns Ends it. */
export function offerLogging(logging: Logging): () => void {
  shared[KEY] ??= logging;
  return () => {
    if (shared[KEY] === logging) shared[KEY] = undefined;
  };
}
