/** T4: batches of 100 spans with five attributes as OTLP, JSON and protobuf, against OpenTelemetry's serializers; ns a batch. */
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { compare } from '../logging-harness.mjs';
import { otelTracer, queuedTracing, sampleSpans, sdk } from '../tracing-parts.mjs';

const RESOURCE = { 'service.name': 'bench' };
const own = () => {
  const { tracing } = queuedTracing();
  return sampleSpans((name) => tracing.startServerSpan(name, undefined), 100);
};
const theirs = () => {
  const tracer = otelTracer();
  return sampleSpans((name) => tracer.startSpan(name, { kind: 1 }), 100);
};
const encoding = (encode, spans) => {
  process.stderr.write(`${encode(spans).length / spans.length} bytes a span\n`);
  return { run: () => encode(spans) };
};

await compare(
  'tracing-encoding',
  {
    sdk: () => encoding(sdk.createProtobufEncoder(RESOURCE), own()),
    sdkJson: () => encoding(sdk.createJsonEncoder(RESOURCE), own()),
    otelProtobuf: () => encoding((spans) => ProtobufTraceSerializer.serializeRequest(spans), theirs()),
    otelJson: () => encoding((spans) => JsonTraceSerializer.serializeRequest(spans), theirs()),
  },
  50,
);
