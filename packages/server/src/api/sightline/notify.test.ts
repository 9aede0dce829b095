import type { NotifyStatus, ReceiverTestResult, RouteTestResult } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { expect, onTestFinished, test } from 'vitest';
import { AlertManager } from '../../alerting/alert-manager.ts';
import { buildPlan } from '../../alerting/build-plan.ts';
import { loadAlertmanagerConfig } from '../../alerting/config/load.ts';
import { Deliveries } from '../../alerting/notify/deliveries.ts';
import { HttpRecorder } from '../../alerting/testing/http-recorder.ts';
import { TestClock } from '../../lib/testing/test-clock.ts';
import type { HttpInput } from '../../lib/http.ts';
import { MemoryStateStore } from '../../storage/testing/memory-state-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { notifyRoutes } from './notify.ts';
import { answerMismatches } from './testing/schema-check.ts';

// A Monday.
const NOW_MS = Date.UTC(2026, 2, 2, 12, 0, 0);

async function setUp() {
  const recorder = await HttpRecorder.start();
  onTestFinished(() => recorder.close());
  const text = `
route:
  receiver: team
  group_by: [alertname]
  routes:
    - {receiver: team, matchers: ['severity="critical"'], continue: true, mute_time_intervals: [mondays]}
    - receiver: chat
      matchers: [team=~"a|b"]
      routes: [{receiver: mail, group_by: ['...'], matchers: [team="b"]}]
receivers:
  - name: team
    webhook_configs: [{url: '${recorder.url}/secret-path'}, {url: '${recorder.url}/other', send_resolved: false}]
  - {name: chat, slack_configs: [{api_url: 'https://hooks.slack.com/services/T/B/key', channel: '#ops'}]}
  - {name: mail, email_configs: [{to: oncall@example.org, from: a@example.org, smarthost: 'mail:25'}]}
  - {name: unused, pagerduty_configs: [{routing_key: key, url: '${recorder.url}/v2/enqueue'}]}
time_intervals: [{name: mondays, time_intervals: [{weekdays: [monday]}]}]
`;
  const { config, diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text });
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  const clock = new TestClock(NOW_MS);
  const state = new MemoryStateStore();
  const logger = createLogger({ level: 'error', format: 'text', write: () => undefined });
  const openDeliveries = () => Deliveries.open({ clock, state, logger, registry: createMetricsRegistry() });
  const deliveries = await openDeliveries();
  const built = buildPlan(config, { externalUrl: 'http://sightline', version: '1', onIncomplete: () => undefined });
  const manager = await AlertManager.open(
    { clock, random: () => 0.5, logger, state, events: { record: () => undefined }, deliveries, maxAlerts: 10 },
    built.plan,
  );
  onTestFinished(async () => {
    await manager.close();
    await built.close();
  });
  const routes = notifyRoutes({
    manager,
    deliveries,
    receivers: () => config.receivers,
    configFile: 'alertmanager.yml',
    escalations: () => [],
    externalUrl: 'http://sightline',
    nowMs: () => clock.now(),
  });
  const call = async (path: string, body: unknown = {}, params = {}) => {
    const handler = routes.find((route) => route.path === path)?.handler;
    const output = await handler?.(inputOf(body, params));
    return JSON.parse(String(output?.body)) as unknown;
  };
  return { recorder, routes, call, manager, clock, deliveries, openDeliveries };
}

function inputOf(body: unknown, params: Record<string, string> = {}): HttpInput {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { params, body: async () => bytes, signal: new AbortController().signal } as unknown as HttpInput;
}

const NOTIFY = '/api/sightline/v1/notify';

test('answers are as the document says', async () => {
  const { routes } = await setUp();
  expect(await answerMismatches(routes, inputOf({ labels: { team: 'b' } }, { name: 'team' }))).toEqual([]);
});

test('targets are shown without secrets, receivers that no route names are told', async () => {
  const { call, recorder } = await setUp();
  const status = (await call(NOTIFY)) as NotifyStatus;
  const host = new URL(recorder.url).host;
  const shown = status.receivers.map(({ name, isUsed, integrations }) => [
    name,
    isUsed,
    ...integrations.map((each) => `${each.name}[${each.index}] ${each.target} ${each.sendResolved}`),
  ]);
  expect(shown).toEqual([
    ['team', true, `webhook[0] ${host} true`, `webhook[1] ${host} false`],
    ['chat', true, 'slack[0] #ops false'],
    ['mail', true, 'email[0] oncall@example.org false'],
    ['unused', false, `pagerduty[0] ${host} true`],
  ]);
  expect(JSON.stringify(status)).not.toMatch(/secret-path|services/);
});

