/** The server as a process: signals, exit codes, what it prints. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, startProgram, temporaryFolder } from '../../support/programs.ts';
import { type RunningSightline, sightlineBin, startSightline, exposedBy } from '../../support/sightline.ts';

const running: RunningSightline[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(prometheus?: string): Promise<RunningSightline> {
  const server = await startSightline(prometheus === undefined ? {} : { prometheus });
  running.push(server);
  return server;
}

describe('the process', () => {
  test('tells where it is and what it does, and ends with 0 when asked to stop', async () => {
    const server = await start();
    const output = () => server.program.output();
    await expect.poll(output).toContain(`open      ${server.url}`);
    await expect.poll(output).toContain(server.dataDirectory);
    await expect.poll(output).toContain('only what is sent to it');
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(server.program.output()).toMatch(/"message":"stopped"/);
  });

  test('has a thread pool that queries do not fill', async () => {
    const server = await start();
    const text = await exposedBy(server.url);
    expect(text).toMatch(/^nodejs_threadpool_size 16$/m);
  });

  test('reloads at SIGHUP, and a broken file changes nothing', async () => {
    const server = await start('global: { scrape_interval: 7s }\n');
    const yaml = async () => {
      const response = await fetch(`${server.url}/api/v1/status/config`);
      return ((await response.json()) as { data: { yaml: string } }).data.yaml;
    };
    writeFileSync(server.prometheusFile, 'global: { scrape_interval: 9s }\n');
    server.program.process.kill('SIGHUP');
    await eventually('the new file', async () => (await yaml()).includes('9s'));
    writeFileSync(server.prometheusFile, 'global: [\n');
    server.program.process.kill('SIGHUP');
    await eventually('the refusal', async () => server.program.output().includes('not reloaded'));
    expect(await yaml()).toContain('9s');
  });

  test('says at start and at a reload what prometheus.yml asks for and does not get', async () => {
    const server = await start('rule_files: []\nremote_read: [{ url: "http://127.0.0.1:1/read" }]\n');
    const warnings = () =>
      [...server.program.output().matchAll(/^\{.*"level":"WARNING".*$/gm)]
        .map(([line]) => JSON.parse(line) as { logger?: string; message: string; at?: string })
        .filter(({ logger }) => logger === 'config');
    await expect
      .poll(warnings)
      .toMatchObject([
        { message: expect.stringContaining('`remote_read`') as string, at: expect.stringMatching(/:2:1$/) as string },
      ]);
    await fetch(`${server.url}/-/reload`, { method: 'POST' });
    await eventually('the second warning', async () => warnings().length === 2);
  });

  test('ends at once at a second signal', async () => {
    const server = await start();
    // A request that never ends holds the first signal up, once the server has begun to read it.
    const headers = { expect: '100-continue' };
    const stuck = request(`${server.url}/api/v1/import/prometheus`, { method: 'POST', headers });
    stuck.on('error', () => undefined);
    stuck.flushHeaders();
    await once(stuck, 'continue');
    stuck.write('a 1\n');
    server.program.process.kill('SIGINT');
    await eventually('the stop', async () => server.program.output().includes('"stopping"'));
    server.program.process.kill('SIGINT');
    expect(await server.program.ended).toBe(130);
    stuck.destroy();
  });
});

describe('a second server', () => {
  test('on the same data directory is refused with the fix', async () => {
    const server = await start();
    const second = startProgram(process.execPath, [
      sightlineBin,
      'up',
      '--listen',
      '127.0.0.1:0',
      '--data',
      server.dataDirectory,
    ]);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/^error: data directory .* in use by another process\n {2}= help: stop the other/m);
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
  });

  test('open to other hosts is refused with the fix', async () => {
    const folder = temporaryFolder();
    const program = startProgram(process.execPath, [
      sightlineBin,
      'up',
      '--listen',
      '0.0.0.0:0',
      '--data',
      join(folder.path, 'data'),
    ]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/refusing to listen on 0\.0\.0\.0[\s\S]*--insecure-no-auth/);
    folder.remove();
  });
});
