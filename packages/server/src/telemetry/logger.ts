/**
 * Structured logs: one JSON object a line on stderr (or readable text on a terminal). The interface is what the rest of the
 * server holds; create-logger.ts puts the SDK behind it.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** True when a line of this level would be written: ask before building an expensive message. */
  isEnabled(level: LogLevel): boolean;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Adds fields to every line; `component` names the part of the server. */
  child(fields: LogFields): Logger;
}
