/** What `observe({ logging })` may be told about logging. Everything is optional. */
import type { LogLevel } from '../options/level.ts';
import type { AlertsOptions } from './alerts.ts';
import type { PiiOptions } from './pii.ts';
import type { RedactOptions } from './redact/redaction.ts';
import type { SampleBy, SampleRate } from './sampling.ts';
import type { ShapeName } from './shapes/shape.ts';
import type { FileOptions } from './sinks/file.ts';
import type { LokiOptions } from './sinks/loki.ts';
import type { OtlpLogsOptions } from './sinks/otlp.ts';
import type { Sink } from './sinks/sink.ts';
import type { StdoutOptions } from './sinks/stdout.ts';

export interface LoggingOptions {
  /** The least level; LOG_LEVEL, else `info`. */
  readonly level?: LogLevel | undefined;
  /** Levels by name of the logger, `*` for any characters: `{ 'db.*': 'debug' }`. */
  readonly levels?: Readonly<Record<string, LogLevel>> | undefined;
  /** Lines of standard output; LOG_FORMAT, else `pretty` on a terminal and `json` elsewhere. */
  readonly format?: ShapeName | 'pretty' | undefined;
  /** Standard output; false for none. */
  readonly stdout?: StdoutOptions | false | undefined;
  /** A file, by its path or with rotation; LOG_FILE_PATH unless given, false for none. */
  readonly file?: string | FileOptions | false | undefined;
  /** An OpenTelemetry collector; on when OTEL_EXPORTER_OTLP_ENDPOINT or ..._LOGS_ENDPOINT is set, false for none. */
  readonly otlp?: OtlpLogsOptions | boolean | undefined;
  readonly loki?: LokiOptions | undefined;
  /** Exactly these destinations, instead of all that the other options and the environment name. */
  readonly sinks?: readonly Sink[] | undefined;
  /** What is hidden: paths alone, or everything about it; false hides nothing. */
  readonly redact?: readonly string[] | RedactOptions | false | undefined;
  /** Share of the lines below ERROR that are written, from 0 to 1; 1. */
  readonly sampleRate?: SampleRate | undefined;
  readonly sampleBy?: SampleBy | undefined;
  /** UTF-8 bytes of one line; 65,536, at least 8,192. Longer ones are shortened and counted. */
  readonly maxLineBytes?: number | undefined;
  /** Objects within objects deeper than this are only named; 8. */
  readonly maxDepth?: number | undefined;
  /** Further constant fields of every line (in `context` of the default shape). */
  readonly context?: Readonly<Record<string, string | number>> | undefined;
  readonly alerts?: AlertsOptions | undefined;
  /** Personal data in security events. */
  readonly pii?: PiiOptions | undefined;
  /** Writes a CRITICAL line for an error that ends the process; true. */
  readonly logCrashes?: boolean | undefined;
  /** Writes held lines before SIGTERM, SIGINT and SIGHUP end the process; true. */
  readonly handleSignals?: boolean | undefined;
}
