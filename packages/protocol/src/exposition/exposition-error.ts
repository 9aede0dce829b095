/** The error of exposition text: which line, which column, what stood there and what should have. */
import { SightlineError } from '@sightline/model';

export type ExpositionErrorCode =
  | 'exposition_syntax'
  | 'exposition_number'
  | 'exposition_type'
  | 'exposition_utf8'
  | 'exposition_labels'
  | 'exposition_eof';

export interface ExpositionErrorDetail {
  readonly code: ExpositionErrorCode;
  /** Without the position: `expected a value after the metric, found "x"`. */
  readonly reason: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units of the line. */
  readonly column: number;
  /** The offending line, cut to MAX_EXCERPT units around the column. */
  readonly excerpt: string;
}

const MAX_EXCERPT = 120;
const MAX_SHOWN = 60;

export class ExpositionError extends SightlineError<ExpositionErrorCode> {
  readonly detail: ExpositionErrorDetail;

  constructor(detail: ExpositionErrorDetail) {
    const where = detail.excerpt === '' ? '' : ` in: ${detail.excerpt}`;
    super(detail.code, `line ${detail.line}, column ${detail.column}: ${detail.reason}${where}`);
    this.detail = detail;
  }

  get line(): number {
    return this.detail.line;
  }

  get column(): number {
    return this.detail.column;
  }

  /** The same error when the body it was found in began `lines` lines into a longer text. */
  shifted(lines: number): ExpositionError {
    return lines === 0 ? this : new ExpositionError({ ...this.detail, line: this.detail.line + lines });
  }
}

/** Builds the error for byte `at` of `body`. Costs a pass over the body up to there, which only failures pay. */
export function expositionError(body: Buffer, at: number, code: ExpositionErrorCode, reason: string): ExpositionError {
  const offset = Math.min(at, body.length);
  let line = 1;
  let lineStart = 0;
  for (let next = body.indexOf(10); next !== -1 && next < offset; next = body.indexOf(10, next + 1)) {
    line++;
    lineStart = next + 1;
  }
  const newline = body.indexOf(10, offset);
  const lineEnd = newline === -1 ? body.length : newline;
  const column = body.toString('utf8', lineStart, offset).length + 1;
  return new ExpositionError({ code, reason, line, column, excerpt: excerptOf(body, lineStart, lineEnd, offset) });
}

/** What stands at byte `at`, for "found ..." in a message. */
export function foundAt(body: Buffer, at: number): string {
  if (at >= body.length) return 'the end of the text';
  if (body[at] === 10) return 'the end of the line';
  let end = at + 1;
  while (end < body.length && end - at < 24 && !isBreak(body[end] as number)) end++;
  return JSON.stringify(body.toString('utf8', at, end));
}

/** Text of the body in a message: quoted, and cut when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text);
}

function isBreak(byte: number): boolean {
  return byte <= 32 || byte === 0x7b || byte === 0x7d || byte === 0x3d || byte === 0x2c;
}

function excerptOf(body: Buffer, start: number, end: number, at: number): string {
  const from = Math.max(start, Math.min(at - MAX_EXCERPT / 2, end - MAX_EXCERPT));
  const to = Math.min(end, from + MAX_EXCERPT);
  const text = JSON.stringify(body.toString('utf8', from, to))
    .slice(1, -1)
    .replaceAll('\\"', '"');
  return `${from > start ? '...' : ''}${text}${to < end ? '...' : ''}`;
}
