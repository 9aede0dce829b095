/** A sink over a line buffer. */
import type { LogLevel } from '../../options/level.ts';
import { CRITICAL } from '../severity.ts';
import type { ShapeName } from '../shapes/shape.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Sink } from './sink.ts';

/** Critical lines are written at once, because the process may end next. */
export function bufferedSink(
  name: string,
  buffer: LineBuffer,
  options: { readonly shape?: ShapeName | undefined; readonly level?: LogLevel | undefined },
): Sink {
  return {
    name,
    shape: options.shape,
    level: options.level,
    start: (core) => buffer.start(core),
    write(line, severity) {
      buffer.add(line);
      if (severity >= CRITICAL) buffer.flushNow();
    },
    flush: (signal) => buffer.flush(signal),
    flushSync: () => buffer.flushSync(),
    close: () => buffer.close(),
  };
}
