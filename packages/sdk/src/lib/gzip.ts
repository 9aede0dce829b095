/** Compression off the main thread. */
import { builtin } from './builtin.ts';

/** The body as gzip, fast rather than small. Rejects when zlib fails. */
export function gzipFast(body: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    builtin('node:zlib').gzip(body, { level: 1 }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
  });
}
