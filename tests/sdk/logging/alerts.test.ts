/** `logger.alert()` reaches a real Alertmanager and Sightline by the same API. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCore, createLogging, Registry } from '@sightline/sdk';
import { expect, it } from 'vitest';
import { answers, freePort, has, startProgram, temporaryFolder } from '../../support/programs.ts';
import { startSightline } from '../../support/sightline.ts';

interface Alert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

interface Receiver {
  readonly url: string;
  stop(): Promise<void>;
}

async function alertmanager(): Promise<Receiver> {
  const folder = temporaryFolder();
  const config = join(folder.path, 'alertmanager.yml');
  writeFileSync(config, 'route:\n  receiver: none\nreceivers:\n  - name: none\n');
  const port = await freePort();
  const program = startProgram('prometheus-alertmanager', [
    `--config.file=${config}`,
    `--storage.path=${join(folder.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/-/ready`, program);
  return {
    url,
    async stop() {
      await program.stop();
      folder.remove();
    },
  };
}

async function sightline(): Promise<Receiver> {
  const server = await startSightline();
  return {
    url: server.url,
    async stop() {
      await server.stop();
    },
  };
}

async function expectAlertAt(receiver: Receiver): Promise<void> {
  try {
    const core = createCore({ service: 'shop', environment: 'test' }, { ALERTMANAGER_URL: receiver.url });
    const { root } = createLogging(core, new Registry(), { sinks: [], handleSignals: false });
    root.alert(
      'DatabaseDown',
      { severity: 'critical', summary: 'No connection', labels: { team: 'orders' }, password: 'hunter2' },
      { channels: ['slack', 'email'] },
    );
    expect(await core.flushing.flush(5000)).toEqual([]);
    expect(core.losses.count('alerts')).toBe(0);
    const alerts = (await (await fetch(`${receiver.url}/api/v2/alerts`)).json()) as Alert[];
    const alert = alerts.find((each) => each.labels['alertname'] === 'DatabaseDown');
    expect(alert).toMatchObject({
      labels: { severity: 'critical', team: 'orders', service: 'shop', environment: 'test', channels: ',slack,email,' },
      annotations: { summary: 'No connection', password: '[REDACTED]' },
    });
    await core.flushing.close(1000);
  } finally {
    await receiver.stop();
  }
}

it('an alert raised in the code is in Sightline', async () => expectAlertAt(await sightline()), 60_000);

// It comes with the Debian package prometheus-alertmanager, which CI installs.
it.skipIf(!has('prometheus-alertmanager'))(
  'an alert raised in the code is in Alertmanager',
  async () => expectAlertAt(await alertmanager()),
  60_000,
);
