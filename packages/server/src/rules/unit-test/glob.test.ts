import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { globFiles } from './glob.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-glob-'));
  for (const name of ['a.yml', 'b.yml', 'c.yaml', '.hidden.yml', 'x[1].yml', 'sub/a.yml', 'tub/a.yml']) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function glob(pattern: string): string[] | undefined {
  return globFiles(path.join(folder, pattern))?.map((file) => path.relative(folder, file));
}

test.each([
  ['a.yml', ['a.yml']],
  ['nothing.yml', []],
  ['*.yml', ['.hidden.yml', 'a.yml', 'b.yml', 'x[1].yml']],
  ['?.y*ml', ['a.yml', 'b.yml', 'c.yaml']],
  ['[^a].yml', ['b.yml']],
  ['[a-b].yml', ['a.yml', 'b.yml']],
  ['x\\[1\\].yml', ['x[1].yml']],
  ['*/a.yml', ['sub/a.yml', 'tub/a.yml']],
  ['*b/*.yml', ['sub/a.yml', 'tub/a.yml']],
  ['none/*.yml', []],
])('%s', (pattern, files) => {
  expect(glob(pattern)).toEqual(files);
});

test.each(['[a', '[]', '*/[a.yml'])('%s is malformed', (pattern) => {
  expect(glob(pattern)).toBeUndefined();
});
