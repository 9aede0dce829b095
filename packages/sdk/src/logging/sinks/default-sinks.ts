/** The destinations that options and environment name, when a program does not list sinks itself. */
import { fstatSync } from 'node:fs';
import { builtin } from '../../lib/builtin.ts';
import type { Core } from '../../core/core.ts';
import type { LoggingOptions } from '../options.ts';
import type { ShapeName } from '../shapes/shape.ts';
import { fileSink } from './file.ts';
import { lokiSink } from './loki.ts';
import { otlpLogSink } from './otlp.ts';
import { prettySink } from './pretty.ts';
import type { Sink } from './sink.ts';
import { stdoutSink } from './stdout.ts';

/** Standard output always (unless refused), a file, a collector and Loki where they are named. */
export function defaultSinks(core: Core, options: LoggingOptions): Sink[] {
  const sinks: Sink[] = [];
  const asked = options.format ?? (core.env.logFormat as ShapeName | 'pretty' | undefined);
  const format = asked ?? (isTerminal(1) ? 'pretty' : 'json');
  if (options.stdout !== false) {
    const { level } = options.stdout ?? {};
    sinks.push(format === 'pretty' ? prettySink({ level }) : stdoutSink({ shape: format, ...options.stdout }));
  }
  const file = options.file ?? core.env.logFilePath;
  const shape = format === 'pretty' ? undefined : format;
  if (typeof file === 'string') sinks.push(fileSink({ path: file, shape }));
  else if (file !== undefined && file !== false) sinks.push(fileSink({ shape, ...file }));
  if (options.otlp !== false && (options.otlp !== undefined || core.env.logs.endpoint !== undefined))
    sinks.push(otlpLogSink(options.otlp === true ? {} : options.otlp));
  if (options.loki !== undefined) sinks.push(lokiSink(options.loki));
  return sinks;
}

/** Asks node:tty only about what may be one: a file or a pipe is none. */
function isTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    // Windows has terminals whose state can't be read.
  }
  return builtin('node:tty').isatty(descriptor);
}
