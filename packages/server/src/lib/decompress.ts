/**
 * Decompression that a hostile body cannot hurt: the size of the output is checked before it is allocated (snappy says it up
 * front) or while it grows (gzip, deflate, zstd), and large bodies are worked on in the thread pool.
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { SightlineError } from '@sightline/model';
import { uncompress, uncompressSync } from 'snappy';

export type DecompressErrorCode = 'decompress_too_large' | 'decompress_corrupt' | 'decompress_unsupported';

export class DecompressError extends SightlineError<DecompressErrorCode> {}

export type ContentEncoding = 'identity' | 'gzip' | 'deflate' | 'zstd' | 'snappy';

type Inflate = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip = promisify(zlib.gunzip) as Inflate;
const inflate = promisify(zlib.inflate) as Inflate;

/** Node 22.15 and later have zstd; the types of Node 20 do not know it. */
const zstd = zstdOf(zlib);

/** Below this many bytes of output a snappy block is decoded at once: a trip to the thread pool takes longer. */
const SNAPPY_SYNC_BYTES = 256 * 1024;

/**
 * The encoding that a Content-Encoding header names.
 * @throws DecompressError when it is none that can be read
 */
export function contentEncoding(header: string | undefined): ContentEncoding {
  const name = (header ?? '').trim().toLowerCase();
  switch (name) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
    case 'snappy':
      return name;
    case 'zstd':
      if (zstd !== undefined) return name;
      break;
  }
  throw new DecompressError('decompress_unsupported', `Content-Encoding ${JSON.stringify(header)} is not supported`, {
    hint: `send ${zstd === undefined ? '' : 'zstd, '}gzip, deflate, snappy or no compression`,
  });
}

/**
 * The plain body, at most `maxBytes` long.
 * @throws DecompressError when it is longer, or is not what `encoding` says
 */
export async function decompress(body: Buffer, encoding: ContentEncoding, maxBytes: number): Promise<Buffer> {
  switch (encoding) {
    case 'identity':
      if (body.length > maxBytes) throw tooLarge(maxBytes);
      return body;
    case 'snappy':
      return decompressSnappy(body, maxBytes);
    case 'gzip':
      return run(gunzip, body, maxBytes);
    case 'deflate':
      return run(inflate, body, maxBytes);
    case 'zstd':
      if (zstd === undefined) throw new DecompressError('decompress_unsupported', 'this version of Node has no zstd');
      return run(zstd, body, maxBytes);
  }
}

async function run(decode: Inflate, body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DecompressError('decompress_corrupt', `the body cannot be decompressed: ${reason}`, { cause: error });
  }
}

async function decompressSnappy(body: Buffer, maxBytes: number): Promise<Buffer> {
  const declared = snappyLength(body);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  // The densest element is a copy: 3 bytes for 64. A length beyond that was made up.
  if (declared > body.length * 22) throw corruptSnappy('it is too short for the length it declares');
  try {
    const options = { asBuffer: true };
    const plain = declared <= SNAPPY_SYNC_BYTES ? uncompressSync(body, options) : await uncompress(body, options);
    return plain as Buffer;
  } catch (error) {
    throw corruptSnappy(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The length that a snappy block declares for what it decodes to.
 * @throws DecompressError when it does not begin with one
 */
export function snappyLength(body: Buffer): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw corruptSnappy('it does not begin with a length');
}

function corruptSnappy(reason: string): DecompressError {
  return new DecompressError('decompress_corrupt', `the body is not a snappy block: ${reason}`, {
    hint: 'send the block format of snappy, not the framed one',
  });
}

function tooLarge(maxBytes: number): DecompressError {
  return new DecompressError('decompress_too_large', `the body is larger than ${maxBytes} bytes when decompressed`);
}

function zstdOf(module: object): Inflate | undefined {
  const decode = (module as { zstdDecompress?: unknown }).zstdDecompress;
  return typeof decode === 'function' ? (promisify(decode as typeof zlib.gunzip) as Inflate) : undefined;
}
