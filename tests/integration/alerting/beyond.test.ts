/** What sightline.yml adds to alertmanager.yml, through a real server: HTTP in, webhooks out, restarts between. */
import { exposedBy } from '../../support/sightline.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertDetail, AlertIncidents, AlertInstance, AlertList, NotifyStatus } from '@sightline/api-types';
import { type CliContext, runCli } from '@sightline/cli';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually, temporaryFolder } from '../../support/programs.ts';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';

const SIGHTLINE = `
alerting:
  escalations:
    - name: critical
      matchers: [severity="critical"]
      steps: [{after: 5s, receiver: pager}, {after: 8s, receiver: boss, active_time_intervals: [business-hours]}]
  rate_limits: [{receiver: chat, notifications: 2, per: 8s}]
  business_hours: {timezone: UTC, weekdays: ['sunday:saturday'], hours: ['00:00-24:00']}
`;

interface Message {
  readonly receiver: string;
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[];
}

let folder: ReturnType<typeof temporaryFolder>;
let hooks: HttpRecorder;
let server: InProcessServer | undefined;

beforeEach(async () => {
  folder = temporaryFolder();
  hooks = await HttpRecorder.start();
  write('sightline.yml', SIGHTLINE);
  const receiver = (name: string) => `  - {name: ${name}, webhook_configs: [{url: '${hooks.url}/${name}'}]}\n`;
  write(
    'alertmanager.yml',
    `route:
  receiver: team
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  routes: [{receiver: chat, matchers: [team="web"]}, {receiver: team, active_time_intervals: [off-hours], matchers: [x="y"]}]
receivers:
${['team', 'chat', 'pager', 'boss', 'desk'].map(receiver).join('')}`,
  );
});

afterEach(async () => {
  await server?.end();
  server = undefined;
  await hooks.close();
  folder.remove();
});

function write(name: string, text: string): void {
  writeFileSync(join(folder.path, name), text);
}

async function start(): Promise<string> {
  server = await startInProcess({
    configFile: join(folder.path, 'sightline.yml'),
    alertmanagerFile: join(folder.path, 'alertmanager.yml'),
    flags: { data: join(folder.path, 'data') },
  });
  return server.url;
}

async function report(url: string, ...alerts: readonly Record<string, string>[]): Promise<void> {
  const startsAt = new Date().toISOString();
  const body = JSON.stringify(alerts.map((labels) => ({ labels, startsAt })));
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);
}

async function ask<T>(url: string, path: string): Promise<T> {
  return (await (await fetch(`${url}/api/sightline/v1/${path}`)).json()) as T;
}

async function alertNamed(url: string, name: string): Promise<AlertInstance> {
  const { alerts } = await ask<AlertList>(url, 'alerts');
  const found = alerts.find((alert) => alert.name === name);
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}

function messagesTo(receiver: string): Message[] {
  return hooks.requests.filter(({ path }) => path === `/${receiver}`).map(({ body }) => JSON.parse(body) as Message);
}

function namesTo(receiver: string): string[][] {
  return messagesTo(receiver).map(({ alerts }) => alerts.map(({ labels }) => labels['alertname'] ?? ''));
}

async function cli(...args: string[]): Promise<string> {
  const out: string[] = [];
  const context: CliContext = {
    stdout: (text) => void out.push(text),
    stderr: (text) => void out.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 100 },
    columns: 100,
    env: {},
    cwd: folder.path,
  };
  await runCli(args, '1.2.3', context);
  return out.join('');
}

