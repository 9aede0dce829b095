/** The command line against a real server: what it prints, and how it ends. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, temporaryFolder } from '../../support/programs.ts';
import { scalarOf } from '../../support/sightline.ts';
import { type InProcessServer, startInProcess } from './in-process.ts';

const folder = temporaryFolder();
const seconds = Math.floor(Date.now() / 1_000) - 600;
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess();
});

afterAll(async () => {
  await server?.end();
  folder.remove();
});

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
    cwd: folder.path,
  };
  const code = await runCli(args, '1.2.3', context);
  return { code, out: out.join(''), err: err.join('') };
}

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

describe('sightline', () => {
  test('prints help with examples, and its version', async () => {
    const help = await cli('--help');
    expect(help.code).toBe(0);
    for (const word of ['up', 'check', 'query', 'import', 'Examples:', 'Exit codes:']) expect(help.out).toContain(word);
    expect(await cli('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
    for (const command of [['up'], ['check', 'config'], ['query'], ['import', 'openmetrics']]) {
      const { code, out } = await cli(...command, '--help');
      expect(code).toBe(0);
      expect(out).toContain('Examples:');
    }
    expect((await cli('up', '--help')).out).toContain('--retention-metrics <duration>');
    expect((await cli('up', '--help')).out).toContain('--log-level <debug|info|warn|error>');
  });

  test.each([
    [['quary'], /unknown command 'quary'[\s\S]*Did you mean query/],
    [['up', '--lisen', 'x'], /unknown option '--lisen'[\s\S]*Did you mean --listen/],
    [['query'], /missing required argument 'expr'/],
    [['query', 'up', '--format', 'x'], /--format cannot be "x"[\s\S]*choose text or table/],
    [['query', 'up', '--end', '1'], /belong to a range query[\s\S]*--start/],
    [['query', 'up', '--server', 'http://'], /is not the address of a server/],
    [['import', 'prometheus', '--from-byte', '-1', 'x'], /--from-byte cannot be "-1"/],
  ])('%s is a usage error', async (args, message) => {
    const { code, err } = await cli(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('says how to go on when no server answers', async () => {
    const { code, err } = await cli('query', '--server', `127.0.0.1:${await freePort()}`, 'up');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: cannot reach http:\/\/127[\s\S]*help: start a server with "sightline up"/);
  });
});

describe('sightline import and query', () => {
  test('loads OpenMetrics, tells what it did, and finds it again', async () => {
    const points = Array.from({ length: 20 }, (_, i) => `cli_total{a="x"} ${i} ${seconds + i * 10}.5`);
    const om = file('history.om', `# TYPE cli counter\n${points.join('\n')}\n# EOF\n`);
    const imported = await cli('import', 'openmetrics', '--server', server.url, om);
    expect(imported).toMatchObject({ code: 0, out: '' });
    expect(imported.err).toMatch(/^imported 20 samples, \d+ B in/);

    const at = ['--server', server.url, '--time', String(seconds + 200)];
    expect((await cli('query', ...at, 'cli_total')).out).toBe(`cli_total{a="x"} => 19 @[${seconds + 200}]\n`);
    expect((await cli('query', ...at, '--format', 'table', 'cli_total')).out).toMatch(
      /^metric +a +value\ncli_total +x +19\n$/,
    );
    const json = await cli('query', ...at, '--json', 'cli_total');
    expect(JSON.parse(json.out)).toMatchObject({ status: 'success', data: { resultType: 'vector' } });
    const range = [
      '--server',
      server.url,
      '--start',
      String(seconds + 1),
      '--end',
      String(seconds + 21),
      '--step',
      '10s',
    ];
    expect((await cli('query', ...range, 'cli_total')).out).toBe(
      `cli_total{a="x"} =>\n0 @[${seconds + 1}]\n1 @[${seconds + 11}]\n2 @[${seconds + 21}]\n`,
    );
  });

  test('names the line of the file that is wrong, and where to go on', async () => {
    const line = (i: number) =>
      `big_metric{text="${'x'.repeat(80)}",i="${i % 50}"} ${i} ${(seconds - 100_000 + i) * 1_000}`;
    const lines = Array.from({ length: 60_000 }, (_, i) => line(i));
    lines[59_000] = 'not a metric line !';
    const text = file('big.txt', `${lines.join('\n')}\n`);
    const { code, err } = await cli('import', 'prometheus', '--server', server.url, text);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*big\.txt: line 59001/);
    const offset = /--from-byte (\d+)/.exec(err)?.[1];
    expect(Number(offset)).toBeGreaterThan(4_000_000);

    lines[59_000] = line(59_000);
    file('big.txt', `${lines.join('\n')}\n`);
    expect(
      (await cli('import', 'prometheus', '--server', server.url, '--from-byte', offset as string, text)).code,
    ).toBe(0);
    const count = 'sum(count_over_time(big_metric[2d]))';
    expect(await scalarOf(server.url, count, seconds)).toBe(60_000);
  });

  test('counts what the server refuses and ends with 1', async () => {
    const future = (Math.floor(Date.now() / 1_000) + 86_400) * 1_000;
    const text = file('future.txt', `odd_one 1 ${future}\nodd_two 2 ${seconds * 1_000}\n`);
    const { code, err } = await cli('import', 'prometheus', '--server', server.url, text);
    expect(code).toBe(1);
    expect(err).toMatch(/imported 1 samples[\s\S]*warning: 1 samples were refused: .*too_far_in_future/);
  });

  test('says which file it cannot read', async () => {
    const { code, err } = await cli('import', 'prometheus', join(folder.path, 'gone.txt'));
    expect([code, err]).toEqual([1, expect.stringMatching(/gone\.txt.*(no such file|ENOENT)/) as string]);
  });
});

describe('sightline check', () => {
  test('accepts what is right', async () => {
    const good = file('good.yml', "scrape_configs:\n- job_name: a\n  static_configs: [{ targets: ['x:1'] }]\n");
    const { code, out } = await cli('check', 'prometheus', good);
    expect([code, out]).toEqual([0, `SUCCESS: ${good} is valid: 1 scrape job, 1 target\n`]);
  });

  test('shows every mistake with its place, also as JSON', async () => {
    const bad = file('bad.yml', 'global: { scrape_intervall: 1s }\nscrape_configs: 3\n');
    const { code, err } = await cli('check', 'prometheus', bad);
    expect(code).toBe(1);
    expect(err).toMatch(
      /bad\.yml:1:11[\s\S]*\^+[\s\S]*scrape_interval[\s\S]*bad\.yml:2:17[\s\S]*2 errors, 0 warnings\n$/,
    );
    const json = JSON.parse((await cli('check', 'prometheus', '--json', bad)).out) as { severity: string }[];
    expect(json.map((finding) => finding.severity)).toEqual(['error', 'error']);
  });
});

test('a pipe that closes early ends the command quietly', () => {
  const bin = new URL('../../../packages/cli/bin/sightline.js', import.meta.url).pathname;
  const output = execFileSync('/bin/sh', ['-c', `${process.execPath} ${bin} up --help | head -1; echo ok`]);
  expect(output.toString()).toBe('Usage: sightline up [options]\nok\n');
});
