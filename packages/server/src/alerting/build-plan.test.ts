import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels } from '@sightline/model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestClock } from '../lib/testing/test-clock.ts';
import { MemoryStateStore } from '../storage/testing/memory-state-store.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { AlertManager } from './alert-manager.ts';
import { buildPlan } from './build-plan.ts';
import { loadAlertmanagerConfig } from './config/load.ts';
import type { AlertEvent } from './events/alert-event.ts';
import { HttpRecorder } from './testing/http-recorder.ts';
import { START_MS } from './testing/alert-rig.ts';

let server: HttpRecorder;
let folder: string;
beforeEach(async () => {
  server = await HttpRecorder.start();
  folder = await mkdtemp(join(tmpdir(), 'sightline-plan-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

it('runs what alertmanager.yml says: from an alert to the messages and back to silence', async () => {
  await writeFile(join(folder, 'team.tmpl'), '{{ define "team.title" }}{{ .Status }} for {{ .Receiver }}{{ end }}');
  const text = `
route: {receiver: team, group_by: [alertname], group_wait: 10s, group_interval: 1m, repeat_interval: 1h}
templates: ['*.tmpl']
receivers:
- name: team
  webhook_configs: [{url: '${server.url}/hook'}]
  slack_configs: [{api_url: '${server.url}/slack', channel: '#c', title: '{{ template "team.title" . }}', send_resolved: false}]
`;
  const { config } = loadAlertmanagerConfig({ file: join(folder, 'alertmanager.yml'), text });
  if (config === undefined) throw new Error('the configuration was refused');
  server.answer(({ path }) => ({ body: path === '/slack' ? 'ok' : '' }));

  const clock = new TestClock(START_MS);
  const events: AlertEvent[] = [];
  const { plan, close } = buildPlan(config, {
    externalUrl: 'http://sightline',
    version: '1',
    onIncomplete: ({ error }) => {
      throw error;
    },
  });
  const logger = createLogger({ level: 'error', format: 'text', write: () => undefined });
  const parts = { clock, random: () => 0.5, logger, state: new MemoryStateStore(), maxAlerts: 10 };
  const manager = await AlertManager.open({ ...parts, events: { record: (event) => events.push(event) } }, plan);
  const report = (endsAtMs: number | undefined) =>
    manager.receive({
      labels: Labels.fromObject({ alertname: 'Slow' }),
      annotations: Labels.EMPTY,
      startsAtMs: undefined,
      endsAtMs,
      generatorUrl: '',
    });
  const pass = async (ms: number) => {
    await clock.advance(ms, () => manager.settled());
    await manager.settled();
    return server.take().map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }));
  };

  report(undefined);
  const first = await pass(10_000);
  expect(first.map(({ path }) => path).sort()).toEqual(['/hook', '/slack']);
  expect(first.find(({ path }) => path === '/hook')?.body).toMatchObject({ status: 'firing', receiver: 'team' });
  const title = 'firing for team';
  expect(first.find(({ path }) => path === '/slack')?.body).toMatchObject({ attachments: [{ title }] });
  expect(await pass(60_000)).toEqual([]);

  report(clock.now());
  expect(await pass(60_000)).toMatchObject([{ path: '/hook', body: { status: 'resolved' } }]);
  expect(events.map(({ kind, integration }) => `${kind} ${integration}`)).toContain('sent slack[0]');
  await manager.close();
  await close();
});

it('refuses template files that are none', async () => {
  const text = `{route: {receiver: r}, receivers: [{name: r}]}`;
  const { config } = loadAlertmanagerConfig({ file: join(folder, 'alertmanager.yml'), text });
  if (config === undefined) throw new Error('the configuration was refused');
  const environment = { externalUrl: '', version: '1', onIncomplete: () => undefined };
  const bad = { ...config, templateFiles: [{ name: 'bad.tmpl', text: '{{ if }}' }] };
  expect(() => buildPlan(bad, environment)).toThrow('template: bad.tmpl:1: missing value for if');
});
