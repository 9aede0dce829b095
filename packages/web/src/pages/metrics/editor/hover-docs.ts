/** What the word under the pointer is: a metric's type and help, what a function or an aggregation does. */
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { knownMetadata } from '../../../api/completion.ts';

interface Word {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;
const FAMILY = /_(bucket|count|sum|total|created)$/;

function wordAt(line: string, lineFrom: number, at: number): Word | null {
  for (const match of line.matchAll(WORD)) {
    const from = lineFrom + match.index;
    const to = from + match[0].length;
    if (from <= at && at <= to) return { from, to, text: match[0] };
  }
  return null;
}

async function docOf(name: string): Promise<readonly [head: string, text: string] | null> {
  const [{ languageDoc }, metadata] = await Promise.all([import('../lint/language-docs.ts'), knownMetadata()]);
  const entry = metadata[name]?.[0] ?? metadata[name.replace(FAMILY, '')]?.[0];
  if (entry !== undefined) return [`${name} · ${entry.type}${entry.unit === '' ? '' : `, ${entry.unit}`}`, entry.help];
  const found = languageDoc(name);
  return found === null ? null : [found.signature, found.doc];
}

export function hoverDocs(): Extension {
  return hoverTooltip(async (view, at) => {
    const line = view.state.doc.lineAt(at);
    const word = wordAt(line.text, line.from, at);
    // A hint that could not be loaded must not get in the way.
    const doc = word === null ? null : await docOf(word.text).catch(() => null);
    if (word === null || doc === null) return null;
    return {
      pos: word.from,
      end: word.to,
      above: false,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cm-doc';
        const head = document.createElement('code');
        const [signature, text] = doc;
        head.textContent = signature;
        const body = document.createElement('p');
        body.textContent = text;
        dom.append(head, body);
        return { dom };
      },
    };
  });
}
