import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPrometheusConfig } from '../../../config/index.ts';
import { createAuthorizer } from './authorization.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('basic_auth', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sightline-auth-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function authorizer(section: string) {
    const text = `scrape_configs: [{job_name: a, basic_auth: ${section}}]`;
    const { config } = loadPrometheusConfig({ file: path.join(folder, 'prometheus.yml'), text });
    const http = config?.scrapeConfigs[0]?.http;
    if (http === undefined) throw new Error('the configuration was refused');
    return createAuthorizer(http, async () => '');
  }

  test('name and password as text', async () => {
    expect(await authorizer('{username: joe, password: "s:3"}')()).toBe(basic('joe:s:3'));
  });

  test('username_file and password_file are read at each use', async () => {
    const user = path.join(folder, 'user');
    await writeFile(user, 'joe\n');
    await writeFile(path.join(folder, 'password'), 's3cret\n');
    const authorize = authorizer('{username_file: user, password_file: password}');
    expect(await authorize()).toBe(basic('joe:s3cret'));
    await writeFile(user, 'ann\n');
    expect(await authorize()).toBe(basic('ann:s3cret'));
  });

  test('a username_file that cannot be read is an error', async () => {
    await writeFile(path.join(folder, 'user'), 'joe');
    const authorize = authorizer('{username_file: user}');
    await rm(path.join(folder, 'user'));
    await expect(authorize()).rejects.toThrow(/username_file.*user/);
  });
});
