/** The tracing of one `observe()`: sampling, limits, exporter, the program's tracer, and what the instrumentations call. */
import { type ActiveSpan, active, type Context } from '../context/store.ts';
import { isSuppressed } from '../context/suppress.ts';
import type { Core } from '../core/core.ts';
import { BatchExporter } from '../export/batch-exporter.ts';
import type { Registry } from '../metrics/registry.ts';
import type { SpanLimits } from './attributes.ts';
import { createJsonEncoder } from './encode-json.ts';
import { createProtobufEncoder } from './encode-protobuf.ts';
import { TailRules } from './local-trace.ts';
import { checkTracingOptions, type TracingOptions } from './options.ts';
import type { OtelApi } from './otel/api.ts';
import { OtelBridge, type OtelState } from './otel/install.ts';
import { Recorder, type SpanSink } from './recorder.ts';
import { KINDS, type RecordingSpan, type Scope } from './recording-span.ts';
import { createSampler } from './sampler.ts';
import { SilentSpan } from './silent-span.ts';
import type { Span } from './span.ts';
import { Tracer } from './tracer.ts';
import { exposeTracing } from './tracing-metrics.ts';

const SDK_SCOPE: Scope = { name: '@sightline/sdk', version: undefined, schemaUrl: undefined };

export class Tracing {
  readonly tracer: Tracer;
  readonly recorder: Recorder;
  readonly tail: TailRules | undefined;
  readonly exporter: BatchExporter<RecordingSpan> | undefined;

  readonly otel: OtelBridge;

  constructor(
    recorder: Recorder,
    tail: TailRules | undefined,
    exporter: BatchExporter<RecordingSpan> | undefined,
    otel: OtelBridge,
    tracer: Tracer,
  ) {
    this.otel = otel;
    this.recorder = recorder;
    this.tail = tail;
    this.exporter = exporter;
    this.tracer = tracer;
  }

  /** For who serves requests. @param parent What the request brought with it. The caller makes the span the active one. */
  startServerSpan(name: string, parent: ActiveSpan | undefined): Span {
    return this.recorder.start(SDK_SCOPE, name, KINDS.server, parent, undefined, undefined);
  }

  /** For who calls others, under the span of `context`. */
  startClientSpan(name: string, context: Context = active()): Span {
    if (context.values !== undefined && isSuppressed(context)) {
      return new SilentSpan(0, undefined, undefined, undefined, false);
    }
    return this.recorder.start(SDK_SCOPE, name, KINDS.client, context.span, undefined, undefined);
  }

  /**
   * Registers the SDK with `@opentelemetry/api`, e.g. of a bundle. @returns `foreign` when another SDK is registered already.
   *
   * @example import * as api from '@opentelemetry/api'; tracing.installOtelApi(api);
   */
  installOtelApi(api: OtelApi): OtelState {
    return this.otel.install(api);
  }

  /** Leaves `@opentelemetry/api`; spans that wait are the exporter's to send. */
  close(): void {
    this.otel.close();
  }

  /** Also hands every kept span to `sink` when it ends, e.g. to look at them in tests. @returns Ends it. */
  addSink(sink: SpanSink): () => void {
    return this.recorder.addSink(sink);
  }
}

export function createTracing(core: Core, registry: Registry, options: TracingOptions = {}): Tracing {
  checkTracingOptions(options);
  const { spans } = core.env;
  const limits: SpanLimits = {
    attributes: options.limits?.attributes ?? spans.attributes ?? 128,
    events: options.limits?.events ?? spans.events ?? 128,
    links: options.limits?.links ?? spans.links ?? 128,
    valueLength: options.limits?.valueLength ?? spans.valueLength ?? 8192,
  };
  const sampler = createSampler(core.enabled ? options.sampler : 'never', core.env.sampler, (error) => {
    core.notices.tell('tracing:sampler', `the sampling function threw, the trace is not recorded: ${String(error)}`);
  });
  const recorder = new Recorder(sampler, limits);
  const tracer = new Tracer(recorder, SDK_SCOPE);
  const otel = new OtelBridge(core, recorder, tracer);
  if (!core.enabled) return new Tracing(recorder, undefined, undefined, otel, tracer);
  const tail =
    options.tail === undefined ? undefined : new TailRules(options.tail, core.losses, (span) => recorder.keep(span));
  if (tail !== undefined) recorder.applyTail(tail);
  const exporter = createExporter(core, options.exporter);
  if (exporter !== undefined) {
    core.flushing.add(exporter);
    recorder.addSink((span) => exporter.push(span));
  }
  const tracing = new Tracing(recorder, tail, exporter, otel, tracer);
  exposeTracing(registry, tracing);
  otel.start(options.otelApi ?? 'auto');
  core.flushing.add({ name: 'otel', flush: async () => undefined, close: () => otel.close() });
  return tracing;
}

function createExporter(core: Core, option: TracingOptions['exporter']): BatchExporter<RecordingSpan> | undefined {
  const { traces, spans } = core.env;
  const given = option === false ? undefined : option;
  const url = option === false ? undefined : (given?.endpoint ?? traces.endpoint);
  if (url === undefined) return undefined;
  const isJson = (given?.protocol ?? traces.protocol) === 'http/json';
  const { attributes } = core.resource;
  return new BatchExporter<RecordingSpan>({
    core,
    signal: 'traces',
    name: 'traces',
    url,
    headers: { ...traces.headers, ...given?.headers },
    contentType: isJson ? 'application/json' : 'application/x-protobuf',
    encode: isJson ? createJsonEncoder(attributes) : createProtobufEncoder(attributes),
    sizeOf: (span) => span.size,
    maxQueue: given?.maxQueue ?? spans.maxQueue,
    maxQueueBytes: given?.maxQueueBytes,
    maxBatch: given?.maxBatch ?? spans.maxBatch,
    delayMs: given?.delayMs ?? spans.delayMs,
    timeoutMs: given?.timeoutMs ?? traces.timeoutMs,
    retryForMs: given?.retryForMs,
    compression: given?.compression ?? traces.compression,
  });
}
