/**
 * kill -9 and reload around a notification. A receiver hears of a problem once. The one exception is the time between its answer
 * and the record of it: when the answer is lost, or the process dies before the record is stored, it is told again.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually } from '../../support/programs.ts';
import {
  type AlertingServer,
  alertsOf,
  messages,
  received,
  setSwitch,
  settledMessages,
  startAlertingServer,
  statesOf,
} from './support.ts';

/** Longer than several intervals of the group: one message too many would have come. */
const QUIET_MS = 4_000;

const RULES = `groups:
  - name: switches
    rules:
      - alert: Switched
        expr: switch > 0
        labels: {severity: critical}
`;

let recorder: HttpRecorder;
let server: AlertingServer | undefined;

/** A group for each switch; the one named "waiting" waits long for company. */
const alertmanager = () => `route:
  receiver: hook
  group_by: [name]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 1h
  routes: [{matchers: [name = waiting], group_wait: 8s}]
receivers: [{name: hook, webhook_configs: [{url: '${recorder.url}/'}]}]
`;

beforeEach(async () => {
  recorder = await HttpRecorder.start();
});
afterEach(async () => {
  await server?.end();
  server = undefined;
  await recorder.close();
});

async function startFiring(...switches: readonly string[]): Promise<AlertingServer> {
  server = await startAlertingServer({ rules: RULES, alertmanager: alertmanager() });
  for (const name of switches) await setSwitch(server.running(), name, 1);
  return server;
}

/** What was told about each switch, in order. */
function toldOf(name: string): string[] {
  return messages(recorder)
    .flatMap(statesOf)
    .filter((state) => state.startsWith(`${name} `));
}

test('killed before, during and after a delivery: told once, unless the answer was lost', {
  timeout: 150_000,
}, async () => {
  const killed = await startFiring('told');
  // Long enough for the record to be stored.
  await settledMessages(recorder, 1, 1_000);
  recorder.answer({ failure: 'hang' });
  await setSwitch(killed.running(), 'unanswered', 1);
  await setSwitch(killed.running(), 'waiting', 1);
  await received(killed.running(), 'waiting');
  await eventually('the message without an answer', async () => recorder.requests.length > 1);
  await killed.kill();
  recorder.answer({});
  expect({ told: toldOf('told'), unanswered: toldOf('unanswered'), waiting: toldOf('waiting') }).toEqual({
    told: ['told firing'],
    unanswered: ['unanswered firing'],
    waiting: [],
  });
  await killed.start();
  await settledMessages(recorder, 4, QUIET_MS);
  expect({ told: toldOf('told'), unanswered: toldOf('unanswered'), waiting: toldOf('waiting') }).toEqual({
    told: ['told firing'],
    unanswered: ['unanswered firing', 'unanswered firing'],
    waiting: ['waiting firing'],
  });
});

test('killed in the moment of the answer: told again at most once', { timeout: 150_000 }, async () => {
  let kill: Promise<void> | undefined;
  recorder.answer(() => {
    // The answer leaves first; whether the record of it was stored by then is open.
    setImmediate(() => {
      kill ??= killed.kill();
    });
    return {};
  });
  const killed = await startFiring('a');
  await eventually('the kill', async () => kill !== undefined);
  await kill;
  await killed.start();
  await received(killed.running(), 'a');
  const all = await settledMessages(recorder, 1, QUIET_MS);
  console.info(`killed in the moment of the answer: ${all.length} message(s)`);
  expect([1, 2]).toContain(all.length);
});

test('a reload keeps alerts, and tells nobody again', { timeout: 150_000 }, async () => {
  const reloaded = await startFiring('a');
  await settledMessages(recorder, 1, 0);
  const [before] = await alertsOf(reloaded.running());
  reloaded.write({
    rules: `${RULES}      - alert: Other\n        expr: switch > 100\n`,
    alertmanager: alertmanager().replace('100ms', '200ms'),
  });
  await reloaded.reload();
  await settledMessages(recorder, 1, QUIET_MS);
  const [after, ...more] = await alertsOf(reloaded.running());
  expect(more).toEqual([]);
  expect({ state: after?.state, activeAt: after?.activeAt }).toEqual({ state: 'firing', activeAt: before?.activeAt });
  expect(messages(recorder).map(statesOf)).toEqual([['a firing']]);
});
