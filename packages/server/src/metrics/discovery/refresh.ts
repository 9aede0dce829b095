/**
 * Discovery by asking again and again. An answer replaces the one before; a failure is counted, logged, and changes nothing.
 * Pools hear of an answer only when it differs from the last one.
 */
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter } from '../../telemetry/registry.ts';
import type { DiscoveredGroup, Discoverer } from './discoverer.ts';

/** Node fires longer timers at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export interface RefreshOptions {
  readonly intervalMs: number;
  readonly refresh: (signal: AbortSignal) => Promise<readonly DiscoveredGroup[]>;
  readonly failures: Counter;
  readonly logger: Logger;
  /** Frees what `refresh` uses. */
  readonly close?: () => void;
}

export function createRefreshDiscoverer(options: RefreshOptions): Discoverer {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let last: string | undefined;

  async function run(publish: (groups: readonly DiscoveredGroup[]) => void): Promise<void> {
    const startMs = performance.now();
    try {
      const groups = await options.refresh(abort.signal);
      const text = JSON.stringify(groups);
      if (!abort.signal.aborted && text !== last) {
        last = text;
        publish(groups);
      }
    } catch (error) {
      if (abort.signal.aborted) return;
      options.failures.inc();
      options.logger.error('service discovery failed; the targets found before are kept', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
    if (abort.signal.aborted) return;
    const spent = performance.now() - startMs;
    const waitMs = Math.min(Math.max(0, options.intervalMs - spent), MAX_TIMER_MS);
    timer = setTimeout(() => void run(publish), waitMs);
  }

  return {
    start(publish) {
      void run(publish);
    },
    stop() {
      abort.abort();
      clearTimeout(timer);
      options.close?.();
    },
  };
}
