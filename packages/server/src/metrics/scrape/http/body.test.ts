import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody, tooLarge } from './body.ts';

describe('a body that is too large', () => {
  test('is refused with the words of Prometheus when the job has a limit', async () => {
    const raw = gzipSync(Buffer.alloc(10_000));
    await expect(decodeBody(raw, 'gzip', { limitBytes: 10_000, sizeHint: 0 })).rejects.toThrow(
      /^body size limit exceeded$/,
    );
    await expect(decodeBody(raw, 'gzip', { limitBytes: 10_001, sizeHint: 0 })).resolves.toHaveLength(10_000);
  });

  test('names the limit that holds for every target, because no configuration does', () => {
    expect(tooLarge(256 * 1024 * 1024).message).toBe(
      'body size limit exceeded: 268435456 bytes is the most that any target may send',
    );
  });
});
