/** Bad input from every side, each with a clear error, while a good target goes on being scraped and stored. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePort, startProgram, temporaryFolder } from '../../support/programs.ts';
import {
  QUIET,
  type RunningSightline,
  scalarOf,
  sightlineBin,
  startSightline,
  exposedBy,
} from '../../support/sightline.ts';

let exporter: Server;
let sightline: RunningSightline;
let exporterAddress = '';

const bodies: Record<string, () => Buffer> = {
  '/good': () => Buffer.from('good_metric 1\n'),
  '/broken': () => Buffer.from('fine 1\nbroken{x="1 2\nalso_fine 3\n'),
  '/flood': () => Buffer.from(`flood{${Array.from({ length: 500 }, (_, i) => `l${i}="v"`).join(',')}} 1\n`),
};

function config(extra = ''): string {
  const job = (name: string) =>
    `- job_name: ${name}\n  metrics_path: /${name}\n  static_configs: [{ targets: ['${exporterAddress}'] }]\n`;
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${job('good')}${job('broken')}${job('flood')}  label_limit: 50\n${extra}`;
}

beforeAll(async () => {
  exporter = createServer((request, response) => {
    const body = bodies[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(body?.());
  });
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
  exporterAddress = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  sightline = await startSightline({ prometheus: config() });
  await eventually('the good target scraped', async () => (await scalarOf(sightline.url, 'up{job="good"}')) === 1);
});

afterAll(async () => {
  await sightline?.stop();
  exporter?.close();
});

/** The good target has new samples: nothing was disturbed. */
async function expectUndisturbed(): Promise<void> {
  const before = (await scalarOf(sightline.url, 'count_over_time(good_metric[1h])')) ?? 0;
  await eventually(
    'another good scrape',
    async () => ((await scalarOf(sightline.url, 'count_over_time(good_metric[1h])')) ?? 0) > before,
  );
}

async function lastError(job: string): Promise<string> {
  return eventually(`an error of ${job}`, async () => {
    const response = await fetch(`${sightline.url}/api/v1/targets?scrapePool=${job}`);
    const answer = (await response.json()) as { data: { activeTargets: { lastError: string }[] } };
    return answer.data.activeTargets[0]?.lastError || undefined;
  });
}

describe('a scrape', () => {
  test('with a bad line in the middle stores nothing of it and says which line', async () => {
    const error = await lastError('broken');
    expect(error).toMatch(/2/);
    expect(await scalarOf(sightline.url, 'up{job="broken"}')).toBe(0);
    expect(await scalarOf(sightline.url, 'fine')).toBeUndefined();
    await expectUndisturbed();
  });

  test('with more labels than the limit fails and names the limit', async () => {
    expect(await lastError('flood')).toMatch(/label_limit|limit: 50/);
    expect(await scalarOf(sightline.url, 'flood')).toBeUndefined();
  });
});

describe('a write', () => {
  const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
  const post = (path: string, body: Buffer, extra: Record<string, string>) =>
    fetch(`${sightline.url}${path}`, { method: 'POST', body: new Uint8Array(body), headers: extra });

  test('of snappy garbage is refused with 400', async () => {
    const response = await post('/api/v1/write', Buffer.from('this is not snappy at all'), headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/snappy/i);
    await expectUndisturbed();
  });

  test('of a gzip bomb is refused before it is unpacked', { timeout: 120_000 }, async () => {
    const megabyte = Buffer.alloc(1 << 20, 0x20);
    const bomb = gzipSync(Buffer.concat(Array.from({ length: 1024 }, () => megabyte)), { level: 9 });
    const memory = () => scalarOfMetrics('process_resident_memory_bytes');
    const before = await memory();
    const response = await post('/api/v1/import/prometheus', bomb, { 'content-encoding': 'gzip' });
    expect([400, 413]).toContain(response.status);
    expect((await response.text()).length).toBeGreaterThan(10);
    expect((await memory()) - before).toBeLessThan(300e6);
    await expectUndisturbed();
  });

  test('of text with a bad line names the line', async () => {
    const response = await post('/api/v1/import/prometheus', Buffer.from('ok_metric 1\nnot a metric line !\n'), {});
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/line 2/);
  });
});

async function scalarOfMetrics(name: string): Promise<number> {
  const text = await exposedBy(sightline.url);
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

describe('a reload', () => {
  const cases = {
    'broken YAML': { text: 'scrape_configs: [\n', words: /real-or-broken|prometheus\.yml:\d+:\d+/ },
    'an unknown key': {
      text: 'scrape_confgs: []\n',
      words: /prometheus\.yml:1:1[\s\S]*scrape_confgs[\s\S]*scrape_configs/,
    },
    'a bad relabel regex': {
      text: "scrape_configs:\n- job_name: x\n  relabel_configs: [{ source_labels: [a], regex: '(', action: keep }]\n",
      words: /prometheus\.yml:3:\d+[\s\S]*regex/,
    },
  };
  for (const [name, { text, words }] of Object.entries(cases)) {
    test(`with ${name} is refused with the position and changes nothing`, async () => {
      writeFileSync(sightline.prometheusFile, text);
      const response = await fetch(`${sightline.url}/-/reload`, { method: 'POST' });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).toMatch(words);
      await expectUndisturbed();
    });
  }
});

