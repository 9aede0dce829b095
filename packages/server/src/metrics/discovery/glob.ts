/** File patterns of file_sd: `*`, `?` and `[...]` within one path segment, as Go's filepath.Glob. Linear time. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Existing files that match, sorted. */
export async function glob(pattern: string): Promise<string[]> {
  const { dir, base } = path.parse(pattern);
  if (!hasMagic(pattern)) return (await exists(pattern)) ? [pattern] : [];
  const dirs = hasMagic(dir) ? await glob(dir) : [dir];
  const found: string[] = [];
  for (const folder of dirs) {
    const names = await readdir(folder === '' ? '.' : folder).catch(() => []);
    for (const name of names.sort()) if (matchesGlob(name, base)) found.push(path.join(folder, name));
  }
  return found;
}

/** The folders whose entries decide which files match. */
export function globFolder(pattern: string): string {
  let folder = path.dirname(pattern);
  while (hasMagic(folder)) folder = path.dirname(folder);
  return folder;
}

function hasMagic(text: string): boolean {
  return /[*?[]/.test(text);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Matches one path segment; a star goes back at most to its last place, so time is bounded by the product of lengths. */
export function matchesGlob(name: string, pattern: string): boolean {
  let n = 0;
  let p = 0;
  let starAt = -1;
  let starName = 0;
  while (n < name.length) {
    const step = p < pattern.length ? matchOne(name[n] as string, pattern, p) : 0;
    if (pattern[p] === '*') {
      starAt = p++;
      starName = n;
    } else if (step > 0) {
      n++;
      p += step;
    } else if (starAt !== -1) {
      p = starAt + 1;
      n = ++starName;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Pattern characters used up by matching `char` at `p`; 0 when it does not match. */
function matchOne(char: string, pattern: string, p: number): number {
  const token = pattern[p] as string;
  if (token === '?') return 1;
  if (token === '\\') return pattern[p + 1] === char ? 2 : 0;
  if (token !== '[') return token === char ? 1 : 0;
  const close = pattern.indexOf(']', p + 2);
  if (close === -1) return 0;
  const isNegated = pattern[p + 1] === '^';
  const isIn = isInClass(char, pattern.slice(p + (isNegated ? 2 : 1), close));
  return isIn === isNegated ? 0 : close - p + 1;
}

function isInClass(char: string, set: string): boolean {
  for (let i = 0; i < set.length; i++) {
    const from = set[i] as string;
    if (set[i + 1] === '-' && i + 2 < set.length) {
      if (char >= from && char <= (set[i + 2] as string)) return true;
      i += 2;
    } else if (char === from) return true;
  }
  return false;
}
