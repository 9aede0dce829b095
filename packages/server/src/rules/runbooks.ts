/** What to do when a default rule fires: one page of Markdown for each, `packages/server/runbooks/NAME.md`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../runbooks/', import.meta.url));

/** Names of the alerts that have a page, sorted. */
export function runbookNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3))
    .sort();
}

/** Markdown, with its title as the first line; undefined when there is none. Reads no path that a caller makes up. */
export function readRunbook(name: string): string | undefined {
  return runbookNames().includes(name) ? readFileSync(`${FOLDER}${name}.md`, 'utf8') : undefined;
}
