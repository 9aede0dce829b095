import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Captured, captured } from './testing/captured.ts';

interface Posted {
  readonly path: string;
  readonly body: unknown;
}

const posted: Posted[] = [];
let respond: (response: ServerResponse) => void;
let server: Server;
let url: string;
let capture: Captured;

beforeEach(async () => {
  posted.length = 0;
  respond = (response) => response.end();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      posted.push({ path: request.url ?? '', body: JSON.parse(body) });
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await capture.core.flushing.close(1000);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const flush = () => capture.core.flushing.flush(5000);

describe('an alert', () => {
  it('is a line of its severity when there is nowhere to send it', () => {
    capture = captured();
    capture.log.alert('DatabaseDown', { severity: 'critical', database: 'orders' }, { channels: ['slack', 'email'] });
    expect(capture.last()).toMatchObject({
      level: 'CRITICAL',
      message: 'alert: DatabaseDown',
      data: { alert: 'DatabaseDown', severity: 'critical', database: 'orders', channels: ['slack', 'email'] },
    });
    for (const [severity, level] of [
      ['error', 'ERROR'],
      ['warning', 'WARNING'],
      ['info', 'INFO'],
    ] as const) {
      capture.log.alert('X', { severity });
      expect(capture.last()['level']).toBe(level);
    }
  });

  it("goes to Alertmanager's API, secrets hidden, as well as to the log", async () => {
    capture = captured({ alerts: { url: `${url}/`, resolveAfterMs: 60_000 } });
    capture.log.alert(
      'DatabaseDown',
      {
        severity: 'critical',
        summary: 'No connection',
        labels: { team: 'orders' },
        password: 'hunter2',
        'retry.attempts': 5,
        dsn: 'postgres://a:hunter2@db',
      },
      { channels: ['email'] },
    );
    expect(await flush()).toEqual([]);
    const iso = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    expect(posted).toEqual([
      {
        path: '/api/v2/alerts',
        body: [
          {
            labels: {
              alertname: 'DatabaseDown',
              severity: 'critical',
              team: 'orders',
              channels: ',email,',
              service: 'shop',
              environment: 'test',
              instance: capture.core.resource.instanceId,
            },
            annotations: {
              summary: 'No connection',
              password: '[REDACTED]',
              retry_attempts: '5',
              dsn: 'postgres://[REDACTED]@db',
            },
            startsAt: iso,
            endsAt: iso,
          },
        ],
      },
    ]);
    expect(capture.lines()).toHaveLength(1);
  });

  it('goes to Slack when the webhook is configured and the channel wanted', async () => {
    capture = captured({}, 'json', { SLACK_WEBHOOK_URL: `${url}/hook` });
    capture.log.alert('A', { severity: 'warning', summary: 'one <b> & two', rows: 3 });
    capture.log.alert('B', { severity: 'info' }, { channels: ['slack'] });
    capture.log.alert('C', { severity: 'info' }, { channels: ['email'] });
    await flush();
    expect(posted).toEqual([
      { path: '/hook', body: { text: '*WARNING* A (shop, test)\none &lt;b&gt; &amp; two\n• rows: 3' } },
      { path: '/hook', body: { text: '*INFO* B (shop, test)' } },
    ]);
  });

  it('is sent once per cooldown, and says how many were held back', async () => {
    capture = captured({ alerts: { cooldownMs: 100 } }, 'json', { ALERTMANAGER_URL: url });
    for (let index = 0; index < 5; index++) capture.log.alert('A', { severity: 'critical', index });
    capture.log.alert('A', { severity: 'critical', labels: { other: 'x' } });
    capture.log.alert('B', { severity: 'critical' });
    await flush();
    expect(posted.flatMap((each) => each.body)).toHaveLength(3);
    expect(capture.lines()).toHaveLength(7);
    await new Promise((resolve) => setTimeout(resolve, 120));
    capture.log.alert('A', { severity: 'critical' });
    await flush();
    expect(posted.at(-1)?.body).toMatchObject([{ annotations: { held_back: '4' } }]);
  });

  it('is tried again while the receiver is not ready', async () => {
    let failures = 2;
    respond = (response) => {
      response.statusCode = failures-- > 0 ? 503 : 200;
      response.end();
    };
    capture = captured({ alerts: { url } });
    capture.log.alert('A', { severity: 'critical' });
    await flush();
    expect(posted).toHaveLength(3);
    expect(capture.core.losses.count('alerts')).toBe(0);
  });

  it('is given up, counted and told when the receiver refuses it; the service goes on', async () => {
    respond = (response) => {
      response.statusCode = 400;
      response.end('bad alert');
    };
    capture = captured({ alerts: { url } });
    capture.log.alert('A', { severity: 'critical' });
    await flush();
    expect(capture.core.losses.count('alerts')).toBe(1);
    expect(capture.notices.join('')).toContain('400');
  });

  it('waits in a bounded queue when alerts come in a flood', async () => {
    respond = () => {};
    capture = captured({ alerts: { url } });
    for (let index = 0; index < 1000; index++) capture.log.alert(`A${index}`, { severity: 'critical' });
    expect(capture.core.losses.count('alerts', 'queue_full')).toBeGreaterThan(700);
    expect(capture.lines()).toHaveLength(1000);
  });
});
