/**
 * Lines to an OpenTelemetry collector (OTLP/HTTP, opentelemetry.io/docs/specs/otlp), protobuf or JSON. Lines wait as text in
 * the `otel` shape and become records when a batch is sent, so that a line costs a request nothing more than its text.
 */
import type { Core } from '../../core/core.ts';
import { BatchExporter } from '../../export/batch-exporter.ts';
import type { LogLevel } from '../../options/level.ts';
import { createJsonEncoder, createProtobufEncoder, type LogRecord } from './otlp-records.ts';
import type { Sink } from './sink.ts';

export interface OtlpLogsOptions {
  /** Full address; OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, else `http://localhost:4318/v1/logs`. */
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly protocol?: 'http/protobuf' | 'http/json' | undefined;
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly timeoutMs?: number | undefined;
  /** How long a line waits for others; 1,000 ms. */
  readonly delayMs?: number | undefined;
  /** Lines that wait at most; 8,192. */
  readonly maxQueue?: number | undefined;
  readonly level?: LogLevel | undefined;
}

const DEFAULT_URL = 'http://localhost:4318/v1/logs';

/** An OpenTelemetry collector, or Sightline, as a sink. */
export function otlpLogSink(options: OtlpLogsOptions = {}): Sink {
  let exporter: BatchExporter<string> | undefined;
  return {
    name: 'otlp',
    shape: 'otel',
    level: options.level,
    start(core: Core) {
      exporter ??= createExporter(core, options);
    },
    write(line) {
      exporter?.push(line);
    },
    async flush(signal) {
      await exporter?.flush(signal);
    },
    flushSync: () => exporter?.flushSync(),
    close: () => exporter?.close(),
  };
}

function createExporter(core: Core, options: OtlpLogsOptions): BatchExporter<string> {
  const { logs } = core.env;
  const protocol = options.protocol ?? logs.protocol ?? 'http/protobuf';
  const isJson = protocol === 'http/json';
  const encode = (isJson ? createJsonEncoder : createProtobufEncoder)(core.resource.attributes);
  return new BatchExporter<string>({
    core,
    signal: 'logs',
    name: 'otlp-logs',
    url: options.url ?? logs.endpoint ?? DEFAULT_URL,
    headers: { ...logs.headers, ...options.headers },
    contentType: isJson ? 'application/json' : 'application/x-protobuf',
    encode: (lines) => encode(lines.map((line) => JSON.parse(line) as LogRecord)),
    sizeOf: (line) => line.length,
    maxQueue: options.maxQueue,
    delayMs: options.delayMs ?? 1000,
    timeoutMs: options.timeoutMs ?? logs.timeoutMs,
    compression: options.compression ?? logs.compression,
  });
}
