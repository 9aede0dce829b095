/** Response bodies in memory, bounded before and after decompression. */
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { messageOf, ScrapeError } from '../errors.ts';

const gunzipAsync = promisify(gunzip);

/** Bytes no response may reach even where the configuration sets no limit: one target must not take the memory of all. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

const MAX_SYNC_INPUT = 128 * 1024;
const MAX_SYNC_OUTPUT = 2 * 1024 * 1024;

export interface BodyOptions {
  /** 0: only MAX_BODY_BYTES holds. As in Prometheus, a body of exactly this size is too large. */
  readonly limitBytes: number;
  /** Size of the last body, to decompress in one piece. */
  readonly sizeHint: number;
}

/** @throws ScrapeError `scrape/body-size-limit`, `scrape/content-encoding` */
export async function decodeBody(raw: Buffer, encoding: string, options: BodyOptions): Promise<Buffer> {
  if (encoding === '' || encoding === 'identity' || raw.length === 0) return raw;
  if (encoding !== 'gzip') {
    throw new ScrapeError('scrape/content-encoding', `cannot decode Content-Encoding "${encoding}"`, {
      hint: 'the target must send plain or gzip bodies, which is all that is asked for',
    });
  }
  const limit = bodyLimit(options.limitBytes);
  try {
    return await decompress(raw, limit - 1, options.sizeHint);
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit);
    throw new ScrapeError('scrape/content-encoding', `the gzip body is broken: ${messageOf(error)}`, { cause: error });
  }
}

/** The size a body must stay under. */
export function bodyLimit(limitBytes: number): number {
  return limitBytes > 0 ? Math.min(limitBytes, MAX_BODY_BYTES) : MAX_BODY_BYTES;
}

/** Small bodies at once: handing a millisecond of work to another thread costs more than it saves. */
async function decompress(raw: Buffer, maxBytes: number, sizeHint: number): Promise<Buffer> {
  const chunkSize = Math.min(Math.max(16_384, sizeHint + (sizeHint >> 3)), 4 * 1024 * 1024);
  if (raw.length <= MAX_SYNC_INPUT && sizeHint <= MAX_SYNC_OUTPUT) {
    try {
      return gunzipSync(raw, { maxOutputLength: Math.max(1, Math.min(maxBytes, MAX_SYNC_OUTPUT)), chunkSize });
    } catch (error) {
      if (!isTooLarge(error) || maxBytes <= MAX_SYNC_OUTPUT) throw error;
    }
  }
  return gunzipAsync(raw, { maxOutputLength: Math.max(1, maxBytes), chunkSize });
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

export function tooLarge(limit: number): ScrapeError {
  const ours = limit === MAX_BODY_BYTES ? `: ${limit} bytes is the most that any target may send` : '';
  return new ScrapeError('scrape/body-size-limit', `body size limit exceeded${ours}`, {
    hint: `bodies of this job must stay under ${limit} bytes after decompression (body_size_limit)`,
  });
}
