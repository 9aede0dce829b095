/** Compares results with amtool's and says where they differ. */

import { NotificationTemplates, TemplateError, type TemplateFile } from '@sightline/gotemplate';
import type { Amtool, Rendered } from './amtool.ts';
import { NOTIFICATION } from './data.ts';
import { asGo119Writes, VERSION_DIFFERENCES } from './differences.ts';

/** Our result for a snippet. */
async function render(templates: NotificationTemplates, type: 'text' | 'html', snippet: string): Promise<Rendered> {
  try {
    return { text: await templates[type](snippet, NOTIFICATION), isError: false };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // What amtool prints ends in white space of its own.
    return { text: error.message.replace(/\n+$/, ''), isError: true };
  }
}

function shown(result: Rendered): string {
  return `${result.isError ? 'error' : 'text'} ${JSON.stringify(result.text)}`;
}

function differences(
  snippets: readonly string[],
  theirs: readonly (Rendered | undefined)[],
  own: readonly Rendered[],
): string[] {
  return snippets.flatMap((snippet, index) => {
    const [amtool, result] = [theirs[index], own[index]];
    if (amtool === undefined || result === undefined) throw new Error(`no result for ${snippet}`);
    const isSame = amtool.isError === result.isError && amtool.text === asGo119Writes(result.text);
    if (isSame || VERSION_DIFFERENCES.has(snippet)) return [];
    return [`${snippet}\n  amtool: ${shown(amtool)}\n  ours:   ${shown(result)}`];
  });
}

/** The snippets that come out differently, each with both results; empty when all agree. */
export async function compareAll(
  amtool: Amtool,
  type: 'text' | 'html',
  snippets: readonly string[],
  files: readonly TemplateFile[] = [],
): Promise<string> {
  const templates = new NotificationTemplates(files);
  const own = await Promise.all(snippets.map((snippet) => render(templates, type, snippet)));
  const isAlone = (snippet: string, index: number): boolean =>
    own[index]?.isError === true || /define|block/.test(snippet);
  const together = snippets.filter((snippet, index) => !isAlone(snippet, index));
  const theirs = new Map<string, Rendered>();
  const results = await amtool.renderAll(together, type);
  together.forEach((snippet, index) => {
    const result = results[index];
    if (result !== undefined) theirs.set(snippet, result);
  });
  for (const [index, snippet] of snippets.entries())
    if (isAlone(snippet, index)) theirs.set(snippet, await amtool.render(snippet, type));
  const expected = snippets.map((snippet) => theirs.get(snippet));
  return differences(snippets, expected, own).join('\n');
}
