/** The file of an import as chunks of text with millisecond timestamps, each fit for one request. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { lineChunks, openMetricsToImportChunks } from '@sightline/protocol';
import { CliError } from '../errors.ts';

export type ImportFormat = 'prometheus' | 'openmetrics';

export interface ImportPiece {
  readonly body: Buffer;
  /** Lines of the input before this piece; undefined when its lines are not those of the input. */
  readonly linesBefore: number | undefined;
  /** Bytes of the input up to the end of this piece, skipped ones included. */
  readonly endByte: number;
  /** Exemplars that were left out: the import format has no place for them. */
  readonly exemplars: number;
}

export interface ImportSource {
  readonly pieces: AsyncIterable<ImportPiece>;
  /** Undefined for standard input. */
  readonly totalBytes: number | undefined;
}

const CHUNKS = { chunkBytes: 4 * 1024 * 1024, maxLineBytes: 1024 * 1024 };
const READ_BYTES = 1024 * 1024;

/** `file` is a path or `-`. @throws CliError when it cannot be read */
export async function openImportSource(format: ImportFormat, file: string, fromByte: number): Promise<ImportSource> {
  const { stream, totalBytes } = await openBytes(file, fromByte);
  return { totalBytes, pieces: piecesOf(format, stream, fromByte) };
}

async function openBytes(
  file: string,
  fromByte: number,
): Promise<{ stream: AsyncIterable<Uint8Array>; totalBytes: number | undefined }> {
  if (file === '-') {
    if (fromByte > 0) throw new CliError('usage', '--from-byte needs a file, not standard input');
    return { stream: process.stdin, totalBytes: undefined };
  }
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new CliError('failed', `${file} is a directory`);
    return { stream: createReadStream(file, { start: fromByte, highWaterMark: READ_BYTES }), totalBytes: stats.size };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('failed', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function* piecesOf(
  format: ImportFormat,
  stream: AsyncIterable<Uint8Array>,
  fromByte: number,
): AsyncGenerator<ImportPiece> {
  if (format === 'openmetrics') {
    for await (const { body, bytesRead, exemplars } of openMetricsToImportChunks(stream)) {
      yield { body, linesBefore: undefined, endByte: fromByte + bytesRead, exemplars };
    }
    return;
  }
  for await (const { body, bytesRead, linesBefore } of lineChunks(stream, CHUNKS)) {
    yield { body, linesBefore, endByte: fromByte + bytesRead, exemplars: 0 };
  }
}
