/** What tracing and its exporter did, as metrics. What was lost is in `sightline_sdk_dropped_total{signal="traces"}`. */
import type { ExportStats } from '../export/batch-exporter.ts';
import type { Registry } from '../metrics/registry.ts';
import type { CounterHandle } from '../metrics/types.ts';
import type { TailStats } from './local-trace.ts';

export interface TracingStats {
  readonly exporter: { readonly stats: ExportStats; readonly pending: number } | undefined;
  readonly tail: { readonly stats: TailStats } | undefined;
}

export function exposeTracing(registry: Registry, { exporter, tail }: TracingStats): void {
  const steps: (() => void)[] = [];
  const follow = (counter: CounterHandle, read: () => number): void => {
    let told = 0;
    steps.push(() => {
      const now = read();
      counter.inc(now - told);
      told = now;
    });
  };
  if (exporter !== undefined) {
    const { stats } = exporter;
    const exported = registry.counter('sightline_sdk_spans_exported_total', 'Spans that the collector accepted');
    const bytes = registry.counter('sightline_sdk_spans_sent_bytes_total', 'Bytes of request bodies with spans');
    const retries = registry.counter('sightline_sdk_spans_retries_total', 'Requests with spans that were tried again');
    const waiting = registry.gauge('sightline_sdk_spans_queued', 'Spans that wait for the collector');
    follow(exported, () => stats.exported);
    follow(bytes, () => stats.sentBytes);
    follow(retries, () => stats.retries);
    steps.push(() => waiting.set(exporter.pending));
  }
  if (tail !== undefined) {
    const traces = registry.counter('sightline_sdk_tail_traces_total', 'Unsampled traces that the tail rules judged', {
      labels: ['decision'],
    });
    follow(traces.labels('kept'), () => tail.stats.keptTraces);
    follow(traces.labels('dropped'), () => tail.stats.droppedTraces);
  }
  if (steps.length === 0) return;
  registry.onCollect(() => {
    for (const step of steps) step();
  });
}