describe('a start', () => {
  const up = async (args: readonly string[]) => {
    const program = startProgram(process.execPath, [sightlineBin, 'up', ...args]);
    const code = await program.ended;
    return { code, output: program.output() };
  };

  test('on a port in use says so', async () => {
    const folder = temporaryFolder();
    const port = new URL(sightline.url).port;
    const { code, output } = await up(['--listen', `127.0.0.1:${port}`, '--data', folder.path]);
    expect(code).toBe(1);
    expect(output).toContain(port);
    expect(output).toMatch(/in use/);
    folder.remove();
  });

  test('on a locked data directory says who has it', async () => {
    const { code, output } = await up(['--listen', `127.0.0.1:${await freePort()}`, '--data', sightline.dataDirectory]);
    expect(code).toBe(1);
    expect(output).toContain(sightline.dataDirectory);
    expect(output).toMatch(/lock|in use|another/i);
    await expectUndisturbed();
  });

  test('on a data directory that cannot be written says so', async () => {
    const folder = temporaryFolder();
    // A file where the directory should be: permissions do not stop root.
    const place = join(folder.path, 'data');
    writeFileSync(place, 'not a directory');
    chmodSync(place, 0o400);
    const { code, output } = await up(['--listen', `127.0.0.1:${await freePort()}`, '--data', place]);
    expect(code).toBe(1);
    expect(output).toContain(place);
    expect(output).not.toMatch(/\n\s+at /);
    folder.remove();
  });

  test.skipIf(process.platform !== 'linux')(
    'on a data directory under /proc (Linux only) says so, and ends',
    async () => {
      const { code, output } = await up(['--listen', `127.0.0.1:${await freePort()}`, '--data', '/proc/nothing/data']);
      expect(code).toBe(1);
      expect(output).toMatch(/^error: data directory \/proc\/nothing\/data cannot be made: [\s\S]*= help: /);
    },
  );

  test('without the prometheus.yml that it was told to use says so', async () => {
    const { code, output } = await up(['--prometheus', '/nowhere/prometheus.yml']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^error\[config\/missing-file\]: `\/nowhere\/prometheus\.yml` cannot be read[\s\S]*= help: /,
    );
  });

  test('with a broken file prints every error with its position', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'prometheus.yml');
    writeFileSync(
      file,
      'global: { scrape_interval: 5 }\nscrape_configs:\n- job_name: a\n- job_name: a\n  unknown: 1\n',
    );
    const { code, output } = await up([
      '--listen',
      `127.0.0.1:${await freePort()}`,
      '--data',
      join(folder.path, 'd'),
      '--prometheus',
      file,
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/prometheus\.yml:1:\d+/);
    expect(output).toMatch(/prometheus\.yml:5:3/);
    folder.remove();
  });
});

function canMount(): boolean {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.path], { stdio: 'ignore' });
    execFileSync('umount', [folder.path]);
    return true;
  } catch {
    return false;
  } finally {
    folder.remove();
  }
}

describe.skipIf(!canMount())('a full disk (skipped when the user may not mount a tmpfs)', () => {
  test('refuses writes with 503, keeps answering, and stores again when there is room', {
    timeout: 90_000,
  }, async () => {
    const folder = temporaryFolder();
    const place = join(folder.path, 'data');
    mkdirSync(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', place]);
    const server = await startSightline({ folder: folder.path, config: QUIET });
    try {
      const write = (value: number) =>
        fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body: `disk_test ${value}\n` });
      expect((await write(1)).ok).toBe(true);
      execFileSync('/bin/sh', ['-c', `head -c 300m /dev/zero > ${join(place, 'ballast')} || true`], {
        stdio: 'ignore',
      });
      const refused = await write(2);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).not.toBeNull();
      expect(await refused.text()).toMatch(/space|disk/i);
      expect(await scalarOf(server.url, 'last_over_time(disk_test[5m])')).toBe(1);
      execFileSync('rm', [join(place, 'ballast')]);
      await eventually('a write after space is back', async () => (await write(3)).ok);
      expect(await scalarOf(server.url, 'last_over_time(disk_test[5m])')).toBe(3);
    } finally {
      await server.stop();
      execFileSync('umount', [place]);
      folder.remove();
    }
  });
});
