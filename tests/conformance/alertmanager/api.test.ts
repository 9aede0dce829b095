/** The Alertmanager API v2 over HTTP: what it answers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertRig, matcher, routeConfig } from '../../../packages/server/src/alerting/testing/alert-rig.ts';
import { alertmanagerRoutes } from '../../../packages/server/src/api/alertmanager/routes.ts';
import { createHttpServer, type HttpServer } from '../../../packages/server/src/api/http/server.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';

const ALWAYS = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };
const yaml = 'route:\n  receiver: team\nreceivers:\n- name: team\n';
let server: HttpServer;
let rig: AlertRig;
let url = '';

beforeAll(async () => {
  rig = await AlertRig.start({
    plan: {
      route: routeConfig({
        receiver: 'team',
        groupBy: ['alertname'],
        routes: [routeConfig({ matchers: [matcher('alertname=Muted')], muteTimeIntervals: ['always'] })],
      }),
      timeIntervals: new Map([['always', [ALWAYS]]]),
    },
    startMs: Date.now(),
  });
  server = createHttpServer({
    fallback: (_request, response) => response.end(),
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
    registry: createMetricsRegistry(),
  });
  server.mount(
    alertmanagerRoutes({
      manager: rig.manager,
      now: () => rig.clock.now(),
      startedMs: rig.clock.now(),
      version: { version: '0.0.0', revision: 'r', buildDate: '' },
      config: () => ({ yaml, receivers: ['team'] }),
    }),
  );
  url = `http://127.0.0.1:${(await server.listen('127.0.0.1', 0)).port}`;
});

afterAll(async () => {
  await server.close(100);
  await rig.manager.close();
});

async function ask(path: string, body?: string): Promise<[number, unknown]> {
  const init = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${url}/api/v2/${path}`, init);
  const text = await response.text();
  return [response.status, text === '' ? '' : JSON.parse(text)];
}

// Statuses and texts as Alertmanager 0.25 gives them.
test.each([
  ['alerts', '[{}]', 422, { code: 602, message: '0.labels in body is required' }],
  ['alerts', '[{"labels":{}}]', 400, 'at least one label pair required'],
  ['alerts', 'null', 200, ''],
  ['alerts?receiver=nobody', undefined, 200, []],
  ['receivers', undefined, 200, [{ name: 'team' }]],
  ['silences', '{}', 422, { code: 602, message: 'comment in body is required' }],
  ['silence/x', undefined, 422, { code: 601, message: 'silenceID in path must be of type uuid: "x"' }],
  ['silence/3fa85f64-5717-4562-b3fc-2c963f66afa6', undefined, 404, ''],
])('%s %s', async (path, body, status, answer) => {
  expect(await ask(path, body)).toEqual([status, answer]);
});

test('an alert that is posted is listed and grouped', async () => {
  expect(await ask('alerts', '[{"labels":{"alertname":"Posted","none":""}}]')).toEqual([200, '']);
  const alert = {
    labels: { alertname: 'Posted' },
    receivers: [{ name: 'team' }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  };
  expect(await ask('alerts?filter=alertname=Posted')).toMatchObject([200, [alert]]);
  const group = { labels: { alertname: 'Posted' }, receiver: { name: 'team' }, alerts: [alert] };
  expect(await ask('alerts/groups?filter=alertname=Posted')).toMatchObject([200, [group]]);
});

test('a body that is too large is refused, and the next one is taken', async () => {
  const label = 'x'.repeat(1024 * 1024);
  const alerts = Array.from({ length: 17 }, (_, index) => ({ labels: { alertname: `Large${index}`, label } }));
  expect(await ask('alerts', JSON.stringify(alerts))).toMatchObject([413, { code: 413 }]);
  expect(await ask('alerts', JSON.stringify(alerts.slice(0, 1)))).toEqual([200, '']);
});

test('groups that a time interval mutes say so, and are left out on request', async () => {
  await ask('alerts', '[{"labels":{"alertname":"Muted"}}]');
  const status = { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: ['always'] };
  const filter = 'filter=alertname=Muted';
  expect(await ask(`alerts/groups?${filter}`)).toMatchObject([200, [{ alerts: [{ status }] }]]);
  expect(await ask(`alerts/groups?${filter}&muted=false`)).toEqual([200, []]);
});

test('annotations of a silence are kept', async () => {
  const silence = {
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2098-01-01T00:00:00Z',
    endsAt: '2099-01-01T00:00:00Z',
    createdBy: 'anna',
    comment: 'moving',
  };
  const [, made] = await ask('silences', JSON.stringify({ ...silence, annotations: { ticket: 'A-1' } }));
  const id = (made as { silenceID: string }).silenceID;
  expect(await ask(`silence/${id}`)).toMatchObject([200, { annotations: { ticket: 'A-1' }, comment: 'moving' }]);
});
