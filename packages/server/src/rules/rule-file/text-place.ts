/**
 * Where a part of a YAML text stands in its file, so that a caret lands inside an expression. Plain, quoted and block texts are
 * followed character by character: folding and indentation change white space only.
 */
import type { Span, YamlNode } from '../../lib/yaml-node.ts';

/** The part `start` to `end` of the node's text; the whole node when the text and its source cannot be matched. */
export function placeInText(source: string, node: YamlNode, start: number, end: number): Span {
  if (node.kind !== 'scalar') return node;
  if (node.textStart !== undefined)
    return { start: node.textStart + start, end: node.textStart + Math.max(end, start + 1) };
  const from = follow(source, node.start, node.end, node.text, start);
  if (from === undefined) return node;
  const to = follow(source, node.start, node.end, node.text, Math.max(start, end - 1));
  return { start: from, end: (to ?? from) + 1 };
}

/** Offset in the file of the character `index` of the text. */
function follow(source: string, nodeStart: number, nodeEnd: number, text: string, index: number): number | undefined {
  let at = contentStart(source, nodeStart);
  for (let i = 0; i <= index; i++) {
    if (i >= text.length) return Math.min(at, nodeEnd);
    if (isSpace(text[i] as string)) continue;
    while (at < nodeEnd && isSpace(source[at] as string)) at++;
    // `\"` and `\\` in double quotes; other escapes end the search.
    if (source[at] === '\\' && source[nodeStart] === '"' && source[at + 1] === text[i]) at++;
    if (source[at] !== text[i]) return undefined;
    if (i === index) return at;
    at++;
  }
  return Math.min(at, nodeEnd);
}

/** Behind the header of a block (`|-  # comment`) or an opening quote. */
function contentStart(source: string, start: number): number {
  const first = source[start];
  if (first === '|' || first === '>') return source.indexOf('\n', start) + 1;
  return first === '"' || first === "'" ? start + 1 : start;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\r' || char === '\t';
}
