import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { secretFromFile, secretFromText } from './secret.ts';

test('a secret never prints', () => {
  const secret = secretFromText('hunter2');
  expect(`${secret}`).toBe('<secret>');
  expect(JSON.stringify({ secret })).toBe('{"secret":"<secret>"}');
  expect(inspect({ secret }, { depth: 5, showHidden: true })).not.toContain('hunter2');
  expect(Object.values(secret)).toEqual([]);
});

test('a secret from a file is read at each use, without the line break', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-secret-'));
  try {
    const file = path.join(folder, 'token');
    const secret = secretFromFile(file);
    await expect(secret.read()).rejects.toThrow('ENOENT');
    writeFileSync(file, 'one\n');
    expect(await secret.read()).toBe('one');
    writeFileSync(file, 'two\n');
    expect(await secret.read()).toBe('two');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
