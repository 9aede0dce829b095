/** An exception as attributes of an event (OpenTelemetry semantic conventions, "Exceptions on spans"). Never throws. */
import type { Attributes } from './span.ts';

/** Undefined for what says nothing about itself, e.g. `undefined` or `{}`. */
export function exceptionAttributes(exception: unknown): Attributes | undefined {
  try {
    return describe(exception);
  } catch {
    // A getter that throws, a revoked proxy: that something was thrown is still worth knowing.
    return { 'exception.type': 'unreadable' };
  }
}

function describe(exception: unknown): Attributes | undefined {
  if (exception === undefined || exception === null || exception === '') return undefined;
  if (typeof exception !== 'object') return { 'exception.message': String(exception) };
  const { code, name, message, stack } = exception as Record<string, unknown>;
  const type = hasText(code) ? String(code) : typeof name === 'string' && name !== '' ? name : undefined;
  if (type === undefined && typeof message !== 'string') return undefined;
  return {
    'exception.type': type,
    'exception.message': typeof message === 'string' && message !== '' ? message : undefined,
    'exception.stacktrace': typeof stack === 'string' && stack !== '' ? stack : undefined,
  };
}

function hasText(code: unknown): boolean {
  return (typeof code === 'string' && code !== '') || (typeof code === 'number' && code !== 0);
}

/** The message for a span's status. */
export function messageOf(exception: unknown): string {
  try {
    return exception instanceof Error ? exception.message : String(exception);
  } catch {
    return 'unreadable exception';
  }
}
