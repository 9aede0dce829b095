/** A receiver that is away: nothing is lost meanwhile, and one message tells it all when it is back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually, freePort } from '../../support/programs.ts';
import { type AlertingServer, messages, setSwitch, settledMessages, startAlertingServer, statesOf } from './support.ts';

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

async function start(url: string, groupWait: string): Promise<AlertingServer> {
  server = await startAlertingServer({
    rules: RULES,
    alertmanager: `route: {receiver: hook, group_by: [alertname], group_wait: ${groupWait}, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: '${url}/'}]}]
`,
  });
  return server;
}

test('503 is answered: one message afterwards', { timeout: 60_000 }, async () => {
  recorder = await HttpRecorder.start();
  recorder.answer({ status: 503 });
  const { running } = await start(recorder.url, '3s');
  await setSwitch(running(), 'a', 1);
  await setSwitch(running(), 'b', 1);
  const refusing = recorder;
  await eventually('a second try', async () => refusing.requests.length > 1);
  recorder.take();
  recorder.answer({});
  const after = await settledMessages(recorder, 1, 4_000);
  expect(after.map(statesOf)).toEqual([['a firing', 'b firing']]);
});

test('connections are refused while alerts come and go: afterwards all is told as it is', {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const { running } = await start(`http://127.0.0.1:${port}`, '100ms');
  await setSwitch(running(), 'stays', 1);
  await setSwitch(running(), 'ends', 1);
  await sleep(3_000);
  await setSwitch(running(), 'ends', 0);
  await setSwitch(running(), 'comes', 1);
  await sleep(3_000);
  recorder = await HttpRecorder.start(port);
  await settledMessages(recorder, 1, 1_000);
  await eventually('all being told', async () => {
    const last = lastStates();
    return last.has('stays firing') && last.has('comes firing') && !last.has('ends firing');
  });
  await sleep(3_000);
  // The delivery that was under way, and what changed since it began.
  expect(messages(recorder).length).toBeLessThanOrEqual(2);
});

function lastStates(): Set<string> {
  const states = new Map<string, string>();
  for (const text of messages(recorder as HttpRecorder).flatMap(statesOf)) states.set(text.split(' ')[0] ?? '', text);
  return new Set(states.values());
}
