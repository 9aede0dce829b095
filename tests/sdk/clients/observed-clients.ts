/** Clients on a registry and a tracing of their own, with what they record kept for the test. */
import { type Clients, instrumentClients } from '../../../packages/sdk/src/clients/clients.ts';
import { run, ROOT, active } from '../../../packages/sdk/src/context/store.ts';
import { createCore } from '../../../packages/sdk/src/core/core.ts';
import { Notices } from '../../../packages/sdk/src/lib/notices.ts';
import { Registry } from '../../../packages/sdk/src/metrics/registry.ts';
import { createSpanCapture, type SpanCapture } from '../../../packages/sdk/src/testing/captured-spans.ts';
import {
  expectMetric,
  type LabelExpectation,
  type MetricExpectation,
} from '../../../packages/sdk/src/testing/metric-expectation.ts';
import { createTracing, type Tracing } from '../../../packages/sdk/src/tracing/tracing.ts';

export interface ObservedClients extends SpanCapture {
  readonly clients: Clients;
  readonly notices: string[];
  readonly tracing: Tracing;
  metric(name: string, labels?: LabelExpectation): MetricExpectation;
  /** Calls `fn` in a span of its own trace, as a request would. @returns Its result and the ids of the span. */
  request<TResult>(
    name: string,
    fn: () => Promise<TResult>,
  ): Promise<{ result: TResult; traceId: string; spanId: string }>;
  /** Ids of the active span. */
  activeSpan(): string | undefined;
}

export function observedClients(): ObservedClients {
  const notices: string[] = [];
  const core = createCore({ service: 'test' }, {}, new Notices((line) => notices.push(line)));
  const registry = new Registry({ losses: core.losses, notices: core.notices });
  const tracing = createTracing(core, registry);
  const { sink, capture } = createSpanCapture();
  const spans = capture(tracing.addSink(sink));
  const clients = instrumentClients({ core, registry, tracing });
  return {
    ...spans,
    clients,
    notices,
    tracing,
    metric: (name, labels) => expectMetric(registry, name, labels),
    request: (name, fn) =>
      run(ROOT, () =>
        tracing.tracer.span(name, async ({ traceId, spanId }) => ({ result: await fn(), traceId, spanId })),
      ),
    activeSpan: () => active().span?.spanId,
    stop() {
      clients.stop();
      spans.stop();
    },
  };
}
