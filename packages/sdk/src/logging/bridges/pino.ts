/** pino beside the SDK: its lines through our sinks, or our ids in its lines. */
import { current } from '../../context/store.ts';
import type { LogLevel } from '../../options/level.ts';
import type { Logger } from '../logger.ts';
import { foreignError } from './foreign-error.ts';

/** What pino takes as its destination. */
export interface PinoDestination {
  write(line: string): void;
}

/** pino's own level numbers are ours: 10 trace to 60 fatal. */
const LEVELS: readonly LogLevel[] = ['trace', 'trace', 'debug', 'info', 'warn', 'error', 'critical'];

/**
 * A destination for pino: its lines become lines of `logger`, with our ids, redaction and sinks.
 *
 * @param logger Gets the lines; its level applies as well.
 * @example const log = pino({ level: 'info' }, fromPino(sdk.logger('legacy')));
 */
export function fromPino(logger: Logger): PinoDestination {
  return { write: (line) => forward(logger, line) };
}

/**
 * A `mixin` for pino: the ids of the current request in the lines that pino itself writes.
 *
 * @example const log = pino({ mixin: pinoMixin() });
 */
export function pinoMixin(): () => Record<string, string> {
  return () => {
    const context = current();
    const ids: Record<string, string> = {};
    const values = context?.cell?.values;
    if (values?.correlationId !== undefined) ids['correlation_id'] = values.correlationId;
    if (values?.requestId !== undefined) ids['request_id'] = values.requestId;
    if (values?.userId !== undefined) ids['user_id'] = values.userId;
    if (values?.sessionId !== undefined) ids['session_id'] = values.sessionId;
    if (context?.span !== undefined) {
      ids['trace_id'] = context.span.traceId;
      ids['span_id'] = context.span.spanId;
    }
    return ids;
  };
}

function forward(logger: Logger, line: string): void {
  const parsed = parse(line);
  if (parsed === undefined) {
    logger.info(line.trimEnd());
    return;
  }
  const { level, time, msg, err, pid: _pid, hostname: _hostname, ...fields } = parsed;
  const name = typeof level === 'number' ? LEVELS[Math.min(6, Math.floor(level / 10))] : undefined;
  const error = foreignError(err);
  logger.logAt(
    timeOf(time),
    name ?? 'info',
    typeof msg === 'string' ? msg : (error?.message ?? ''),
    error === undefined ? fields : { ...fields, err: error },
  );
}

function timeOf(time: unknown): number {
  const ms = typeof time === 'string' ? Date.parse(time) : time;
  return typeof ms === 'number' && ms >= 0 && ms < 8.64e15 ? Math.floor(ms) : Date.now();
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
