/**
 * OpenMetrics 1.0 (the specification of prometheus/OpenMetrics, now in prometheus/docs): one space between name and value,
 * so the lines of the text blocks are copied without their padding; `_total` and `_info` belong to the samples, bounds are
 * floats, exemplars and `_created` are added, and the end is marked.
 */
import { type Chunk, LIVE } from './chunk.ts';
import { exemplarText } from './exemplar.ts';
import { escapeHelp } from './names.ts';
import type { Output } from './output.ts';
import type { Pace } from './pace.ts';
import { SeriesLines } from './series-lines.ts';
import { isSingleLine } from './shape.ts';
import { type Exposed, liveSeries } from './text-format.ts';

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

export function openHead(family: Omit<OpenExposed, 'shape' | 'chunks' | 'size' | 'prepare'>): string {
  const name = family.isShadowed ? family.name : openFamilyName(family.name, family.type);
  const type = family.isShadowed ? 'unknown' : family.type;
  const unit = family.unit === undefined || family.isShadowed ? '' : `# UNIT ${name} ${family.unit}\n`;
  return `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${escapeHelp(family.help, true)}\n`;
}

export async function writeOpenMetrics(
  families: readonly OpenExposed[],
  nowMs: number,
  out: Output,
  pace: Pace,
): Promise<void> {
  for (const family of families) {
    if (family.size === 0) continue;
    out.text(openHead(family));
    const write = isSingleLine(family.shape) ? singleLines(family, out) : severalLines(family, nowMs, out);
    for (const chunk of family.chunks) {
      write(chunk);
      if (pace.isDue) await pace.rest();
    }
  }
}

function severalLines(family: OpenExposed, nowMs: number, out: Output): (chunk: Chunk) => void {
  const lines = new SeriesLines(family.name, family.shape, true);
  return (chunk) => {
    for (const index of liveSeries(family, chunk, nowMs)) {
      lines.write(chunk, index, out);
      if (chunk.created === undefined) continue;
      const labels = chunk.text.toString('utf8', chunk.startOf(index), chunk.ends[index]);
      writeCreated(family, labels === '' ? ' ' : `{${labels}} `, chunk.created[index] as number, out);
    }
  };
}

function singleLines(family: OpenExposed, out: Output): (chunk: Chunk) => void {
  const { name, type, isShadowed } = family;
  const isPlainCounter = type === 'counter' && !name.endsWith('_total') && !isShadowed;
  const rename = isPlainCounter ? Buffer.from(`${name}_total`) : undefined;
  return (chunk) => {
    const { text, ends, flags, exemplars, created, width } = chunk;
    if (rename === undefined && exemplars === undefined && created === undefined) {
      squeeze(chunk, out);
      return;
    }
    for (let index = 0; index < ends.length; index++) {
      const start = chunk.startOf(index);
      const end = (ends[index] as number) - 1;
      // A slot without a series has no bytes; one made or removed since the text was written is the next exposition's.
      if (end < start) continue;
      const slot = end - width;
      let value = slot;
      while (text[value] === SPACE) value++;
      if (rename !== undefined) out.copy(rename);
      out.copy(text, rename === undefined ? start : start + name.length, slot);
      out.copy(text, value, end);
      const isLive = ((flags[index] as number) & LIVE) !== 0;
      const exemplar = exemplars?.[index];
      if (exemplar !== undefined && isLive) out.text(exemplarText(exemplar));
      out.byte(NEWLINE);
      if (created === undefined || !isLive || isShadowed) continue;
      writeCreated(family, text.toString('utf8', start + name.length, slot), created[index] as number, out);
    }
  };
}

/** Lines that only lose their padding: copied as one block and moved together in it, which costs less than copying each line. */
function squeeze(chunk: Chunk, out: Output): void {
  const { text, ends, width } = chunk;
  const bytes = out.reserve(text.length);
  const base = out.length;
  text.copy(bytes, base);
  let at = base;
  for (let index = 0; index < ends.length; index++) {
    const start = base + chunk.startOf(index);
    const end = base + (ends[index] as number);
    if (end === start) continue;
    const slot = end - 1 - width;
    if (at < start) bytes.copyWithin(at, start, slot);
    at += slot - start;
    let from = slot;
    while (bytes[from] === SPACE) from++;
    while (from < end) bytes[at++] = bytes[from++] as number;
  }
  out.length = at;
}

/** `name_created{labels}`: when the series began, Unix seconds. @param labels With braces and the space before the value. */
function writeCreated(family: OpenExposed, labels: string, createdMs: number, out: Output): void {
  out.text(`${openFamilyName(family.name, family.type)}_created${labels}${(createdMs / 1000).toFixed(3)}\n`);
}
