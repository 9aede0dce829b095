import { expect, it } from 'vitest';
import { secretFromText } from '../../config/secret.ts';
import { HttpRecorder } from '../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, testEnvironment } from '../testing/receiver-rig.ts';
import { createReceivers } from './create-receivers.ts';
import { integrationText } from './receiver.ts';

it('builds the integrations of each receiver in the order of the file', async () => {
  const server = await HttpRecorder.start();
  try {
    const webhook = { kind: 'webhook', sendResolved: true, http: PLAIN_HTTP, maxAlerts: 0, timeoutMs: 0 } as const;
    const url = (path: string) => secretFromText(`${server.url}${path}`);
    const teams = {
      kind: 'msteamsv2',
      index: 0,
      sendResolved: false,
      http: PLAIN_HTTP,
      title: 'T',
      text: 'x',
    } as const;
    const receivers = createReceivers(
      [
        {
          name: 'team',
          integrations: [
            { ...webhook, index: 0, url: url('/a') },
            { ...webhook, index: 1, url: url('/b') },
            { ...teams, webhookUrl: url('/c') },
          ],
        },
        { name: 'nobody', integrations: [] },
      ],
      testEnvironment(),
    );
    const team = receivers.byName.get('team');
    expect(team?.integrations.map(integrationText)).toEqual(['webhook[0]', 'webhook[1]', 'msteamsv2[0]']);
    expect(team?.integrations.map(({ sendResolved }) => sendResolved)).toEqual([true, true, false]);
    expect(receivers.byName.get('nobody')?.integrations).toEqual([]);
    for (const integration of team?.integrations ?? []) await integration.send(FIRING, new AbortController().signal);
    expect(server.take().map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
    await receivers.close();
  } finally {
    await server.close();
  }
});
