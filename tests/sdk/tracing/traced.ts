/** A tracing of its own with a collector, and what the collector got. */
import { createCore } from '../../../packages/sdk/src/core/core.ts';
import { Notices } from '../../../packages/sdk/src/lib/notices.ts';
import { Registry } from '../../../packages/sdk/src/metrics/registry.ts';
import type { TracingOptions } from '../../../packages/sdk/src/tracing/options.ts';
import type { RecordingSpan } from '../../../packages/sdk/src/tracing/recording-span.ts';
import { createTracing, type Tracing } from '../../../packages/sdk/src/tracing/tracing.ts';

export interface Traced {
  readonly tracing: Tracing;
  readonly registry: Registry;
  readonly ended: RecordingSpan[];
  readonly told: string[];
  flush(): Promise<string[]>;
  close(): Promise<void>;
}

export function traced(options: TracingOptions = {}, env: Record<string, string> = {}): Traced {
  const told: string[] = [];
  const core = createCore({ service: 'shop', version: '1.2.3' }, env, new Notices((line) => told.push(line)));
  const registry = new Registry({ losses: core.losses });
  const tracing = createTracing(core, registry, { otelApi: false, ...options });
  const ended: RecordingSpan[] = [];
  tracing.addSink((span) => ended.push(span));
  return {
    tracing,
    registry,
    ended,
    told,
    flush: () => core.flushing.flush(5000),
    close: async () => {
      await core.flushing.close(1000);
    },
  };
}
