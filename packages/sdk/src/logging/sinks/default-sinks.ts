/** The destinations that options and environment name, when a program does not list sinks itself. */
import type { Core } from '../../core/core.ts';
import type { LoggingOptions } from '../options.ts';
import type { ShapeName } from '../shapes/shape.ts';
import type { Sink } from './sink.ts';
import { stdoutSink } from './stdout.ts';

export function defaultSinks(core: Core, options: LoggingOptions, isTerminal: boolean): Sink[] {
  const sinks: Sink[] = [];
  const format = options.format ?? (core.env.logFormat as LoggingOptions['format']) ?? (isTerminal ? 'pretty' : 'json');
  if (options.stdout !== false)
    sinks.push(stdoutSink({ shape: format === 'pretty' ? 'json' : (format as ShapeName), ...options.stdout }));
  return sinks;
}
