import type { AlertDetail, AlertHistory, AlertList } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { afterEach, expect, test } from 'vitest';
import { EventRecorder } from '../../alerting/events/event-recorder.ts';
import { AlertInstances } from '../../alerting/instances/alert-instances.ts';
import { AlertRig, matcher, routeConfig } from '../../alerting/testing/alert-rig.ts';
import type { HttpInput } from '../../lib/http.ts';
import { MemoryAlertEventStore } from '../../storage/testing/memory-alert-event-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import type { Route } from '../http/route.ts';
import { alertHistoryRoutes } from './alert-history.ts';
import { alertRoutes } from './alerts.ts';
import { answerMismatches } from './testing/schema-check.ts';

let rig: AlertRig;

afterEach(() => rig.manager.close());

/** Two alerts that were told of, one of them silenced since, and their routes. */
async function start(): Promise<{ routes: readonly Route[]; fingerprint: string; record: () => void }> {
  rig = await AlertRig.start({ plan: { route: routeConfig({ receiver: 'team', groupWaitMs: 1_000 }) } });
  const now = () => rig.clock.now();
  const events = new EventRecorder({
    store: new MemoryAlertEventStore(),
    clock: rig.clock,
    registry: createMetricsRegistry(),
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
  });
  rig.report({ alertname: 'Down', job: 'shop', severity: 'critical' });
  rig.report({ alertname: 'Slow', job: 'shop' });
  await rig.advance(60);
  await rig.manager.silences.set({
    matchers: [matcher('alertname=Slow')],
    startsAtMs: now(),
    endsAtMs: now() + 600_000,
    createdBy: 'anna',
    comment: '',
  });
  let recorded = 0;
  const record = () => {
    for (const event of rig.events.slice(recorded)) events.record(event);
    recorded = rig.events.length;
  };
  record();
  const rules = {
    externalLabels: Labels.EMPTY,
    configuration: rig,
    toldLabels: (labels: Labels) => labels,
    groups: () => [],
  };
  const marks = {
    acknowledgement: () => ({ by: 'ben', note: '', timeMs: 1 }),
    incidentId: () => undefined,
  };
  const instances = new AlertInstances({ manager: rig.manager, rules, marks, now });
  const shared = { manager: rig.manager, instances, events, nowMs: now };
  const routes = [...alertRoutes({ ...shared, pendingSpans: async () => [] }), ...alertHistoryRoutes(shared)];
  const [first] = await instances.all();
  return { routes, fingerprint: first?.fingerprint ?? '', record };
}

function inputOf(fingerprint: string, query = '', body: unknown = {}): HttpInput {
  const text = Buffer.from(JSON.stringify(body));
  return { params: { fingerprint }, query: new URLSearchParams(query), body: async () => text } as unknown as HttpInput;
}

async function answerOf<T>(routes: readonly Route[], path: string, input: HttpInput): Promise<T> {
  const route = routes.find((one) => one.path === path);
  return JSON.parse(String((await route?.handler(input))?.body)) as T;
}

test('the answers are as the document says', async () => {
  const { routes, fingerprint } = await start();
  const matchers = [{ name: 'job', value: 'shop', isRegex: false, isEqual: true }];
  const body = { by: 'ben', note: 'on it', matchers };
  expect(await answerMismatches(routes, inputOf(fingerprint, '', body))).toEqual([]);
});

test('alerts of a service are related; silenced ones stand behind', async () => {
  const { routes, fingerprint } = await start();
  const { alerts, counts } = await answerOf<AlertList>(routes, '/api/sightline/v1/alerts', inputOf(''));
  expect(alerts.map(({ name, state }) => `${name} ${state}`)).toEqual(['Down firing', 'Slow silenced']);
  expect(counts).toMatchObject({ firing: 1, silenced: 1 });
  const path = '/api/sightline/v1/alerts/:fingerprint';
  const { related } = await answerOf<{ related: readonly { name: string }[] }>(routes, path, inputOf(fingerprint));
  expect(related.map(({ name }) => name)).toEqual(['Slow']);
});

test('an alert that is over and forgotten still has its page, and takes notes', async () => {
  const { routes, fingerprint, record } = await start();
  rig.report({ alertname: 'Down', job: 'shop', severity: 'critical' }, 0);
  await rig.advance(3_700);
  record();
  const path = '/api/sightline/v1/alerts/:fingerprint';
  const { alerts } = await answerOf<AlertList>(routes, '/api/sightline/v1/alerts', inputOf(''));
  expect(alerts).toEqual([]);
  const { alert, past, timeline } = await answerOf<AlertDetail>(routes, path, inputOf(fingerprint));
  expect(alert).toMatchObject({ name: 'Down', state: 'resolved', receivers: ['team'] });
  expect(alert.endsAtMs).toBeGreaterThan(alert.startsAtMs);
  expect(past.count).toBe(1);
  expect(timeline.map(({ kind }) => kind)).toEqual(['firing', 'sent', 'resolved', 'sent']);
  const note = { by: 'ben', note: 'was the disk' };
  expect(await answerOf(routes, `${path}/notes`, inputOf(fingerprint, '', note))).toMatchObject({ kind: 'noted' });
});

test('history by selectors, where the name of an alert stands for a metric', async () => {
  const { routes } = await start();
  const namesOf = async (query: string) => {
    const { rows } = await answerOf<AlertHistory>(routes, '/api/sightline/v1/alert-history', inputOf('', query));
    return rows.map(({ name }) => name).sort();
  };
  expect(await namesOf('')).toEqual(['Down', 'Slow']);
  expect(await namesOf('match[]=Down')).toEqual(['Down']);
  expect(await namesOf('match[]={severity="critical"}&match[]={alertname=~"S.*"}')).toEqual(['Down', 'Slow']);
  expect(await namesOf('match[]=Down{job="other"}')).toEqual([]);
});
