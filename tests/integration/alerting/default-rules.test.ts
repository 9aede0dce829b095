/** The rules that come with Sightline, in the built server: all of them can be evaluated, and the dead-man's switch leaves it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually, temporaryFolder } from '../../support/programs.ts';
import { api, type RunningSightline, startSightline, exposedBy } from '../../support/sightline.ts';

const RULES = join(import.meta.dirname, '../../../packages/server/rules');

interface RulesAnswer {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
  }[];
}

const folder = temporaryFolder();
let recorder: HttpRecorder;
let server: RunningSightline;

beforeAll(async () => {
  recorder = await HttpRecorder.start();
  const alertmanager = join(folder.path, 'alertmanager.yml');
  writeFileSync(
    alertmanager,
    `route:
  receiver: nobody
  routes: [{matchers: [alertname = Watchdog], receiver: heartbeat, group_wait: 0s}]
receivers: [{name: nobody}, {name: heartbeat, webhook_configs: [{url: '${recorder.url}/'}]}]
`,
  );
  server = await startSightline({
    folder: folder.path,
    config: 'host_metrics: {interval: 1s}\nself_scrape: {interval: 1s}\n',
    prometheus: 'global: {evaluation_interval: 1s}\n',
    args: ['--alertmanager', alertmanager],
    defaultRules: true,
  });
});
afterAll(async () => {
  await server?.stop();
  await recorder?.close();
  folder.remove();
});

test('every rule is evaluated without a failure', { timeout: 60_000 }, async () => {
  const rules = await eventually('all rules being evaluated', async () => {
    const { groups } = await api<RulesAnswer>(server.url, '/api/v1/rules');
    const all = groups.flatMap((group) => group.rules);
    return all.length > 0 && all.every(({ health }) => health !== 'unknown') && all;
  });
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
});

test('the dead-man switch arrives, and its runbook can be read', { timeout: 60_000 }, async () => {
  await eventually('Watchdog', async () => recorder.requests.length > 0);
  const [message] = recorder.takeJson() as { commonAnnotations: { runbook_url: string } }[];
  const url = new URL(message?.commonAnnotations.runbook_url ?? '');
  expect(url.pathname).toBe('/runbooks/Watchdog');
  const answer = await fetch(`${server.url}/api/sightline/v1${url.pathname}`);
  expect(await answer.json()).toMatchObject({ name: 'Watchdog', markdown: expect.stringContaining('# Watchdog\n') });
});

test('the metrics of Sightline that the rules name exist', { timeout: 60_000 }, async () => {
  const text = readdirSync(RULES)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(join(RULES, name), 'utf8'))
    .join('\n');
  const named = new Set(text.match(/\b(?:sightline|nodejs)_\w+/g));
  expect(named.size).toBeGreaterThan(10);
  await eventually('a notification being counted', async () => {
    const exposed = await exposedBy(server.url);
    const missing = [...named].filter((name) => !new RegExp(`^${name}(?:\\{| )`, 'm').test(exposed));
    if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
    return true;
  });
});
