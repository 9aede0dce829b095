/** winston beside the SDK: a transport whose lines go through our sinks, with our ids and redaction. */
import { Writable } from 'node:stream';
import { type LogLevel, parseLevel } from '../../options/level.ts';
import type { Logger } from '../logger.ts';

/** What winston calls a transport: a stream of objects with `log`. */
export interface WinstonTransport extends Writable {
  log(info: unknown, done: () => void): void;
}

const LEVEL = Symbol.for('level');
/** Levels of winston's npm and syslog sets that the SDK has no word of its own for. */
const OTHERS: Readonly<Record<string, LogLevel>> = {
  silly: 'trace',
  http: 'debug',
  emerg: 'critical',
  alert: 'critical',
  crit: 'critical',
};

/**
 * A transport for winston.
 *
 * @example const log = winston.createLogger({ transports: [winstonTransport(sdk.logger('legacy'))] });
 */
export function winstonTransport(logger: Logger): WinstonTransport {
  const log = (info: unknown, done: () => void): void => {
    if (typeof info === 'object' && info !== null) forward(logger, info as Record<string | symbol, unknown>);
    done();
  };
  const stream = new Writable({ objectMode: true, write: (info, _encoding, done) => log(info, done) });
  return Object.assign(stream, { log });
}

function forward(logger: Logger, info: Record<string | symbol, unknown>): void {
  const { level: shown, message, timestamp: _timestamp, stack, ...rest } = info as Record<string, unknown>;
  const name = String(info[LEVEL] ?? shown);
  const level = parseLevel(name) ?? OTHERS[name] ?? 'info';
  const error = info instanceof Error ? info : stackError(stack, message);
  logger.log(
    level,
    typeof message === 'string' ? message : String(message),
    error === undefined ? rest : { ...rest, err: error },
  );
}

/** `format.errors({ stack: true })` and errors as data leave their stack on the line. */
function stackError(stack: unknown, message: unknown): Error | undefined {
  if (typeof stack !== 'string') return undefined;
  const error = new Error(typeof message === 'string' ? message : '');
  error.stack = stack;
  return error;
}
