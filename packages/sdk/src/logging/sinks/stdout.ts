/**
 * Lines to standard output. A pipe is opened a second time without blocking where the system can (Linux), so that a reader
 * that stops does not stop the service until the buffer is full.
 */
import { constants, fstatSync, openSync } from 'node:fs';
import type { LogLevel } from '../../options/level.ts';
import type { ShapeName } from '../shapes/shape.ts';
import { bufferedSink } from './buffered-sink.ts';
import { descriptorWriter, LineBuffer, type OnFull } from './line-buffer.ts';
import type { Sink } from './sink.ts';

export interface StdoutOptions {
  /** Shape of the lines; `json`. */
  readonly shape?: ShapeName | undefined;
  readonly level?: LogLevel | undefined;
  /** `batch` (default) writes once per turn of the event loop or 16 KB, `sync` every line at once. */
  readonly mode?: 'batch' | 'sync' | undefined;
  /** When the reader stops and the buffer is full: `block` (default) waits and loses nothing, `drop` counts what it drops. */
  readonly onFull?: OnFull | undefined;
  /** Bytes that may wait for the reader; 4 MiB. */
  readonly maxBufferBytes?: number | undefined;
  /** How long the end of the process waits for a reader that takes nothing; 10,000 ms with `block`, 1,000 with `drop`. */
  readonly exitTimeoutMs?: number | undefined;
  /** Descriptor; 1. */
  readonly descriptor?: number | undefined;
}

/** Standard output as a sink. @example observe({ logging: { sinks: [stdoutSink({ onFull: 'drop' })] } }) */
export function stdoutSink(options: StdoutOptions = {}): Sink {
  const onFull = options.onFull ?? 'block';
  const buffer = new LineBuffer(descriptorWriter(withoutBlocking(options.descriptor ?? 1)), {
    name: 'stdout',
    onFull,
    maxBufferBytes: options.maxBufferBytes ?? 4_194_304,
    isSync: options.mode === 'sync',
    exitTimeoutMs: options.exitTimeoutMs ?? (onFull === 'block' ? 10_000 : 1_000),
  });
  return bufferedSink('stdout', buffer, options);
}

/**
 * A descriptor that says when it is full instead of waiting: a pipe opened again; a socket (what Node, pm2 and systemd give their
 * children) cannot be, but Node's own stream on it makes it so when it is first looked at. The same one where neither is possible.
 */
function withoutBlocking(descriptor: number): number {
  try {
    const kind = fstatSync(descriptor);
    if (kind.isSocket()) {
      if (descriptor === 1) void process.stdout;
      else if (descriptor === 2) void process.stderr;
      return descriptor;
    }
    if (process.platform !== 'linux' || !kind.isFIFO()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return descriptor;
  }
}
