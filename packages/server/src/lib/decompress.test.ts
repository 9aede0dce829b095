import { deflateSync, gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { contentEncoding, DecompressError, decompress } from './decompress.ts';

const TEXT = Buffer.from('some text that repeats some text that repeats some text '.repeat(100));

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DecompressError);
  return (error as DecompressError).code;
}

describe('decompress', () => {
  test.each([
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['snappy', compressSync(TEXT)],
  ] as const)('%s', async (encoding, body) => {
    expect((await decompress(body, encoding, TEXT.length)).equals(TEXT)).toBe(true);
    expect(await failure(decompress(body, encoding, TEXT.length - 1))).toBe('decompress_too_large');
    if (encoding !== 'identity') {
      expect(await failure(decompress(body.subarray(0, body.length - 5), encoding, 1e6))).toBe('decompress_corrupt');
    }
  });

  test('a large snappy block goes through the thread pool', async () => {
    const large = Buffer.alloc(1_000_000, 'abc');
    expect((await decompress(compressSync(large), 'snappy', 2_000_000)).equals(large)).toBe(true);
  });

  test('a gzip bomb of 1 GB costs neither its memory nor its time', async () => {
    const layer = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    // Members of a gzip file are decoded one after the other: 64 of 16 MB.
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => layer));
    const before = process.memoryUsage().rss;
    expect(await failure(decompress(bomb, 'gzip', 32 * 1024 * 1024))).toBe('decompress_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test('a snappy block that declares 4 GB is refused before anything is allocated', async () => {
    const body = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61]);
    expect(await failure(decompress(body, 'snappy', 32 * 1024 * 1024))).toBe('decompress_too_large');
    expect(await failure(decompress(body, 'snappy', 2 ** 40))).toBe('decompress_corrupt');
  });

  test.each([[[]], [[0xff]], [[0xff, 0xff, 0xff, 0xff, 0xff]], [[0x05, 0x61]], [[0x03, 0xff, 0xff, 0xff]]])(
    'garbage %j',
    async (bytes) => {
      expect(await failure(decompress(Buffer.from(bytes), 'snappy', 1e6))).toBe('decompress_corrupt');
    },
  );
});

test('Content-Encoding names', () => {
  expect(contentEncoding(undefined)).toBe('identity');
  expect(contentEncoding('GZIP ')).toBe('gzip');
  expect(() => contentEncoding('br')).toThrow(/"br" is not supported/);
});
