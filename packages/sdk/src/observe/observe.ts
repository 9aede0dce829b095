/**
 * The SDK of a process. There is one, also when two copies of the package are loaded (ESM and CommonJS, a hot reload, a
 * dependency that brings its own): whoever asks second gets what runs.
 */
import { createObservability, type Observability } from './observability.ts';
import type { ObserveOptions } from './options.ts';

export type { Observability } from './observability.ts';
export type { MetricsOptions, ObserveOptions } from './options.ts';

const INSTANCE = Symbol.for('sightline.sdk.v1');
const shared = globalThis as { [INSTANCE]?: Observability };

/**
 * Starts the SDK, or gives the one that runs: call it with options once, first thing in the service, and without where it is
 * used.
 *
 * @throws ObserveError that lists every wrong option. Wrong environment variables are told on stderr and ignored.
 * @example
 * import { observe } from '@sightline/sdk';
 * const { log, metrics } = observe({ service: 'orders', version: '1.4.0', environment: 'production' });
 * log.info('Ready', { port: 3000 });
 */
export function observe(options?: ObserveOptions): Observability {
  const known = shared[INSTANCE];
  if (known === undefined) {
    const instance = createObservability(options ?? {});
    shared[INSTANCE] = instance;
    return instance;
  }
  tellDifference(known, options);
  return known;
}

/** Ends the SDK of the process, so that the next `observe()` starts anew. For tests and hot reloads. */
export async function stopObserving(): Promise<void> {
  const known = shared[INSTANCE];
  delete shared[INSTANCE];
  await known?.close();
}

/** The SDK of the process, if one runs. */
export function running(): Observability | undefined {
  return shared[INSTANCE];
}

/** Puts `instance` in the place of the SDK of the process, for tests. @returns Puts back what was there. */
export function replaceRunning(instance: Observability): () => void {
  const before = shared[INSTANCE];
  shared[INSTANCE] = instance;
  return () => {
    if (shared[INSTANCE] !== instance) return;
    if (before === undefined) delete shared[INSTANCE];
    else shared[INSTANCE] = before;
  };
}

function tellDifference(known: Observability, options: ObserveOptions | undefined): void {
  const { service } = known.core.resource;
  if (options?.service === undefined || options.service === service) return;
  known.core.notices.tell(
    'observe:again',
    `observe({ service: '${options.service}' }) got the SDK that already runs as '${service}': its options are not used`,
  );
}
