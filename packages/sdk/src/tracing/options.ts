/** What a service says about tracing, and the mistakes in it, all at once. */
import { Problems } from '../lib/problems.ts';
import type { SpanLimits } from './attributes.ts';
import type { TailOptions } from './local-trace.ts';
import type { OtelApiOption } from './otel/install.ts';
import type { SamplerOption } from './sampler.ts';

/** Where spans go. What is not given comes from OTEL_EXPORTER_OTLP_*. */
export interface OtlpOptions {
  /** Full address, `/v1/traces` included. */
  endpoint?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** `http/protobuf` unless said otherwise. */
  protocol?: 'http/protobuf' | 'http/json' | undefined;
  compression?: 'gzip' | 'none' | undefined;
  /** Time limit of one request, milliseconds; 10,000. */
  timeoutMs?: number | undefined;
  /** Spans that wait at most; 8,192. */
  maxQueue?: number | undefined;
  /** Bytes that wait at most, roughly; 16 MiB. */
  maxQueueBytes?: number | undefined;
  /** Spans of one request at most; 512. */
  maxBatch?: number | undefined;
  /** How long a span waits for others at most, milliseconds; 5,000. */
  delayMs?: number | undefined;
  /** How long a batch is tried again, milliseconds; 60,000. */
  retryForMs?: number | undefined;
}

export interface TracingOptions {
  /** OTEL_TRACES_SAMPLER, else every trace that its parent does not exclude. */
  sampler?: SamplerOption | undefined;
  /** Keeps traces that chance did not sample when they failed or took long. */
  tail?: TailOptions | undefined;
  /** False sends nothing, whatever the environment says. */
  exporter?: OtlpOptions | false | undefined;
  /** Whether and how OpenTelemetry instrumentations make spans of the SDK; `auto`. */
  otelApi?: OtelApiOption | undefined;
  /** Bounds of one span: attributes 128, events 128, links 128, characters of a value 8,192. */
  limits?: Partial<SpanLimits> | undefined;
}

/** Throws one ObserveError that names all mistakes. */
export function checkTracingOptions({ sampler, tail, exporter, limits }: TracingOptions): void {
  const problems = new Problems();
  const atLeast = (path: string, least: number, values: object | undefined, names: readonly string[]): void => {
    for (const name of names) {
      const value: unknown = (values as Record<string, unknown> | undefined)?.[name];
      if (value === undefined || (typeof value === 'number' && value >= least)) continue;
      problems.add(`${path}.${name}`, `${String(value)} is not a number of at least ${least}`);
    }
  };
  if (typeof sampler === 'object') {
    const { ratio } = sampler;
    if (!(ratio >= 0 && ratio <= 1)) problems.add('tracing.sampler.ratio', `${ratio} is not a number from 0 to 1`);
  } else if (typeof sampler === 'string' && !SAMPLERS.includes(sampler)) {
    problems.add('tracing.sampler', `"${sampler}" is none of ${SAMPLERS.join(', ')}, { ratio } or a function`);
  }
  atLeast('tracing.tail', 0, tail, ['slowMs']);
  atLeast('tracing.tail', 1, tail, ['maxTraces', 'maxSpans']);
  atLeast('tracing.limits', 0, limits, ['attributes', 'events', 'links', 'valueLength']);
  if (typeof exporter === 'object') {
    const { endpoint } = exporter;
    if (endpoint !== undefined && (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))) {
      problems.add('tracing.exporter.endpoint', `"${endpoint}" is not an http or https address`);
    }
    atLeast('tracing.exporter', 0, exporter, ['delayMs', 'retryForMs']);
    atLeast('tracing.exporter', 1, exporter, ['maxQueue', 'maxQueueBytes', 'maxBatch', 'timeoutMs']);
  }
  problems.throwIfAny();
}

const SAMPLERS: readonly string[] = ['always', 'never', 'always_on', 'always_off'];
