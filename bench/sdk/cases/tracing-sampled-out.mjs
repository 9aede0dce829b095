/** T2: a span that is not sampled, against OpenTelemetry's AlwaysOffSampler; and the same with its ids asked for. */
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { compare } from '../logging-harness.mjs';
import { otelTracer, queuedTracing, threeAttributes } from '../tracing-parts.mjs';

const off = () => queuedTracing({ sampler: 'never' }).tracing.tracer;
const withIds = (tracer) => ({
  run: () => {
    const span = tracer.startSpan('GET /api/users/:id');
    if (span.spanContext().spanId.length + span.spanContext().traceId.length !== 48) throw new Error('no ids');
    span.end();
  },
});

await compare('tracing-sampled-out', {
  sdk: () => threeAttributes(off()),
  sdkWithIds: () => withIds(off()),
  otel: () => threeAttributes(otelTracer(new AlwaysOffSampler())),
  otelWithIds: () => withIds(otelTracer(new AlwaysOffSampler())),
});
