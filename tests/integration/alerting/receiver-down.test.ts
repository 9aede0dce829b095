/** A receiver that is away: nothing is lost meanwhile, and one message tells it all when it is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { freePort } from '../../support/programs.ts';
import { type AlertingServer, setSwitch, settledMessages, startAlertingServer, statesOf } from './support.ts';

const RULES = `groups:
  - name: switches
    rules:
      - alert: Switched
        expr: switch > 0
`;

let server: AlertingServer | undefined;
let recorder: HttpRecorder | undefined;

afterEach(async () => {
  await server?.end();
  await recorder?.close();
  server = undefined;
});

async function start(url: string): Promise<AlertingServer> {
  server = await startAlertingServer({
    rules: RULES,
    alertmanager: `route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: '${url}/'}]}]
`,
  });
  return server;
}

/** Two alerts begin while the receiver is away, and one of them ends before it is back. */
async function whileAway(): Promise<void> {
  if (server === undefined) throw new Error('no server');
  await setSwitch(server.running(), 'a', 1);
  await setSwitch(server.running(), 'b', 1);
  await sleep(4_000);
  await setSwitch(server.running(), 'b', 0);
  await sleep(3_000);
}

test('connections are refused', { timeout: 60_000 }, async () => {
  const port = await freePort();
  await start(`http://127.0.0.1:${port}`);
  await whileAway();
  recorder = await HttpRecorder.start(port);
  const [message, ...more] = await settledMessages(recorder, 1, 4_000);
  expect(more).toEqual([]);
  expect(message === undefined ? [] : statesOf(message)).toContain('a firing');
});

test('503 is answered', { timeout: 60_000 }, async () => {
  recorder = await HttpRecorder.start();
  recorder.answer({ status: 503 });
  await start(recorder.url);
  await whileAway();
  const tries = recorder.take().length;
  recorder.answer({});
  const [message, ...more] = await settledMessages(recorder, 1, 4_000);
  expect(tries).toBeGreaterThan(1);
  expect(more).toEqual([]);
  expect(message === undefined ? [] : statesOf(message)).toContain('a firing');
});
