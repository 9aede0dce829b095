import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveOptions } from '../config/index.ts';
import type { SightlineConfig } from '../config/sightline/types.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { ConfigError, loadConfig } from './load-config.ts';

const RULES = 'groups: [{name: own, rules: [{record: a, expr: b}]}]\n';
const RECEIVERS = 'receivers: [{name: team}]\n';
const WITHOUT_WATCHDOG = `route: {receiver: team}\n${RECEIVERS}`;
const WITH_WATCHDOG = `route: {receiver: team, routes: [{receiver: team, matchers: [alertname = Watchdog]}]}\n${RECEIVERS}`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-load-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(files: Readonly<Record<string, string>>, defaultRules = 'auto') {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const flags = {
    'alerting-default-rules': defaultRules,
    ...('prometheus.yml' in files ? { prometheus: 'prometheus.yml' } : {}),
    ...('alertmanager.yml' in files ? { alertmanager: 'alertmanager.yml' } : {}),
  };
  const config = resolveOptions({ flags, env: {}, cwd: folder }).config as SightlineConfig;
  const logger = createLogger({ level: 'error', format: 'json', write: () => undefined });
  return loadConfig({ config, cwd: process.cwd(), render: {}, logger });
}

/** Names of groups that are not a user's own, shortened to whether there are any and whether the watchdog is one. */
async function shipped(files: Readonly<Record<string, string>>, defaultRules?: string): Promise<string> {
  const groups = (await load(files, defaultRules)).rules.filter(({ name }) => name !== 'own');
  if (groups.length === 0) return 'none';
  return groups.some(({ name }) => name === 'watchdog') ? 'all' : 'all but the watchdog';
}

describe('rules that come with Sightline', () => {
  const own = { 'prometheus.yml': 'rule_files: [rules.yml]\n', 'rules.yml': RULES };
  test.each([
    ['nothing is configured', {}, 'all'],
    ['a prometheus.yml without rules', { 'prometheus.yml': '{}' }, 'all'],
    ['rules of their own', own, 'none'],
    ['receivers, and no route for the watchdog', { 'alertmanager.yml': WITHOUT_WATCHDOG }, 'all but the watchdog'],
    ['receivers, and a route for the watchdog', { 'alertmanager.yml': WITH_WATCHDOG }, 'all'],
  ])('%s', async (_name, files, expected) => {
    expect(await shipped(files)).toBe(expected);
  });

  test('are added to others, or left out, when that is asked for', async () => {
    expect(await shipped({ ...own, 'alertmanager.yml': WITHOUT_WATCHDOG }, 'true')).toBe('all');
    expect(await shipped({}, 'false')).toBe('none');
  });
});

test('mistakes of all files are told at once', async () => {
  const files = {
    'prometheus.yml': 'rule_files: [rules.yml]\nscrape_configs: [{}]\n',
    'rules.yml': 'groups: [{name: own, rules: [{record: a, expr: "b("}]}]\n',
    'alertmanager.yml': 'route: {receiver: nobody}\n',
  };
  const error = (await load(files).catch((reason: unknown) => reason)) as Error;
  expect(error).toBeInstanceOf(ConfigError);
  for (const name of Object.keys(files)) expect(error.message).toContain(`${name}:`);
});
