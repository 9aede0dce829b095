/** Cuts exposition text into chunks of whole lines, so that a file of any size goes over in requests of a bounded one. */
import { CliError } from '../errors.ts';

export interface Chunk {
  readonly body: Buffer;
  /** Number of its first line in the input, from 1. */
  readonly firstLine: number;
  readonly lineCount: number;
  /** Lines that hold a sample. */
  readonly sampleCount: number;
  /** Bytes of the input up to the end of this chunk. */
  readonly endByte: number;
}

const NEWLINE = 10;
const HASH = 35;
/** No sample is this long; a file without newlines is not exposition text. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Lines before `fromLine` are read and left out. */
export async function* readChunks(
  input: AsyncIterable<Buffer>,
  chunkBytes: number,
  fromLine: number,
): AsyncGenerator<Chunk> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let line = 1;
  let endByte = 0;
  const cut = (body: Buffer): Chunk | undefined => {
    const counted = countLines(body);
    const firstLine = line;
    line += counted.lineCount;
    endByte += body.length;
    const skipped = Math.min(counted.lineCount, Math.max(0, fromLine - firstLine));
    if (skipped === counted.lineCount) return undefined;
    if (skipped === 0) return { body, firstLine, endByte, ...counted };
    const rest = body.subarray(offsetOfLine(body, skipped));
    return { body: rest, firstLine: firstLine + skipped, endByte, ...countLines(rest) };
  };
  for await (const piece of input) {
    pending.push(piece);
    pendingBytes += piece.length;
    if (pendingBytes < chunkBytes) continue;
    const text = Buffer.concat(pending, pendingBytes);
    const end = text.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      if (pendingBytes > MAX_LINE_BYTES) throw tooLong(line);
      pending = [text];
      continue;
    }
    const chunk = cut(text.subarray(0, end));
    pending = [text.subarray(end)];
    pendingBytes = text.length - end;
    if (chunk !== undefined) yield chunk;
  }
  if (pendingBytes === 0) return;
  const last = Buffer.concat(pending, pendingBytes);
  const chunk = cut(last);
  if (chunk !== undefined) yield chunk;
}

function countLines(body: Buffer): { lineCount: number; sampleCount: number } {
  let lineCount = 0;
  let sampleCount = 0;
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline === -1 ? body.length : newline;
    if (end > start && body[start] !== HASH) sampleCount++;
    lineCount++;
    start = end + 1;
  }
  return { lineCount, sampleCount };
}

function offsetOfLine(body: Buffer, line: number): number {
  let offset = 0;
  for (let i = 0; i < line; i++) offset = body.indexOf(NEWLINE, offset) + 1;
  return offset;
}

function tooLong(line: number): CliError {
  return new CliError('failed', `line ${line} is longer than ${MAX_LINE_BYTES} bytes`, {
    hint: 'the input does not look like exposition text: one sample a line',
  });
}
