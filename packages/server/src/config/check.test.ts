import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFiles } from './check.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-check-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('a valid prometheus.yml is summed up in one line', async () => {
  const file = write(
    'prometheus.yml',
    'scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: [a:1, b:1]\n',
  );
  const result = await checkFiles('prometheus', [file]);
  expect(result).toMatchObject({
    ok: true,
    diagnostics: [],
    summary: [`SUCCESS: ${file} is valid: 1 scrape job, 2 targets`],
  });
});

test('warnings do not fail', async () => {
  const file = write('prometheus.yml', 'remote_write: [{url: "http://x"}]\n');
  const result = await checkFiles('prometheus', [file]);
  expect(result.ok).toBe(true);
  expect(result.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
});

test('a mistake in one file does not hide those of another', async () => {
  const first = write('a.yml', 'x: 1\n');
  const second = write('b.yml', 'y: 1\n');
  const result = await checkFiles('prometheus', [first, second, path.join(folder, 'nowhere.yml'), folder]);
  expect(result.ok).toBe(false);
  expect(result.summary).toEqual([]);
  expect(result.diagnostics.map(({ file, message }) => `${path.basename(file)}: ${message}`)).toEqual([
    'a.yml: unknown key `x`',
    'b.yml: unknown key `y`',
    expect.stringContaining('it does not exist'),
    expect.stringContaining('it is a folder'),
  ]);
});

test('sightline.yml is checked with the prometheus.yml that it names', async () => {
  write('prometheus.yml', 'scrape_configs:\n  - job_name: a\n    scrape_interval: 5\n');
  const file = write('sightline.yml', 'prometheus:\n  config_file: prometheus.yml\n');
  const result = await checkFiles('config', [file]);
  expect(result.ok).toBe(false);
  expect(result.summary).toEqual([]);
  expect(result.diagnostics).toMatchObject([{ code: 'config/invalid-duration', start: { line: 3, column: 22 } }]);
});

test('a sightline.yml whose prometheus.yml is not there is no success', async () => {
  const file = write('sightline.yml', 'prometheus:\n  config_file: prometheus.yml\n');
  const result = await checkFiles('config', [file]);
  expect(result).toMatchObject({ ok: false, summary: [], diagnostics: [{ code: 'config/missing-file' }] });
});

test('sightline.yml does not depend on the environment of the one who checks', async () => {
  const file = write('sightline.yml', 'listen: 127.0.0.1:7071\n');
  expect((await checkFiles('config', [file], { env: { SIGHTLINE_LISTEN: 'nonsense' } })).ok).toBe(true);
});

test('the words of a secret are not in what is shown', async () => {
  const file = write(
    'prometheus.yml',
    'scrape_configs:\n  - job_name: a\n    basic_auth: {username: u, password: hunter2, passwd: hunter2}\n    proxy_url: http://u:hunter2@p:x\n',
  );
  const { diagnostics, sources, ok } = await checkFiles('prometheus', [file]);
  expect(ok).toBe(false);
  expect(JSON.stringify([diagnostics, ...sources.values()])).not.toContain('hunter2');
});
