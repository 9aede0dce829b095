/**
 * Text 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): blocks of lines are copied as they are, after the numbers
 * that changed were written into them; the lines of histograms and summaries are put together.
 */
import { type Chunk, LIVE } from './chunk.ts';
import { escapeHelp } from './names.ts';
import type { Output } from './output.ts';
import type { Pace } from './pace.ts';
import { expectedBytes, SeriesLines } from './series-lines.ts';
import { isSingleLine, type Shape } from './shape.ts';

/** What the writers of both formats need of a metric. */
export interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly shape: Shape;
  readonly chunks: readonly Chunk[];
  readonly size: number;
  prepare(chunk: Chunk, nowMs: number): void;
}

export function textHead(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help, false)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
}

/** Brings the text of all blocks up to date, giving others a turn. @returns Bytes that the lines take, about. */
export async function refreshAll(families: readonly Exposed[], pace: Pace): Promise<number> {
  let bytes = 0;
  for (const { name, help, shape, chunks } of families) {
    bytes += name.length * 2 + help.length * 2 + 40;
    for (const chunk of chunks) {
      chunk.refresh();
      bytes += isSingleLine(shape) ? chunk.text.length : expectedBytes(chunk, name);
      if (pace.isDue) await pace.rest();
    }
  }
  return bytes;
}

export async function writeText(families: readonly Exposed[], nowMs: number, out: Output, pace: Pace): Promise<void> {
  for (const family of families) {
    if (family.size === 0) continue;
    out.text(textHead(family.name, family.help, family.type));
    const lines = isSingleLine(family.shape) ? undefined : new SeriesLines(family.name, family.shape, false);
    for (const chunk of family.chunks) {
      if (lines === undefined) out.copy(chunk.text);
      else for (const index of liveSeries(family, chunk, nowMs)) lines.write(chunk, index, out);
      if (pace.isDue) await pace.rest();
    }
  }
}

/** The series of a chunk whose lines are put together, with values and labels of this moment. */
export function* liveSeries(family: Exposed, chunk: Chunk, nowMs: number): IterableIterator<number> {
  family.prepare(chunk, nowMs);
  chunk.refresh();
  for (let index = 0; index < chunk.count; index++) {
    if (((chunk.flags[index] as number) & LIVE) !== 0) yield index;
  }
}
