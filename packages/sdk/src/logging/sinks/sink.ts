/** Where lines go. A sink gets whole lines, secrets already hidden, and must not throw. */
import type { Core } from '../../core/core.ts';
import type { LogLevel } from '../../options/level.ts';
import type { ShapeName } from '../shapes/shape.ts';

/**
 * A destination of log lines. Implement it to send lines elsewhere.
 *
 * @example const sink: Sink = { name: 'memory', write: (line) => lines.push(JSON.parse(line)) };
 */
export interface Sink {
  /** Short and unique; names the sink in notices. */
  readonly name: string;
  /** Shape of the lines it gets; `json` (the reference shape) unless given. */
  readonly shape?: ShapeName | undefined;
  /** The least level it gets; all that the loggers let through unless given. */
  readonly level?: LogLevel | undefined;
  /** Called once before the first line. */
  start?(core: Core): void;
  /**
   * @param line JSON with a line feed at the end.
   * @param severity 10 trace, 20 debug, 30 info, 40 warning, 50 error, 60 critical.
   * @param timeMs Milliseconds since 1970.
   */
  write(line: string, severity: number, timeMs: number): void;
  /** Sends what is held. */
  flush?(signal: AbortSignal): Promise<void>;
  /** The same when the process ends. */
  flushSync?(): void;
  close?(): void | Promise<void>;
}
