/** Cuts a stream of bytes into buffers of whole lines, so that text of any length is worked on in bounded pieces. */
import { LineTooLongError } from './import-error.ts';

export interface LineChunk {
  /** Whole lines; only the last chunk may lack its final newline. */
  readonly body: Buffer;
  /** Lines before this chunk. */
  readonly linesBefore: number;
  /** Bytes of the stream up to the end of this chunk. */
  readonly bytesRead: number;
}

export interface LineChunkOptions {
  /** A chunk is handed on when it has this many bytes. */
  readonly chunkBytes: number;
  /** @throws LineTooLongError when a line has more */
  readonly maxLineBytes: number;
}

export async function* lineChunks(
  stream: AsyncIterable<Uint8Array>,
  options: LineChunkOptions,
): AsyncGenerator<LineChunk, void, undefined> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let bytesRead = 0;
  let linesBefore = 0;
  for await (const piece of stream) {
    for (let at = 0; at < piece.length; at += options.chunkBytes) {
      const part = Buffer.from(piece.buffer, piece.byteOffset + at, Math.min(options.chunkBytes, piece.length - at));
      const cut = part.lastIndexOf(10) + 1;
      if (cut === 0 && pendingBytes + part.length > options.maxLineBytes) {
        throw new LineTooLongError(linesBefore + 1 + countLines(Buffer.concat(pending)), options.maxLineBytes);
      }
      if (cut === 0 || pendingBytes + part.length < options.chunkBytes) {
        pending.push(part);
        pendingBytes += part.length;
        continue;
      }
      const body = Buffer.concat([...pending, part.subarray(0, cut)]);
      pending = [Buffer.from(part.subarray(cut))];
      pendingBytes = part.length - cut;
      bytesRead += body.length;
      yield { body, linesBefore, bytesRead };
      linesBefore += countLines(body);
    }
  }
  if (pendingBytes === 0) return;
  const body = Buffer.concat(pending);
  yield { body, linesBefore, bytesRead: bytesRead + body.length };
}

function countLines(body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) count++;
  return count;
}
