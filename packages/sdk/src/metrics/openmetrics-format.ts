/**
 * OpenMetrics 1.0 (the specification of prometheus/OpenMetrics, now in prometheus/docs): one space between name and value,
 * so the lines of the text blocks are copied without their padding; `_total` and `_info` belong to the samples, bounds are
 * floats, exemplars and `_created` are added, and the end is marked.
 */
import { type Chunk, LIVE } from './chunk.ts';
import type { Exemplar } from './exemplar.ts';
import { escapeHelp } from './names.ts';
import { numberText } from './number-text.ts';
import type { Output } from './output.ts';
import type { Pace } from './pace.ts';
import type { Shape } from './shape.ts';
import type { Exposed } from './text-format.ts';

const SPACE = 32;
const NEWLINE = 10;

export interface OpenExposed extends Exposed {
  readonly unit: string | undefined;
  /** True when the name without its suffix is another metric's: then it is exposed as `unknown` under its whole name. */
  readonly isShadowed: boolean;
}

/** Name of the family: without the suffix that its samples have. */
export function openFamilyName(name: string, type: string): string {
  if (type === 'counter') return name.endsWith('_total') ? name.slice(0, -6) : name;
  if (type === 'info') return name.endsWith('_info') ? name.slice(0, -5) : name;
  return name;
}

export function openHead(family: Omit<OpenExposed, 'chunks' | 'size'>): string {
  const name = family.isShadowed ? family.name : openFamilyName(family.name, family.type);
  const type = family.isShadowed ? 'unknown' : family.type;
  const unit = family.unit === undefined || family.isShadowed ? '' : `# UNIT ${name} ${family.unit}\n`;
  return `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${escapeHelp(family.help, true)}\n`;
}

export async function writeOpenMetrics(families: readonly OpenExposed[], out: Output, pace: Pace): Promise<void> {
  for (const family of families) {
    if (family.size === 0) continue;
    out.text(openHead(family));
    const isPlainCounter = family.type === 'counter' && !family.name.endsWith('_total') && !family.isShadowed;
    const rename = isPlainCounter ? Buffer.from(`${family.name}_total`) : undefined;
    for (const chunk of family.chunks) {
      writeChunk(family, chunk, rename, out);
      if (pace.isDue) await pace.rest();
    }
  }
}

function writeChunk(family: OpenExposed, chunk: Chunk, rename: Buffer | undefined, out: Output): void {
  const { lines } = chunk.shape;
  const lengths = chunk.ends.length;
  const { exemplars, created } = chunk;
  for (let line = 0, index = 0; line < lengths; index++) {
    const isLive = ((chunk.flags[index] as number) & LIVE) !== 0;
    for (let at = 0; at < lines.length; at++, line++) {
      const shape = lines[at] as Shape['lines'][number];
      const start = chunk.lineStart(line);
      const end = chunk.ends[line] as number;
      // A slot without a series has no bytes; one made or removed since the text was written is the next exposition's.
      if (end < start) continue;
      writeLine(chunk, shape, start, end, family.name.length, rename, out);
      const exemplar = exemplars?.[index * chunk.shape.exemplarSlots + at];
      if (exemplar !== undefined && isLive && at < chunk.shape.exemplarSlots) out.text(exemplarText(exemplar));
      out.byte(NEWLINE);
    }
    if (created !== undefined && isLive && !family.isShadowed) writeCreated(family, chunk, index, out);
  }
}

/** `name{labels} value` without the padding, and without a newline. */
function writeLine(
  chunk: Chunk,
  shape: Shape['lines'][number],
  start: number,
  end: number,
  nameLength: number,
  rename: Buffer | undefined,
  out: Output,
): void {
  const { text } = chunk;
  const slot = end - chunk.widths[shape.kind];
  let value = slot;
  while (text[value] === SPACE) value++;
  let from = start;
  if (rename !== undefined) {
    out.copy(rename);
    from += nameLength;
  }
  if (shape.openExtra === shape.extra) out.copy(text, from, slot);
  else {
    // The label of the line itself is the last one: `extra} `.
    out.copy(text, from, slot - shape.extra.length - 2);
    out.text(`${shape.openExtra}} `);
  }
  out.copy(text, value, end);
}

function exemplarText(exemplar: Exemplar): string {
  const { traceId, spanId, value, timestampMs } = exemplar;
  const time = (timestampMs / 1000).toFixed(3);
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${time}`;
}

/** `name_created{labels}`: when the series began, Unix seconds. */
function writeCreated(family: OpenExposed, chunk: Chunk, index: number, out: Output): void {
  const { lines } = chunk.shape;
  const last = lines.length - 1;
  const line = index * lines.length + last;
  const shape = lines[last] as Shape['lines'][number];
  // The last line of a series has its labels and nothing else.
  const start = chunk.lineStart(line) + family.name.length + shape.suffix.length;
  const slot = (chunk.ends[line] as number) - chunk.widths[shape.kind];
  if (slot < start) return;
  out.text(`${openFamilyName(family.name, family.type)}_created`);
  out.copy(chunk.text, start, slot);
  out.text(((chunk.created?.[index] as number) / 1000).toFixed(3));
  out.byte(NEWLINE);
}