test('an alert that nobody acknowledges escalates; one that somebody did does not, across a restart', async () => {
  let url = await start();
  const down = { alertname: 'Down', severity: 'critical' };
  const full = { alertname: 'Full', severity: 'critical' };
  await report(url, down, full, { alertname: 'Slow', severity: 'warning' });
  const { fingerprint } = await alertNamed(url, 'Full');
  expect(await cli('alert', 'ack', fingerprint, '--by', 'anna', '--note', 'on it', '--server', url)).toBe(
    `${fingerprint}: acknowledged by anna\n`,
  );
  expect((await alertNamed(url, 'Full')).acknowledgement).toMatchObject({ by: 'anna', note: 'on it' });
  await eventually('the pager hears', async () => namesTo('pager').length > 0);
  await server?.end();
  url = await start();
  await report(url, down, full);
  expect((await alertNamed(url, 'Full')).acknowledgement).toMatchObject({ by: 'anna', note: 'on it' });
  expect((await alertNamed(url, 'Down')).acknowledgement).toBeNull();
  await eventually('the boss hears', async () => namesTo('boss').length > 0);
  expect(namesTo('pager')).toEqual([['Down']]);
  expect(namesTo('boss')).toEqual([['Down']]);
  const { timeline } = await ask<AlertDetail>(url, `alerts/${fingerprint}`);
  expect(timeline).toContainEqual(expect.objectContaining({ kind: 'acknowledged', actor: 'anna', detail: 'on it' }));
}, 60_000);

test('beyond its limit a receiver gets one digest with everything', async () => {
  const url = await start();
  await report(url, ...['A', 'B', 'C', 'D', 'E'].map((alertname) => ({ alertname, team: 'web' })));
  await eventually('the digest', async () => messagesTo('chat').length > 2, 30);
  expect(namesTo('chat').slice(0, 2).flat().sort()).toEqual(['A', 'B']);
  expect(namesTo('chat').slice(2)).toEqual([['NotificationsHeld', 'C', 'D', 'E']]);
  const metrics = await exposedBy(url);
  expect(metrics).toContain('sightline_notifications_held_total{receiver="chat"} 3');
}, 60_000);

test('alerts that begin together are one incident', async () => {
  const url = await start();
  await report(url, { alertname: 'A', service: 'shop' }, { alertname: 'B', service: 'shop' }, { alertname: 'C' });
  const { incidents } = await ask<AlertIncidents>(url, 'incidents');
  expect(incidents).toMatchObject([{ title: 'service=shop', fingerprints: [{}, {}].map(() => expect.any(String)) }]);
  expect((await alertNamed(url, 'A')).incidentId).toBe(incidents[0]?.id);
  expect((await alertNamed(url, 'C')).incidentId).toBeNull();
});

test('a reload takes `alerting` over, or refuses it with every mistake', async () => {
  const url = await start();
  const names = async () => (await ask<NotifyStatus>(url, 'notify')).escalations.map(({ name }) => name);
  expect(await names()).toEqual(['critical']);
  write('sightline.yml', SIGHTLINE.replace('receiver: pager', 'receiver: pagr').replace('per: 8s', 'per: 8'));
  const refused = await server?.reload();
  expect(refused?.isOk).toBe(false);
  expect(refused?.message).toMatch(/there is no receiver `pagr`[\s\S]*did you mean `pager`/);
  expect(refused?.message).toContain('`8` is not a duration');
  expect(await names()).toEqual(['critical']);
  write(
    'sightline.yml',
    SIGHTLINE.replace('name: critical', 'name: urgent').replace('receiver: pager', 'receiver: desk'),
  );
  expect((await server?.reload())?.isOk).toBe(true);
  expect(await names()).toEqual(['urgent']);
  await report(url, { alertname: 'Down', severity: 'critical' });
  await eventually('the desk hears', async () => namesTo('desk').length > 0);
  expect(namesTo('pager')).toEqual([]);
}, 30_000);

test('check config looks at both files together', async () => {
  const file = join(folder.path, 'sightline.yml');
  write(
    'sightline.yml',
    `${SIGHTLINE.replace('receiver: boss', 'receiver: bos')}alertmanager: {config_file: alertmanager.yml}\n`,
  );
  expect(await cli('check', 'config', file)).toMatch(
    /there is no receiver `bos`[\s\S]*did you mean `boss`[\s\S]*1 error/,
  );
  write('sightline.yml', `${SIGHTLINE}alertmanager: {config_file: alertmanager.yml}\n`);
  expect(await cli('check', 'config', file)).toContain('SUCCESS');
});
