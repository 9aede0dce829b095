/** T1: a recorded span with three attributes from start to the exporter's queue, against OpenTelemetry's BatchSpanProcessor. */
import { compare } from '../logging-harness.mjs';
import { otelTracer, queuedTracing, threeAttributes } from '../tracing-parts.mjs';

await compare('tracing-recorded', {
  sdk: () => threeAttributes(queuedTracing().tracing.tracer),
  otel: () => threeAttributes(otelTracer()),
});
