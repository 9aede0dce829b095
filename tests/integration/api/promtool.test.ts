/** promtool pointed at Sightline, as people who script Prometheus use it. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../support/programs.ts';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';

const run = (...args: string[]) => execPromtool(['query', ...args]);

/** Asynchronous, because the server under test lives in this process. */
function execPromtool(args: string[], input = ''): Promise<{ output: string; code: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn('promtool', args);
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ output, code: code ?? 1 }));
    child.stdin.end(input);
  });
}

describe.skipIf(!has('promtool'))('promtool (needs the program)', () => {
  let server: InProcessServer;
  const seconds = Math.floor(Date.now() / 1_000) - 600;

  beforeAll(async () => {
    server = await startInProcess();
    const lines = Array.from(
      { length: 10 },
      (_, i) => `jobs_total{queue="a b"} ${i * 2} ${(seconds + i * 15) * 1_000}`,
    );
    const response = await fetch(`${server.url}/api/v1/import/prometheus`, {
      method: 'POST',
      body: `${lines.join('\n')}\n`,
    });
    expect(response.status).toBe(204);
  });

  afterAll(() => server?.end());

  test('query instant', async () => {
    expect(await run('instant', '--time', String(seconds + 136), server.url, 'jobs_total')).toEqual({
      output: `jobs_total{queue="a b"} => 18 @[${seconds + 136}]\n`,
      code: 0,
    });
  });

  test('query range', async () => {
    const bounds = [`--start=${seconds + 1}`, `--end=${seconds + 46}`, '--step=15s'];
    expect((await run('range', ...bounds, server.url, 'jobs_total')).output).toBe(
      `jobs_total{queue="a b"} =>\n${[1, 16, 31, 46].map((at, i) => `${i * 2} @[${seconds + at}]`).join('\n')}\n`,
    );
  });

  test('query series and labels', async () => {
    const series = await run('series', '--match', 'jobs_total', server.url);
    expect(series.output).toBe('{__name__="jobs_total", queue="a b"}\n');
    expect((await run('labels', server.url, 'queue')).output).toBe('a b\n');
  });

  test('shows the error of a query and fails', async () => {
    const { output, code } = await run('instant', server.url, 'sum(');
    expect(code).not.toBe(0);
    expect(output).toMatch(/bad_data: invalid parameter "query": 1:5: parse error: unclosed left parenthesis/);
  });

  test('finds nothing to complain about in /metrics', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(await execPromtool(['check', 'metrics'], text)).toEqual({ output: '', code: 0 });
  });
});
