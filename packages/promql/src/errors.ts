/**
 * Everything this package throws on purpose. The code says which class of answer an API gives:
 * parse_error is the caller's mistake, execution is a query that cannot be answered, the rest are limits.
 */
import { SightlineError, type SightlineErrorOptions } from '@sightline/model';

export type PromqlErrorCode =
  | 'parse_error'
  | 'execution'
  | 'too_many_samples'
  | 'too_many_series'
  | 'timeout'
  | 'canceled';

/** Where in the query text: offsets in UTF-16 units; line and column from 1, the column in UTF-8 bytes as Prometheus counts. */
export interface PromqlPosition {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export interface PromqlErrorOptions extends SightlineErrorOptions {
  position?: PromqlPosition;
}

export class PromqlError extends SightlineError<PromqlErrorCode> {
  readonly position: PromqlPosition | undefined;

  constructor(code: PromqlErrorCode, message: string, options: PromqlErrorOptions = {}) {
    super(code, message, options);
    this.position = options.position;
  }
}

/** Line and column of an offset. The column counts bytes of UTF-8, so that messages equal Prometheus's. */
export function positionOf(text: string, start: number, end: number): PromqlPosition {
  const at = Math.min(start, text.length);
  // lastIndexOf takes a position below 0 for 0.
  const lineStart = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let i = 0; i < lineStart; i++) if (text.charCodeAt(i) === 10) line++;
  let column = 1;
  for (const char of text.slice(lineStart, at)) {
    const code = char.codePointAt(0) as number;
    column += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return { start, end, line, column };
}

/** `1:5: parse error: unexpected end of input`, with its position. */
export function parseError(text: string, start: number, end: number, message: string): PromqlError {
  const position = positionOf(text, start, end);
  return new PromqlError('parse_error', `${position.line}:${position.column}: parse error: ${message}`, { position });
}

export function executionError(message: string): PromqlError {
  return new PromqlError('execution', message);
}
