/** Lines to a file that rotates by size and by day or hour, keeps a number of old files, and survives a full disk. */
import type { Core } from '../../core/core.ts';
import type { LogLevel } from '../../options/level.ts';
import type { ShapeName } from '../shapes/shape.ts';
import { bufferedSink } from './buffered-sink.ts';
import { LineBuffer, type OnFull } from './line-buffer.ts';
import { OldFiles } from './old-files.ts';
import { RotatingFile } from './rotating-file.ts';
import type { Sink } from './sink.ts';

export interface FileOptions {
  /** Folders are made. One process writes a file. */
  readonly path: string;
  readonly shape?: ShapeName | undefined;
  readonly level?: LogLevel | undefined;
  /** Begins a new file when a batch of lines would pass so many bytes; 10 MiB, 0 for never. */
  readonly maxBytes?: number | undefined;
  /** Begins a new file each day or hour (UTC). */
  readonly rotate?: 'daily' | 'hourly' | undefined;
  /** Old files that are kept; 5. */
  readonly keep?: number | undefined;
  /** Deletes old files after so many days. */
  readonly maxAgeDays?: number | undefined;
  /** Compresses old files; false. */
  readonly gzip?: boolean | undefined;
  /** Permissions of files; 0o640. */
  readonly mode?: number | undefined;
  /** When the disk is full and the buffer, too: `drop` (default) counts what it drops, `block` waits for a slow disk. */
  readonly onFull?: OnFull | undefined;
  /** Bytes that may wait; 4 MiB. */
  readonly maxBufferBytes?: number | undefined;
}

const MAX_BYTES = 10_485_760;
const KEEP = 5;

/**
 * A file as a sink. `logs/app.log` rotates to `logs/app-20261120T103000Z.log`, with `gzip` and `.gz` behind it.
 *
 * @example observe({ logging: { sinks: [stdoutSink(), fileSink({ path: 'logs/app.log', rotate: 'daily', keep: 14 })] } })
 */
export function fileSink(options: FileOptions): Sink {
  const old = new OldFiles(options.path, {
    keep: options.keep ?? KEEP,
    maxAgeDays: options.maxAgeDays,
    gzip: options.gzip ?? false,
  });
  const file = new RotatingFile(
    {
      path: options.path,
      maxBytes: options.maxBytes ?? MAX_BYTES,
      period: options.rotate,
      mode: options.mode ?? 0o640,
    },
    () => old.tidy(),
  );
  const buffer = new LineBuffer((bytes, offset, length) => file.write(bytes, offset, length), {
    name: 'file',
    onFull: options.onFull ?? 'drop',
    maxBufferBytes: options.maxBufferBytes ?? 4_194_304,
    isSync: false,
    exitTimeoutMs: 1000,
  });
  const sink = bufferedSink('file', buffer, options);
  return {
    ...sink,
    start(core: Core) {
      buffer.start(core);
      old.start(core);
      file.start(core);
    },
    async close() {
      buffer.close();
      file.close();
      await old.finished();
    },
  };
}
