/**
 * The logger of the server on the SDK's: JSON lines in the flat shape, or readable text for a terminal. A message that repeats
 * is written a few times in a window and then counted, so that a failing target cannot fill a disk. The count is told by the
 * next line of its kind.
 */
import { createCore, createLogging, Registry, type Logger as SdkLogger, type Sink } from '@sightline/sdk';
import type { LogFields, Logger, LogLevel } from './logger.ts';
import { textLine } from './text-line.ts';

export type LogFormat = 'json' | 'text';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Gets whole lines, newline included. */
  readonly write: (line: string) => void;
  readonly nowMs?: () => number;
}

const REPEAT_WINDOW_MS = 60_000;
const REPEATS_PER_WINDOW = 10;
const MAX_KEYS = 1_000;
const MAX_LINE_BYTES = 32_768;

interface Repeat {
  windowStartMs: number;
  written: number;
  suppressed: number;
}

interface Repeats {
  readonly nowMs: () => number;
  readonly byKey: Map<string, Repeat>;
}

export function createLogger(options: LoggerOptions): Logger {
  const { write } = options;
  const sink: Sink = {
    name: 'server',
    shape: 'flat',
    write: options.format === 'json' ? write : (line) => write(textLine(line)),
  };
  // The server's own configuration speaks, not LOG_LEVEL and the like of its environment.
  const core = createCore({ service: 'sightline', environment: 'production' }, {});
  const logging = createLogging(core, new Registry({ enabled: false }), {
    level: options.level,
    sinks: [sink],
    maxLineBytes: MAX_LINE_BYTES,
    handleSignals: false,
    logCrashes: false,
  });
  const repeats = { nowMs: options.nowMs ?? Date.now, byKey: new Map<string, Repeat>() };
  return new ServerLogger((component) => logging.logger(component), 'sightline', {}, repeats);
}

class ServerLogger implements Logger {
  readonly #loggerOf: (component: string) => SdkLogger;
  readonly #component: string;
  readonly #fields: LogFields;
  readonly #repeats: Repeats;
  readonly #logger: SdkLogger;

  constructor(loggerOf: (component: string) => SdkLogger, component: string, fields: LogFields, repeats: Repeats) {
    this.#loggerOf = loggerOf;
    this.#component = component;
    this.#fields = fields;
    this.#repeats = repeats;
    this.#logger = loggerOf(component);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#logger.isEnabled(level);
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

  /** `component` is the name of the logger; everything else goes onto each line. */
  child({ component, ...fields }: LogFields): Logger {
    const name = typeof component === 'string' ? component : this.#component;
    return new ServerLogger(this.#loggerOf, name, { ...this.#fields, ...fields }, this.#repeats);
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.isEnabled(level)) return;
    const suppressed = admit(this.#repeats, `${level}\n${this.#component}\n${message}`);
    if (suppressed === undefined) return;
    const all = { ...this.#fields, ...fields, ...(suppressed > 0 ? { suppressed } : {}) };
    this.#logger.logAt(this.#repeats.nowMs(), level, message, all);
  }
}

/** How many lines like this were left out before it, or undefined when it is left out itself. */
function admit({ nowMs, byKey }: Repeats, key: string): number | undefined {
  const now = nowMs();
  const repeat = byKey.get(key);
  if (repeat === undefined) {
    if (byKey.size >= MAX_KEYS) byKey.clear();
    byKey.set(key, { windowStartMs: now, written: 1, suppressed: 0 });
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
