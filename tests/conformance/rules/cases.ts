/** Cases in text files: `### name`, then the text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Case {
  readonly name: string;
  readonly text: string;
}

/** Names of the case files in a folder, without their ending. */
export function topicsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^[a-z-]+\.txt$/.test(name))
    .map((name) => name.replace('.txt', ''))
    .sort();
}

export function readCases(folder: string, topic: string): Case[] {
  return readFileSync(path.join(folder, `${topic}.txt`), 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const newline = part.indexOf('\n');
      return { name: part.slice(0, newline), text: part.slice(newline + 1) };
    });
}
