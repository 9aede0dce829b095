/**
 * The life of an alert as the API, the command line and the store tell it: why it was sent or not, its history, and a restart in which
 * one alert goes on and another does not come back.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertDetail, AlertHistory, AlertList, AlertWhy, SilencePreview } from '@sightline/api-types';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually, temporaryFolder } from '../../support/programs.ts';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';
import { messages, statesOf } from './support.ts';

const folder = temporaryFolder();
let recorder: HttpRecorder;
let server: InProcessServer;

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

function rules(expr: string): void {
  file(
    'rules.yml',
    `groups:
  - name: switches
    rules:
      - alert: Switched
        expr: ${expr}
        labels: {severity: critical}
        annotations: {runbook_url: 'https://runbooks/switched'}
`,
  );
}

function start(): Promise<InProcessServer> {
  const prometheus = 'global: {evaluation_interval: 1s}\nrule_files: [rules.yml]\n';
  const alertmanager = `global: {resolve_timeout: 2s}
route:
  receiver: hook
  group_by: [name]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 1h
  routes: [{receiver: nobody, matchers: [name = ignored]}]
receivers: [{name: hook, webhook_configs: [{url: '${recorder.url}/'}]}, {name: nobody}]
`;
  return startInProcess({
    prometheusFile: file('prometheus.yml', prometheus),
    alertmanagerFile: file('alertmanager.yml', alertmanager),
    flags: { data: join(folder.path, 'data') },
  });
}

async function setSwitch(name: string, value: number): Promise<void> {
  const body = `switch{name="${name}"} ${value} ${Date.now()}\n`;
  await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body });
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/api/sightline/v1/${path}`, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function fingerprintOf(name: string): Promise<string> {
  let found = '';
  await eventually(`the alert of ${name}`, async () => {
    const { alerts } = await call<AlertList>('alerts');
    found = alerts.find(({ labels }) => labels['name'] === name)?.fingerprint ?? '';
    return found !== '';
  });
  return found;
}

async function cli(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const take = (text: string) => void out.push(text);
  const context: CliContext = {
    stdout: take,
    stderr: take,
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 100 },
    columns: 100,
    env: {},
    cwd: folder.path,
  };
  const code = await runCli([...args, '--server', server.url], '1.2.3', context);
  return { code, out: out.join('') };
}

/** What was told, in order. */
const told = () => messages(recorder).flatMap(statesOf);

beforeAll(async () => {
  recorder = await HttpRecorder.start();
  rules('switch > 0.5');
  server = await start();
});

afterAll(async () => {
  await server.end();
  await recorder.close();
  folder.remove();
});

test('an alert is there with value, threshold and rule, and says why it was sent', { timeout: 30_000 }, async () => {
  await setSwitch('a', 1);
  await eventually('the message', async () => told().includes('a firing'));
  const fingerprint = await fingerprintOf('a');
  const { alert, states, timeline, past } = await call<AlertDetail>(`alerts/${fingerprint}`);
  expect(alert).toMatchObject({
    state: 'firing',
    value: 1,
    threshold: 0.5,
    expr: 'switch > 0.5',
    rule: { file: join(folder.path, 'rules.yml'), group: 'switches', name: 'Switched' },
    receivers: ['hook'],
    runbookUrl: 'https://runbooks/switched',
  });
  expect(states.at(-1)?.state).toBe('firing');
  expect(past).toEqual({ count: 1, medianMs: null });
  await eventually('the record of the message', async () => {
    const detail = await call<AlertDetail>(`alerts/${fingerprint}`);
    return detail.timeline.some(({ kind }) => kind === 'sent');
  });
  expect(timeline.map(({ kind }) => kind)).toContain('firing');
  const why = await call<AlertWhy>(`alerts/${fingerprint}/why`);
  expect(why.summary).toMatch(/^Sent to hook \(webhook\[0\]\) at /);
  expect(why.steps.find(({ stage }) => stage === 'send')).toMatchObject({ outcome: 'sent', integration: 'webhook[0]' });
});

