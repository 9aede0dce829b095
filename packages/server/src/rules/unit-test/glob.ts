/** File patterns as Go's filepath.Glob: `*`, `?` and `[a-z]` in any part of the path, sorted; hidden names match too. */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type AnchoredRegex, compileAnchored, RegexError } from '@sightline/model';

/** Undefined when the pattern is malformed. */
export function globFiles(pattern: string): string[] | undefined {
  if (matcherOf(pattern) === undefined) return undefined;
  if (!hasMagic(pattern)) return exists(pattern) ? [pattern] : [];
  const folder = path.dirname(pattern);
  const folders = hasMagic(folder) ? (globFiles(folder) ?? []) : [folder];
  const matches = matcherOf(path.basename(pattern));
  if (matches === undefined) return undefined;
  return folders.flatMap((parent) =>
    namesIn(parent)
      .filter((name) => matches.test(name))
      .sort()
      .map((name) => path.join(parent, name)),
  );
}

function hasMagic(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function matcherOf(pattern: string): AnchoredRegex | undefined {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') {
      out += '[^/]*';
    } else if (char === '?') out += '[^/]';
    else if (char === '\\') {
      if (++i === pattern.length) return undefined;
      out += escapeRegex(pattern[i] as string);
    } else if (char === '[') {
      const end = /^\[\^?(?:\\.|[^\]\\])+\]/s.exec(pattern.slice(i));
      if (end === null) return undefined;
      out += end[0];
      i += end[0].length - 1;
    } else out += escapeRegex(char);
  }
  try {
    return compileAnchored(out);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

function escapeRegex(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
