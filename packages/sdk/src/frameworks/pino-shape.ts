/**
 * The SDK's logger in the shape of pino's, for frameworks that log through one they are given: `info('text %s', value)`,
 * `info({ data }, 'text')`, `info(error)`, `child(bindings)`.
 */
import { format } from 'node:util';
import type { Logger } from '../logging/logger.ts';
import { parseLevel } from '../options/level.ts';

type Write = (first?: unknown, ...rest: unknown[]) => void;

/** Methods and properties that a framework finds on pino's logger. */
export interface PinoShape {
  level: string;
  readonly trace: Write;
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  readonly fatal: Write;
  readonly silent: Write;
  child(bindings: object): PinoShape;
}

type Method = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** A logger that writes with `logger`. */
export function pinoShape(logger: Logger): PinoShape {
  return {
    get level() {
      return logger.level === 'critical' ? 'fatal' : logger.level;
    },
    set level(name) {
      const level = parseLevel(name);
      if (level !== undefined) logger.level = level;
    },
    trace: writer(logger, 'trace'),
    debug: writer(logger, 'debug'),
    info: writer(logger, 'info'),
    warn: writer(logger, 'warn'),
    error: writer(logger, 'error'),
    fatal: writer(logger, 'critical'),
    silent() {},
    child: (bindings) => pinoShape(logger.child(plain(bindings))),
  };
}

function writer(logger: Logger, method: Method): Write {
  return (first, ...rest) => {
    if (first instanceof Error) {
      logger[method](rest.length === 0 ? first.message : text(rest), first);
    } else if (typeof first === 'object' && first !== null) {
      const { msg, ...data } = plain(first);
      logger[method](rest.length === 0 ? String(msg ?? '') : text(rest), data);
    } else {
      logger[method](text([first, ...rest]));
    }
  };
}

function text(parts: readonly unknown[]): string {
  const [first, ...rest] = parts;
  return rest.length === 0 ? String(first) : format(first, ...rest);
}

/** Requests and responses as what is worth a line of them: frameworks hand over the objects themselves. */
function plain(data: object): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    if (key === 'req') out[key] = requestFields(value);
    else if (key === 'res') out[key] = { statusCode: (value as { statusCode?: unknown } | null)?.statusCode };
    else out[key] = value;
  }
  return out;
}

function requestFields(value: unknown): unknown {
  const { method, url } = (value ?? {}) as { method?: unknown; url?: unknown };
  // Without the query, which carries tokens and search texts.
  return { method, path: typeof url === 'string' ? url.split('?', 1)[0] : undefined };
}
