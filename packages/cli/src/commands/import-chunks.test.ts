import { describe, expect, test } from 'vitest';
import { type Chunk, readChunks } from './import-chunks.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function collect(text: string, pieceSize: number, chunkBytes: number, fromLine = 1): Promise<Chunk[]> {
  const out: Chunk[] = [];
  for await (const chunk of readChunks(pieces(text, pieceSize), chunkBytes, fromLine)) out.push(chunk);
  return out;
}

const TEXT = '# HELP a é\na 1\n\nb 2\nc{x="y"} 3\n# end\nd 4';

describe('readChunks', () => {
  test.each([1, 2, 3, 5, 8, 13, 100])('loses nothing when cut at %i bytes', async (size) => {
    for (const pieceSize of [1, 4, 64]) {
      const chunks = await collect(TEXT, pieceSize, size);
      expect(Buffer.concat(chunks.map((chunk) => chunk.body)).toString()).toBe(TEXT);
      let line = 1;
      for (const chunk of chunks) {
        expect(chunk.firstLine).toBe(line);
        line += chunk.lineCount;
      }
      expect(line).toBe(8);
      expect(chunks.reduce((sum, chunk) => sum + chunk.sampleCount, 0)).toBe(4);
      expect(chunks.at(-1)?.endByte).toBe(Buffer.byteLength(TEXT));
      for (const chunk of chunks.slice(0, -1)) expect(chunk.body.at(-1)).toBe(10);
    }
  });

  test.each([
    [1, TEXT],
    [4, 'b 2\nc{x="y"} 3\n# end\nd 4'],
    [7, 'd 4'],
    [8, ''],
  ])('starts at line %i', async (fromLine, rest) => {
    for (const size of [1, 7, 100]) {
      const chunks = await collect(TEXT, 3, size, fromLine);
      expect(Buffer.concat(chunks.map((chunk) => chunk.body)).toString()).toBe(rest);
      if (rest !== '') expect(chunks[0]?.firstLine).toBe(fromLine);
    }
  });
});
