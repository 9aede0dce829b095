/**
 * Parses a body in slices of about a megabyte and lets other work run in between: a body of a hundred thousand new series
 * would hold the event loop for a quarter of a second.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { ExpositionError, type ExpositionFormat, type ExpositionSink, parseExposition } from '@sightline/protocol';

export const SLICE_BYTES = 512 * 1024;

const LF = 10;
const EOF_LINE = Buffer.from('# EOF\n');

/**
 * As parseExposition; offsets are those of the whole body.
 * @throws ExpositionError with the line of the whole body
 */
export async function parseInSlices(
  body: Buffer,
  format: ExpositionFormat,
  sink: ExpositionSink,
  sliceBytes = SLICE_BYTES,
): Promise<void> {
  if (body.length <= sliceBytes * 2) return parseExposition(body, format, sink);
  let start = 0;
  for (;;) {
    const end = start + sliceBytes * 2 > body.length ? body.length : cutAfter(body, start + sliceBytes);
    const isLast = end > body.length - EOF_LINE.length;
    parseSlice(body, start, isLast ? body.length : end, format, sink);
    if (isLast) return;
    start = end;
    await immediate();
  }
}

function parseSlice(body: Buffer, start: number, end: number, format: ExpositionFormat, sink: ExpositionSink): void {
  const needsEof = format === 'openmetrics' && end < body.length;
  const stop = needsEof ? end + EOF_LINE.length : end;
  // The slice borrows the bytes behind it for the end mark that the format demands, and gives them back.
  const borrowed = needsEof ? Buffer.from(body.subarray(end, stop)) : undefined;
  if (needsEof) EOF_LINE.copy(body, end);
  try {
    parseExposition(body.subarray(start, stop), format, shifted(sink, start));
  } catch (error) {
    throw error instanceof ExpositionError ? error.shifted(countLines(body, start)) : error;
  } finally {
    borrowed?.copy(body, end);
  }
}

function shifted(sink: ExpositionSink, by: number): ExpositionSink {
  return {
    sample: (start, end, value, timestampMs) => sink.sample(start + by, end + by, value, timestampMs),
    exemplar: (exemplar) => sink.exemplar?.(exemplar),
    type: (metric, type) => sink.type?.(metric, type),
    help: (metric, help) => sink.help?.(metric, help),
    unit: (metric, unit) => sink.unit?.(metric, unit),
  };
}

/** Behind the first line end from `from` on that is not inside a quoted label value; the body's end when there is none. */
function cutAfter(body: Buffer, from: number): number {
  let lineStart = body.lastIndexOf(LF, from) + 1;
  for (let i = body.indexOf(LF, from); i !== -1; i = body.indexOf(LF, i + 1)) {
    if (isBalanced(body, lineStart, i)) return i + 1;
    lineStart = i + 1;
  }
  return body.length;
}

function isBalanced(body: Buffer, start: number, end: number): boolean {
  let isInside = false;
  for (let i = start; i < end; i++) {
    if (body[i] === 92) i++;
    else if (body[i] === 34) isInside = !isInside;
  }
  return !isInside;
}

function countLines(body: Buffer, end: number): number {
  let lines = 0;
  for (let i = body.indexOf(LF); i !== -1 && i < end; i = body.indexOf(LF, i + 1)) lines++;
  return lines;
}
