/**
 * Text 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): blocks of lines are copied as they are, after the numbers
 * that changed were written into them.
 */
import type { Chunk } from './chunk.ts';
import { escapeHelp } from './names.ts';
import type { Output } from './output.ts';
import type { Pace } from './pace.ts';

/** What the writers of both formats need of a metric. */
export interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly chunks: readonly Chunk[];
  readonly size: number;
}

/** A metric whose blocks can be brought up to date. */
interface Refreshable extends Exposed {
  prepare(chunk: Chunk, nowMs: number): void;
}

export function textHead(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help, false)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
}

/** Brings all blocks up to date, giving others a turn. @returns Bytes of the lines. */
export async function refreshAll(families: readonly Refreshable[], nowMs: number, pace: Pace): Promise<number> {
  let bytes = 0;
  for (const family of families) {
    bytes += family.name.length * 2 + family.help.length * 2 + 40;
    for (const chunk of family.chunks) {
      family.prepare(chunk, nowMs);
      chunk.refresh();
      bytes += chunk.text.length;
      if (pace.isDue) await pace.rest();
    }
  }
  return bytes;
}

export async function writeText(families: readonly Exposed[], out: Output, pace: Pace): Promise<void> {
  for (const family of families) {
    if (family.size === 0) continue;
    out.text(textHead(family.name, family.help, family.type));
    for (const chunk of family.chunks) {
      out.copy(chunk.text);
      if (pace.isDue) await pace.rest();
    }
  }
}
