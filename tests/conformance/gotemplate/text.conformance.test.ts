/** Text templates: our output and error messages against amtool's, byte by byte. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotificationTemplates, TemplateError } from '@sightline/gotemplate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type Amtool, createAmtool, type Rendered } from './amtool.ts';
import { NOTIFICATION } from './data.ts';
import { asGo119Writes, VERSION_DIFFERENCES } from './differences.ts';
import { DEFINITIONS, SNIPPETS } from './snippets.ts';

const templates = new NotificationTemplates([]);

async function ours(snippet: string): Promise<Rendered> {
  try {
    return { text: await templates.text(snippet, NOTIFICATION), isError: false };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { text: error.message, isError: true };
  }
}

function shown(result: Rendered): string {
  return `${result.isError ? 'error' : 'text'} ${JSON.stringify(result.text)}`;
}

function differences(snippets: readonly string[], theirs: readonly Rendered[], own: readonly Rendered[]): string[] {
  return snippets.flatMap((snippet, index) => {
    const [amtool, result] = [theirs[index], own[index]];
    if (amtool === undefined || result === undefined) throw new Error(`no result for ${snippet}`);
    const isSame = amtool.isError === result.isError && amtool.text === asGo119Writes(result.text);
    if (isSame || VERSION_DIFFERENCES.has(snippet)) return [];
    return [`${snippet}\n  amtool: ${shown(amtool)}\n  ours:   ${shown(result)}`];
  });
}

// amtool comes with the Debian package prometheus-alertmanager, which CI installs.
describe.skipIf(!has('amtool'))('text templates beside amtool', () => {
  const folder = temporaryFolder();
  let amtool: Amtool;
  beforeAll(() => {
    const data = join(folder.path, 'data.json');
    writeFileSync(data, JSON.stringify(NOTIFICATION));
    amtool = createAmtool(folder.path, data);
  });
  afterAll(() => folder.remove());

  it('renders every snippet the same', async () => {
    const own = await Promise.all(SNIPPETS.map(ours));
    const good = SNIPPETS.filter((_, index) => own[index]?.isError === false);
    const bad = SNIPPETS.filter((_, index) => own[index]?.isError === true);
    const theirs = new Map<string, Rendered>();
    (await amtool.renderAll(good, 'text')).forEach((result, index) => void theirs.set(good[index] ?? '', result));
    for (const snippet of bad) theirs.set(snippet, await amtool.render(snippet, 'text'));
    const expected = SNIPPETS.map((snippet) => theirs.get(snippet) as Rendered);
    expect(differences(SNIPPETS, expected, own).join('\n')).toBe('');
  }, 120_000);

  it('defines and calls templates the same', async () => {
    const theirs: Rendered[] = [];
    for (const snippet of DEFINITIONS) theirs.push(await amtool.render(snippet, 'text'));
    expect(differences(DEFINITIONS, theirs, await Promise.all(DEFINITIONS.map(ours))).join('\n')).toBe('');
  });
});
