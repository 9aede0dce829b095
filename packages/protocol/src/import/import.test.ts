import { describe, expect, test } from 'vitest';
import { LineTooLongError } from './import-error.ts';
import { lineChunks } from './line-chunks.ts';
import { openMetricsToImportChunks } from './openmetrics-import.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const body = Buffer.from(text);
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of source) out.push(item);
  return out;
}

describe('lineChunks', () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n');

  test.each([1, 3, 7, 64, 1000])('pieces of %d bytes lose and split nothing', async (size) => {
    const chunks = await collect(lineChunks(pieces(text, size), { chunkBytes: 40, maxLineBytes: 100 }));
    expect(chunks.map((chunk) => chunk.body.toString()).join('')).toBe(text);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks.slice(0, -1)) expect(chunk.body.at(-1)).toBe(10);
    for (const chunk of chunks) expect(chunk.body.toString()).toMatch(new RegExp(`^line ${chunk.linesBefore}\\n`));
    expect(chunks.at(-1)?.bytesRead).toBe(text.length);
  });

  test('a line that is too long is refused with its number', async () => {
    const source = lineChunks(pieces(`a\nb\n${'x'.repeat(500)}\n`, 16), { chunkBytes: 40, maxLineBytes: 100 });
    const error = await collect(source).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LineTooLongError);
    expect((error as LineTooLongError).line).toBe(3);
  });
});

describe('openMetricsToImportChunks', () => {
  const convert = async (text: string) => {
    const chunks = await collect(openMetricsToImportChunks(pieces(text, 11)));
    return chunks.map((chunk) => chunk.body.toString()).join('');
  };

  test('seconds become milliseconds', async () => {
    const text = [
      '# HELP a_total Two\\nlines.',
      '# TYPE a_total counter',
      'a_total{b="c"} 1 1600000000.5 # {x="y"} 1',
      '# TYPE i info',
      'i{b="\\"q\\""} 1e9 1600000001',
      '# EOF\n',
    ].join('\n');
    expect(await convert(text)).toBe(
      [
        '# HELP a_total Two\\nlines.',
        '# TYPE a_total counter',
        'a_total{b="c"} 1 1600000000500',
        '# TYPE i untyped',
        'i{b="\\"q\\""} 1000000000 1600000001000\n',
      ].join('\n'),
    );
    const [chunk] = await collect(openMetricsToImportChunks(pieces(text, 1000)));
    expect(chunk).toMatchObject({ samples: 2, exemplars: 1, bytesRead: text.length });
  });

  test.each([
    ['a 1 1\nb 2\n# EOF\n', /line 2, column 1: expected a timestamp/],
    ['a 1 1\nb 2 1\n', /line 3, column 1: expected "# EOF"/],
    ['a 1 1\nb  2 1\n# EOF\n', /line 2, column 3: expected a value/],
    ['', /expected "# EOF"/],
  ])('%j is refused', async (text, reason) => {
    await expect(convert(text)).rejects.toThrow(reason);
  });

  test('a large file keeps its line numbers', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `metric_name{label="value ${i}"} ${i} ${i}`);
    lines[50_000] = 'oops';
    const text = `${lines.join('\n')}\n# EOF\n`;
    const run = collect(openMetricsToImportChunks(pieces(text, 65_536)));
    await expect(run).rejects.toThrow(/^line 50001, column 5: expected a value/);
  });
});
