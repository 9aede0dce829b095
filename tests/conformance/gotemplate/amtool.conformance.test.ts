/** Text templates: our output and error messages against amtool's, byte by byte. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type Amtool, createAmtool } from './amtool.ts';
import { compareAll } from './compare.ts';
import { NOTIFICATION } from './data.ts';
import { HTML_DEFINITIONS, HTML_SNIPPETS } from './html-snippets.ts';
import { randomSnippets } from './random-snippet.ts';
import { DEFINITIONS, SNIPPETS } from './snippets.ts';

// amtool comes with the Debian package prometheus-alertmanager, which CI installs.
describe.skipIf(!has('amtool'))('templates beside amtool', () => {
  const folder = temporaryFolder();
  let amtool: Amtool;
  beforeAll(() => {
    const data = join(folder.path, 'data.json');
    writeFileSync(data, JSON.stringify(NOTIFICATION));
    amtool = createAmtool(folder.path, data);
  });
  afterAll(() => folder.remove());

  it('renders every text snippet the same', async () => {
    expect(await compareAll(amtool, 'text', SNIPPETS)).toBe('');
  }, 120_000);

  it('defines and calls templates the same', async () => {
    expect(await compareAll(amtool, 'text', DEFINITIONS)).toBe('');
  });

  it('escapes every HTML snippet the same', async () => {
    expect(await compareAll(amtool, 'html', HTML_SNIPPETS)).toBe('');
  }, 120_000);

  it('renders random templates the same', async () => {
    const seed = Number(process.env['SIGHTLINE_SEED'] ?? 1);
    const snippets = randomSnippets(seed, 250);
    expect(await compareAll(amtool, 'text', snippets), `seed ${seed}`).toBe('');
    const pages = snippets.slice(0, 80).map((snippet) => `<p title="${snippet}">${snippet}</p>`);
    expect(await compareAll(amtool, 'html', pages), `seed ${seed}`).toBe('');
  }, 240_000);

  // The package's own templates, as every installation has them.
  const defaults = ['default.tmpl', 'email.tmpl'].map((name) => `/usr/share/prometheus/alertmanager/${name}`);
  it.skipIf(!defaults.every(existsSync))('renders the default templates the same', async () => {
    const withDefaults = createAmtool(folder.path, join(folder.path, 'data.json'), defaults);
    const files = defaults.map((path) => ({ name: basename(path), text: readFileSync(path, 'utf8') }));
    const names = files.flatMap(({ text }) =>
      Array.from(text.matchAll(/define "([^"]+)"/g), (match) => match[1] ?? ''),
    );
    expect(names).toContain('email.default.html');
    // These two take a list of alerts, the others the whole notification.
    const data = (name: string): string => (/_list$|\.instances$/.test(name) ? '.Alerts.Firing' : '.');
    const texts = names.map((name) => `{{ template "${name}" ${data(name)} }}`);
    expect(await compareAll(withDefaults, 'text', texts, files)).toBe('');
    expect(await compareAll(withDefaults, 'html', texts, files)).toBe('');
  });

  it('escapes called templates for the place of the call', async () => {
    expect(await compareAll(amtool, 'html', HTML_DEFINITIONS)).toBe('');
  });
});