test('the tree has ids by place, inherited settings and what mutes it now', async () => {
  const { call } = await setUp();
  const { route } = (await call(NOTIFY)) as NotifyStatus;
  expect(route).toMatchObject({ id: '', receiver: 'team', groupBy: ['alertname'], groupWaitMs: 30_000, mutedBy: [] });
  expect(route.routes[0]).toMatchObject({ id: '0', matchers: ['severity="critical"'], mutedBy: ['mondays'] });
  expect(route.routes[1]?.routes[0]).toMatchObject({ id: '1.0', receiver: 'mail', groupBy: '...' });
});

test('the tester names every route that an alert takes, and what it is grouped by', async () => {
  const { call } = await setUp();
  const labels = { alertname: 'Down', severity: 'critical', team: 'b' };
  const { matches } = (await call(`${NOTIFY}/route`, { labels })) as RouteTestResult;
  expect(matches).toEqual([
    { routeId: '0', receiver: 'team', groupLabels: { alertname: 'Down' } },
    { routeId: '1.0', receiver: 'mail', groupLabels: labels },
  ]);
  const none = (await call(`${NOTIFY}/route`, { labels: {} })) as RouteTestResult;
  expect(none.matches).toEqual([{ routeId: '', receiver: 'team', groupLabels: {} }]);
});

test('a body that is none is refused with the place of the mistake', async () => {
  const { call } = await setUp();
  await expect(call(`${NOTIFY}/route`, '{')).rejects.toThrow('the body is not JSON');
  await expect(call(`${NOTIFY}/route`, {})).rejects.toThrow('"labels" is not an object');
  await expect(call(`${NOTIFY}/route`, { labels: { a: 1 } })).rejects.toThrow('"labels.a" is not a text');
});

test('a test message goes to every integration, is marked, and its result is kept but not counted', async () => {
  const { call, recorder } = await setUp();
  recorder.answer(({ path }) => ({ status: path === '/other' ? 400 : 200, body: 'no such hook' }));
  const { results } = (await call(`${NOTIFY}/receivers/:name/test`, {}, { name: 'team' })) as ReceiverTestResult;
  expect(results).toMatchObject([
    { integration: 'webhook[0]', isOk: true, error: '' },
    { integration: 'webhook[1]', isOk: false, error: expect.stringContaining('400') },
  ]);
  expect(JSON.parse(recorder.take()[0]?.body ?? '')).toMatchObject({
    status: 'firing',
    alerts: [{ labels: { alertname: 'SightlineTestNotification', test: 'true' } }],
  });
  const { receivers } = (await call(NOTIFY)) as NotifyStatus;
  expect(receivers[0]?.integrations).toMatchObject([
    { lastResult: { timeMs: NOW_MS, isOk: true, error: '' }, sentTotal: 0, failedTotal: 0 },
    { lastResult: { isOk: false, error: expect.stringContaining('no such hook') }, sentTotal: 0, failedTotal: 0 },
  ]);
  await expect(call(`${NOTIFY}/receivers/:name/test`, {}, { name: 'nobody' })).rejects.toThrow(
    'there is no receiver "nobody"; there is team, chat, mail, unused',
  );
});

test('a test leaves no incident open', async () => {
  const { call, recorder } = await setUp();
  recorder.answer({ status: 202, body: '{"status":"success"}' });
  await call(`${NOTIFY}/receivers/:name/test`, {}, { name: 'unused' });
  const events = recorder.takeJson() as { event_action: string; dedup_key: string }[];
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
  expect(events[0]?.dedup_key).toBe(events[1]?.dedup_key);
});

test('what the notifier does is counted, and known after a restart', async () => {
  const { call, recorder, manager, clock, deliveries, openDeliveries } = await setUp();
  recorder.answer(({ path }) => ({ status: path === '/other' ? 400 : 200 }));
  const times = { startsAtMs: NOW_MS, endsAtMs: undefined };
  manager.receive({
    labels: Labels.fromObject({ alertname: 'Down' }),
    annotations: Labels.EMPTY,
    generatorUrl: '',
    ...times,
  });
  await clock.advance(30_000, () => manager.settled());
  const { receivers } = (await call(NOTIFY)) as NotifyStatus;
  expect(receivers[0]?.integrations).toMatchObject([
    { sentTotal: 1, failedTotal: 0, lastResult: { isOk: true } },
    { sentTotal: 0, failedTotal: 1, lastResult: { isOk: false, error: expect.stringContaining('400') } },
  ]);
  await deliveries.close();
  const again = await openDeliveries();
  expect(again.get('team', 'webhook[1]')).toEqual(deliveries.get('team', 'webhook[1]'));
  expect(again.get('team', 'webhook[0]').sentTotal).toBe(1);
});
