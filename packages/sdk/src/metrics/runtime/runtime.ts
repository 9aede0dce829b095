/**
 * Metrics of the process and of Node.js, with the names that prom-client gives them, so that dashboards go on working. What
 * costs more than a look is read every few seconds beside the scrape, not in it; the lag of the event loop is of the time
 * since the last scrape and never of the scrape itself.
 */
import { isMainThread } from 'node:worker_threads';
import type { Registry } from '../registry.ts';
import { eventLoopMetrics } from './event-loop.ts';
import { gcMetrics } from './gc.ts';
import { heapMetrics } from './heap.ts';
import { processMetrics } from './process.ts';
import { resourceMetrics } from './resources.ts';

export interface RuntimeOptions {
  /** Before every name, e.g. `shop_`. */
  prefix?: string | undefined;
  /** Duration of garbage collections, `nodejs_gc_duration_seconds`. Default true. */
  gc?: boolean | undefined;
  /** How often what is costly is read. Default 5,000 ms. */
  intervalMs?: number | undefined;
}

/** One group of metrics. */
export interface RuntimePart {
  /** Read at each scrape: takes microseconds. */
  collect?(): void;
  /** Read every few seconds. */
  read?(): void;
  stop?(): void;
}

const DEFAULT_INTERVAL_MS = 5000;

/**
 * Adds the metrics of this process (in a worker thread: of the thread) to a registry.
 *
 * @returns Ends the reading; the metrics keep their last values.
 */
export function collectRuntime(registry: Registry, options: RuntimeOptions = {}): () => void {
  if (!registry.enabled) return () => {};
  const { prefix = '', gc = true, intervalMs = DEFAULT_INTERVAL_MS } = options;
  const parts: RuntimePart[] = [
    eventLoopMetrics(registry, prefix),
    heapMetrics(registry, prefix),
    resourceMetrics(registry, prefix),
    // CPU, memory and descriptors belong to the process: each thread would count them again.
    ...(isMainThread ? [processMetrics(registry, prefix)] : []),
    ...(gc ? [gcMetrics(registry, prefix)] : []),
  ];
  let wasRead = false;
  const read = () => {
    wasRead = true;
    for (const part of parts) part.read?.();
  };
  const timer = setInterval(read, intervalMs);
  timer.unref();
  const stopCollecting = registry.onCollect(() => {
    if (!wasRead) read();
    for (const part of parts) part.collect?.();
  });
  return () => {
    clearInterval(timer);
    stopCollecting();
    for (const part of parts) part.stop?.();
  };
}
