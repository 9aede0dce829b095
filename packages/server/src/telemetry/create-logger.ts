/**
 * The logger of the server: JSON lines, or readable text for a terminal. A message that repeats is written a few times in a
 * window and then counted, so that a failing target cannot fill a disk. The count is told by the next line of its kind.
 */
import { inspect } from 'node:util';
import type { LogFields, Logger, LogLevel } from './logger.ts';

export type LogFormat = 'json' | 'text';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Gets whole lines, newline included. */
  readonly write: (line: string) => void;
  readonly nowMs?: () => number;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const REPEAT_WINDOW_MS = 60_000;
const REPEATS_PER_WINDOW = 10;
const MAX_KEYS = 1_000;
const MAX_TEXT = 4_096;
const MAX_LINE = 32_768;

interface Repeat {
  windowStartMs: number;
  written: number;
  suppressed: number;
}

interface Sink {
  readonly minimum: number;
  readonly format: LogFormat;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
  readonly repeats: Map<string, Repeat>;
}

export function createLogger(options: LoggerOptions): Logger {
  const sink: Sink = {
    minimum: ORDER[options.level],
    format: options.format,
    write: options.write,
    nowMs: options.nowMs ?? Date.now,
    repeats: new Map(),
  };
  return new LineLogger(sink, {});
}

class LineLogger implements Logger {
  readonly #sink: Sink;
  readonly #fields: LogFields;

  constructor(sink: Sink, fields: LogFields) {
    this.#sink = sink;
    this.#fields = fields;
  }

  isEnabled(level: LogLevel): boolean {
    return ORDER[level] >= this.#sink.minimum;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new LineLogger(this.#sink, { ...this.#fields, ...fields });
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.isEnabled(level)) return;
    const sink = this.#sink;
    const now = sink.nowMs();
    const suppressed = admit(sink, `${level}\n${String(this.#fields['component'])}\n${message}`, now);
    if (suppressed === undefined) return;
    const all: Record<string, unknown> = { ...this.#fields, ...fields };
    if (suppressed > 0) all['suppressed'] = suppressed;
    const line = sink.format === 'json' ? jsonLine(now, level, message, all) : textLine(now, level, message, all);
    sink.write(line);
  }
}

/** How many lines like this were left out before it, or undefined when it is left out itself. */
function admit(sink: Sink, key: string, now: number): number | undefined {
  const repeat = sink.repeats.get(key);
  if (repeat === undefined) {
    if (sink.repeats.size >= MAX_KEYS) sink.repeats.clear();
    sink.repeats.set(key, { windowStartMs: now, written: 1, suppressed: 0 });
    return 0;
  }
  if (now - repeat.windowStartMs >= REPEAT_WINDOW_MS || now < repeat.windowStartMs) {
    const suppressed = repeat.suppressed;
    repeat.windowStartMs = now;
    repeat.written = 1;
    repeat.suppressed = 0;
    return suppressed;
  }
  if (repeat.written >= REPEATS_PER_WINDOW) {
    repeat.suppressed++;
    return undefined;
  }
  repeat.written++;
  return 0;
}

function jsonLine(now: number, level: LogLevel, message: string, fields: LogFields): string {
  const entry = { time: new Date(now).toISOString(), level, message: cut(message), ...plainFields(fields) };
  const line = safeStringify(entry);
  if (line.length <= MAX_LINE) return `${line}\n`;
  return `${safeStringify({ time: entry.time, level, message: entry.message, cut: line.length })}\n`;
}

const LEVEL_TEXT: Readonly<Record<LogLevel, string>> = { debug: 'DEBUG', info: 'INFO ', warn: 'WARN ', error: 'ERROR' };

function textLine(now: number, level: LogLevel, message: string, fields: LogFields): string {
  const { component, ...rest } = plainFields(fields);
  const time = new Date(now).toISOString().slice(11, 23);
  const head = component === undefined ? '' : `${String(component)}: `;
  const tail = Object.entries(rest).map(([key, value]) => ` ${key}=${textValue(value)}`);
  return `${time} ${LEVEL_TEXT[level]} ${head}${cut(message)}${tail.join('')}\n`.slice(0, MAX_LINE);
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return typeof value === 'object' && value !== null ? safeStringify(value) : String(value);
}

function plainFields(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) out[key] = plainValue(value, 0);
  return out;
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  const { code, hint } = value as { code?: unknown; hint?: unknown };
  return {
    type: value.name,
    message: cut(value.message),
    ...(code === undefined ? {} : { code }),
    ...(hint === undefined ? {} : { hint }),
    ...(value.stack === undefined ? {} : { stack: cut(value.stack) }),
    ...(value.cause === undefined || depth >= 3 ? {} : { cause: plainValue(value.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…(${text.length})`;
}

/** JSON, or util.inspect's text as a string when the value holds a cycle or something JSON cannot say. */
function safeStringify(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
  } catch {
    return JSON.stringify({ text: cut(inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY })) });
  }
}
