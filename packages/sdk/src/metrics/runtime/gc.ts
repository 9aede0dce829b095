/** How long garbage collections take. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Registry } from '../registry.ts';
import type { HistogramHandle } from '../types.ts';
import type { RuntimePart } from './runtime.ts';

const KINDS: readonly [number, string][] = [
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
];

export function gcMetrics(registry: Registry, prefix: string): RuntimePart {
  const duration = registry.histogram(
    `${prefix}nodejs_gc_duration_seconds`,
    'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    { labels: ['kind'], buckets: [0.001, 0.01, 0.1, 1, 2, 5], exemplars: false },
  );
  const byKind = new Map<number, HistogramHandle>();
  for (const [kind, name] of KINDS) byKind.set(kind, duration.labels(name));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as GcEntry[]) {
      if (entry.detail?.kind !== undefined) byKind.get(entry.detail.kind)?.observe(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { stop: () => observer.disconnect() };
}

type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };
