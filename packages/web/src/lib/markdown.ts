/** The part of Markdown that runbooks use: headings, paragraphs, lists, fenced code, code, strong, links. Text in, blocks out; no HTML. */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export interface ListItem {
  readonly inlines: readonly Inline[];
  /** Code and paragraphs that belong to the item. */
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly inlines: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  /** `first`: the number of the first item, 1 when it has none. */
  | {
      readonly kind: 'list';
      readonly isOrdered: boolean;
      readonly first: number;
      readonly items: readonly ListItem[];
    };

const HEADING = /^(#{1,6})\s+(.*?)\s*#*\s*$/;
const FENCE = /^\s{0,3}(```|~~~)/;
const ITEM = /^(\s{0,3})([-*+]|\d{1,9}[.)])(\s+)(.*)$/;
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:\/\/[^>\s]+)>/g;
const MAX_DEPTH = 6;

export function parseInlines(text: string): readonly Inline[] {
  const out: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) out.push({ kind: 'text', text: text.slice(at, match.index) });
    const [all, code, strong, label, url, bare] = match;
    if (code !== undefined) out.push({ kind: 'code', text: code });
    else if (strong !== undefined) out.push({ kind: 'strong', text: strong });
    else out.push({ kind: 'link', text: label ?? bare ?? '', url: url ?? bare ?? '' });
    at = match.index + all.length;
  }
  if (at < text.length) out.push({ kind: 'text', text: text.slice(at) });
  return out;
}

export function parseMarkdown(text: string): readonly Block[] {
  return blocksOf(text.split(/\r?\n/), 0);
}

function blocksOf(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at++;
    else {
      const [block, next] = blockAt(lines, at, depth);
      blocks.push(block);
      at = next;
    }
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number, depth: number): [Block, number] {
  const line = lines[at] ?? '';
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return [{ kind: 'heading', level: heading[1]?.length ?? 1, inlines: parseInlines(heading[2] ?? '') }, at + 1];
  }
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return fencedAt(lines, at, fence);
  if (depth < MAX_DEPTH && ITEM.test(line)) return listAt(lines, at, depth);
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end++;
  const words = lines
    .slice(at, end)
    .map((one) => one.trim())
    .join(' ');
  return [{ kind: 'paragraph', inlines: parseInlines(words) }, end];
}

const startsBlock = (line: string): boolean =>
  line.trim() === '' || HEADING.test(line) || FENCE.test(line) || ITEM.test(line);

function fencedAt(lines: readonly string[], at: number, fence: string): [Block, number] {
  const body: string[] = [];
  let end = at + 1;
  for (; end < lines.length && !(lines[end] ?? '').trim().startsWith(fence); end++) body.push(lines[end] ?? '');
  return [{ kind: 'code', text: body.join('\n') }, end + 1];
}

function listAt(lines: readonly string[], start: number, depth: number): [Block, number] {
  const number = /^\s*(\d{1,9})/.exec(lines[start] ?? '')?.[1];
  const isOrdered = number !== undefined;
  const items: ListItem[] = [];
  let at = start;
  while (at < lines.length) {
    const match = ITEM.exec(lines[at] ?? '');
    if (match === null || /^\s*\d/.test(match[0]) !== isOrdered) break;
    const indent = (match[1]?.length ?? 0) + (match[2]?.length ?? 0) + (match[3]?.length ?? 0);
    const own = [match[4] ?? ''];
    for (at++; at < lines.length && isInside(lines, at, indent); at++) own.push((lines[at] ?? '').slice(indent));
    items.push(itemOf(own, depth));
    // A blank line between items does not end the list.
    if ((lines[at] ?? '').trim() === '' && ITEM.test(lines[at + 1] ?? '')) at++;
  }
  return [{ kind: 'list', isOrdered, first: Number(number ?? 1), items }, at];
}

/** Indented to the item's text, or a blank line before such a one. */
function isInside(lines: readonly string[], at: number, indent: number): boolean {
  const line = lines[at] ?? '';
  if (line.trim() !== '') return line.slice(0, indent).trim() === '';
  const next = lines[at + 1] ?? '';
  return next.trim() !== '' && next.slice(0, indent).trim() === '';
}

function itemOf(lines: readonly string[], depth: number): ListItem {
  const [first, ...rest] = blocksOf(lines, depth + 1);
  if (first === undefined) return { inlines: [], blocks: [] };
  return first.kind === 'paragraph'
    ? { inlines: first.inlines, blocks: rest }
    : { inlines: [], blocks: [first, ...rest] };
}
