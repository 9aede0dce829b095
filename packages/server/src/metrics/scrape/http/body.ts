/** Response bodies in memory, bounded before and after decompression. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf, ScrapeError } from '../errors.ts';

const gunzipAsync = promisify(gunzip);

/** Bytes no response may reach even where the configuration sets no limit: one target must not take the memory of all. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;

export interface BodyOptions {
  /** 0: only MAX_BODY_BYTES holds. As in Prometheus, a body of exactly this size is too large. */
  readonly limitBytes: number;
  /** Size of the last body, to decompress in one piece. */
  readonly sizeHint: number;
}

/** @throws ScrapeError `scrape/body-size-limit`, `scrape/content-encoding` */
export async function readBody(
  stream: AsyncIterable<Buffer>,
  encoding: string,
  { limitBytes, sizeHint }: BodyOptions,
): Promise<Buffer> {
  const limit = limitBytes > 0 ? Math.min(limitBytes, MAX_BODY_BYTES) : MAX_BODY_BYTES;
  const raw = await collect(stream, limit);
  if (encoding === '' || encoding === 'identity' || raw.length === 0) return raw;
  if (encoding !== 'gzip') {
    throw new ScrapeError('scrape/content-encoding', `cannot decode Content-Encoding "${encoding}"`, {
      hint: 'the target must send plain or gzip bodies, which is all that is asked for',
    });
  }
  try {
    const chunkSize = Math.min(Math.max(16_384, sizeHint + (sizeHint >> 3)), 4 * 1024 * 1024);
    return await gunzipAsync(raw, { maxOutputLength: Math.max(1, limit - 1), chunkSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new ScrapeError('scrape/content-encoding', `the gzip body is broken: ${messageOf(error)}`, { cause: error });
  }
}

async function collect(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size >= limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
}

function tooLarge(limit: number): ScrapeError {
  return new ScrapeError('scrape/body-size-limit', 'body size limit exceeded', {
    hint: `bodies of this job must stay under ${limit} bytes after decompression (body_size_limit)`,
  });
}
