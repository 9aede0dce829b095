/** `sightline check alertmanager`: streams and exit codes, those of amtool. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../support/programs.ts';
import { makeFolder, removeFolder } from './amtool.ts';

let folder = '';
let good = '';
let bad = '';
beforeAll(() => {
  folder = makeFolder();
  good = path.join(folder, 'good.yml');
  bad = path.join(folder, 'bad.yml');
  writeFileSync(good, readFileSync(path.join(import.meta.dirname, 'good.yml')));
  writeFileSync(bad, 'route: {receiver: b}\nreceivers: [{name: a}]\n');
});
afterAll(() => removeFolder(folder));

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const context: CliContext = {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 100 },
    columns: 100,
    env: {},
    cwd: folder,
  };
  const code = await runCli(['check', 'alertmanager', ...args], '0', context);
  return { code, out: out.join(''), err: err.join('') };
}

describe('sightline check alertmanager', () => {
  test('warnings do not fail the check', async () => {
    const { code, out, err } = await cli(good);
    expect(code).toBe(0);
    expect(out).toContain('SUCCESS: 4 routes, 4 receivers, 2 inhibition rules, 2 time intervals');
    expect(err).toContain('`pushover_configs` of the receiver `hooks` is accepted but not sent');
  });

  test('one bad file fails it, and the others are still checked', async () => {
    const { code, out, err } = await cli(bad, good);
    expect(code).toBe(1);
    expect(out).toContain('SUCCESS');
    expect(err).toContain('there is no receiver `b`');
    expect(err).toContain('bad.yml:1:19');
  });

  test('a missing file fails it', async () => {
    const { code, err } = await cli(path.join(folder, 'none.yml'));
    expect(code).toBe(1);
    expect(err).toContain('it does not exist');
  });

  test('--rules compares it with the labels of rules', async () => {
    const rules = path.join(folder, 'rules.yml');
    writeFileSync(rules, 'groups: [{name: g, rules: [{alert: Slow, expr: up == 0, labels: {severity: info}}]}]\n');
    const { code, err } = await cli(good, '--rules', rules);
    expect(code).toBe(0);
    expect(err).toContain('only the first route takes `Slow`: their labels match no other route');
    expect((await cli(good, '--rules', bad)).code, 'a file without rules').toBe(1);
  });

  test('--json prints the findings', async () => {
    const { code, out } = await cli('--json', bad);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([{ ok: false, diagnostics: [{ code: 'alertmanager/unknown-receiver' }] }]);
  });

  test.skipIf(!has('amtool'))('exit codes are those of amtool (skipped when amtool is not installed)', async () => {
    for (const files of [[good], [bad], [good, bad], [path.join(folder, 'none.yml')]]) {
      const { status } = spawnSync('amtool', ['check-config', ...files]);
      expect((await cli(...files)).code, files.join(' ')).toBe(status);
    }
  });
});