test('why nothing was sent: a receiver without integrations, a silence; notes stand in the timeline', {
  timeout: 30_000,
}, async () => {
  await setSwitch('ignored', 1);
  const ignored = await fingerprintOf('ignored');
  await eventually('the first look', async () => {
    const { summary } = await call<AlertWhy>(`alerts/${ignored}/why`);
    return summary === 'Receiver nobody has no integration.';
  });
  const matchers = [{ name: 'name', value: 'quiet', isRegex: false, isEqual: true }];
  const period = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 60_000).toISOString() };
  const silence = { ...period, matchers, createdBy: 'anna', comment: 'known' };
  await fetch(`${server.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(silence),
  });
  await setSwitch('quiet', 1);
  const quiet = await fingerprintOf('quiet');
  const note = { by: 'ben', note: 'anna is on it' };
  expect(await call(`alerts/${quiet}/notes`, note)).toMatchObject({
    kind: 'noted',
    actor: 'ben',
    detail: 'anna is on it',
  });
  await eventually('the decision', async () => {
    const { timeline } = await call<AlertDetail>(`alerts/${quiet}`);
    return ['noted', 'silenced'].every((kind) => timeline.some((event) => event.kind === kind));
  });
  const preview = await call<SilencePreview>('silences/preview', { matchers });
  expect(preview).toMatchObject({ lastDayCount: 1, includesCritical: true });
  expect(preview.alerts.map(({ state }) => state)).toEqual(['silenced']);
  const { out } = await cli('alert', 'why', 'Switched', 'name=quiet');
  expect(out).toMatch(/silence +held .* silenced by anna until /);
  const list = await cli('alert', 'list', '--all', 'name=quiet');
  expect(list.out).toContain(quiet);
  expect(list.out).toContain('silenced');
});

test('over a restart, what goes on is told once and what does not come back is told to be over', {
  timeout: 60_000,
}, async () => {
  await setSwitch('b', 1);
  await eventually('the message', async () => told().includes('b firing'));
  const [a, b] = [await fingerprintOf('a'), await fingerprintOf('b')];
  const sentMs = Date.now();
  await server.close();
  const before = told().length;
  rules('switch{name="b"} > 0.5');
  server = await start();
  await eventually('the end of a', async () => told().length > before);
  expect(told().slice(before)).toEqual(['a resolved']);
  const { alert } = await call<AlertDetail>(`alerts/${b}`);
  expect(alert.startsAtMs).toBeLessThan(sentMs);
  await eventually('the record of the end', async () => {
    const { rows } = await call<AlertHistory>(`alert-history?match[]=${encodeURIComponent('Switched{name="a"}')}`);
    return rows.length === 1 && (rows[0]?.spans[0]?.toMs ?? 0) < Date.now() - 1_000;
  });
  const { meanResolveMs } = await call<AlertHistory>('alert-history');
  expect(meanResolveMs).toBeGreaterThan(0);
  const earlier = await call<AlertWhy>(`alerts/${a}/why?time=${sentMs}`);
  expect(earlier.steps[0]?.text).toMatch(/^firing since /);
  expect(earlier.summary).toMatch(/^Sent to hook/);
  const { code, out } = await cli('alert', 'why', 'name=a', '--time', new Date(sentMs).toISOString());
  expect({ code, isSent: out.includes('Sent to hook') }).toEqual({ code: 0, isSent: true });
  expect(told().slice(before)).toEqual(['a resolved']);
});

test('what nobody knows is answered with 404, what nobody understands with 400', async () => {
  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${server.url}/api/sightline/v1/${path}`, init)).status;
  const unknown = 'alerts/0123456789abcdef';
  expect(await statusOf(unknown)).toBe(404);
  expect(await statusOf(`${unknown}/why`)).toBe(404);
  expect(await statusOf(`${unknown}/why?time=yesterday`)).toBe(400);
  expect(await statusOf(`${unknown}/notes`, { method: 'POST', body: '{"by":"x","note":"y"}' })).toBe(404);
  expect(await statusOf(`${unknown}/notes`, { method: 'POST', body: '{"by":"","note":"y"}' })).toBe(400);
  expect(await statusOf('alert-history?start=2&end=1')).toBe(400);
  const preview = { method: 'POST', body: '{"matchers":[{"name":"a","value":"(","isRegex":true,"isEqual":true}]}' };
  expect(await statusOf('silences/preview', preview)).toBe(400);
});
