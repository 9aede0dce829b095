import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretFromFile, secretFromText } from '../../../config/secret.ts';
import type { WebhookConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, notificationOf, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createWebhook } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
});
afterEach(() => server.close());

function webhook(fields: Partial<WebhookConfig> = {}) {
  const config: WebhookConfig = {
    kind: 'webhook',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    url: secretFromText(`${server.url}/hook?token=abc123`),
    maxAlerts: 0,
    timeoutMs: 0,
    ...fields,
  };
  return createWebhook(config, testEnvironment());
}

it('sends version 4 of the payload', async () => {
  expect(await refusal(webhook(), FIRING)).toBeUndefined();
  const [request] = server.take();
  expect(request).toMatchObject({ method: 'POST', path: '/hook?token=abc123' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Sightline/1.2.3' });
  const labels = { alertname: 'Slow', instance: 'a', job: 'api' };
  const annotations = { runbook_url: 'http://book/slow', summary: 'Answers take 2 s' };
  expect(JSON.parse(request?.body ?? '')).toEqual({
    receiver: 'team',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: '2026-03-02T11:58:59.5Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus/graph?g0.expr=up',
        fingerprint: FIRING.alerts[0]?.fingerprint,
      },
    ],
    groupLabels: { alertname: 'Slow' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://sightline',
    version: '4',
    groupKey: '{}:{alertname="Slow"}',
    truncatedAlerts: 0,
  });
});

it('counts what it leaves out, and says of the rest what is common', async () => {
  const instances = ['a', 'b', 'c'].map((instance) => ({
    labels: { job: 'api', instance },
    isResolved: instance === 'a',
  }));
  const hook = webhook({ maxAlerts: 2 });
  expect(await refusal(hook, notificationOf(instances, { receiver: 'a.b' }))).toBeUndefined();
  const [payload] = server.takeJson();
  expect(payload).toMatchObject({
    receiver: 'a\\.b',
    status: 'firing',
    truncatedAlerts: 1,
    commonLabels: { alertname: 'Slow', job: 'api' },
  });
  expect(payload).toHaveProperty('alerts.0.endsAt', '2026-03-02T11:59:59Z');
  expect(payload).not.toHaveProperty('alerts.2');
  await refusal(hook, RESOLVED);
  expect(server.takeJson()[0]).toMatchObject({ status: 'resolved' });
});

it('reads the URL at each use and executes it as a template', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-webhook-'));
  try {
    const file = join(folder, 'url');
    await writeFile(file, `${server.url}/one\n`);
    const hook = webhook({ url: secretFromFile(file) });
    expect(await refusal(hook, FIRING)).toBeUndefined();
    await writeFile(file, `${server.url}/{{ .GroupLabels.alertname }}`);
    expect(await refusal(hook, FIRING)).toBeUndefined();
    expect(server.take().map(({ path }) => path)).toEqual(['/one', '/Slow']);
    await rm(file);
    expect(await refusal(hook, FIRING)).toMatch(/^temporary: cannot read url: ENOENT/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('answers', () => {
  it.each([
    [{ status: 204 }, undefined],
    [{ status: 400, body: 'no\n such  team' }, 'permanent: unexpected status code 400: no such team'],
    [{ status: 404 }, 'permanent: unexpected status code 404'],
    [{ status: 429, body: 'slow down' }, 'temporary: unexpected status code 429: slow down'],
    [{ status: 500, body: 'broken' }, 'temporary: unexpected status code 500: broken'],
    [{ status: 503 }, 'temporary: unexpected status code 503'],
    [
      { status: 302, headers: { location: '/login' } },
      'permanent: redirected with status 302, which drops the message',
    ],
    [{ failure: 'drop' as const }, 'temporary: cannot deliver: the other side closed the connection'],
  ])('%j', async (answer, expected) => {
    server.answer(answer);
    expect(await refusal(webhook(), FIRING)).toBe(expected);
  });

  it('repeats of a long answer only the beginning', async () => {
    server.answer({ status: 500, body: 'x'.repeat(1_000_000) });
    expect((await refusal(webhook(), FIRING))?.length).toBeLessThan(600);
  });

  it('shows no secret that the answer repeats', async () => {
    server.answer(({ path }) => ({ status: 403, body: `no access to ${server.url}${path}` }));
    expect(await refusal(webhook(), FIRING)).toBe('permanent: unexpected status code 403: no access to <secret>');
  });

  it('takes the message along a redirect that keeps it', async () => {
    server.answer(({ path }) => (path === '/new' ? {} : { status: 307, headers: { location: '/new' } }));
    const http = { ...PLAIN_HTTP, authorization: { type: 'Bearer', credentials: secretFromText('t') } };
    expect(await refusal(webhook({ http }), FIRING)).toBeUndefined();
    const [first, second] = server.take();
    expect(second).toMatchObject({ method: 'POST', path: '/new', headers: { authorization: 'Bearer t' } });
    expect(second?.body).toBe(first?.body);
  });

  it('does not take credentials to another server', async () => {
    const other = await HttpRecorder.start();
    try {
      server.answer({ status: 308, headers: { location: `${other.url}/x` } });
      const http = { ...PLAIN_HTTP, basicAuth: { username: 'u', password: secretFromText('p') } };
      expect(await refusal(webhook({ http }), FIRING)).toBeUndefined();
      expect(server.take()[0]?.headers.authorization).toBe('Basic dTpw');
      expect(other.take()[0]?.headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  it('ends a redirect that goes in circles', async () => {
    server.answer({ status: 307, headers: { location: '/' } });
    expect(await refusal(webhook(), FIRING)).toBe('permanent: stopped after 10 redirects');
  });
});

describe('what has no answer', () => {
  it('ends after the configured timeout', async () => {
    server.answer({ failure: 'hang' });
    expect(await refusal(webhook({ timeoutMs: 50 }), FIRING)).toBe(
      'temporary: cannot deliver: no answer within the configured timeout of 0.05 s',
    );
  });

  it('ends with the signal', async () => {
    server.answer({ failure: 'hang' });
    expect(await refusal(webhook(), FIRING, AbortSignal.timeout(50))).toMatch(/^temporary: cannot deliver: /);
  });

  it('is tried again when nobody listens', async () => {
    const hook = webhook({ url: secretFromText('http://127.0.0.1:1/secret-path') });
    expect(await refusal(hook, FIRING)).toBe('temporary: cannot deliver: connection refused (127.0.0.1 port 1)');
  });

  it.each(['not a url secret', 'ftp://secret/'])('is permanent when the URL is %s', async (url) => {
    const reason = await refusal(webhook({ url: secretFromText(url) }), FIRING);
    expect(reason).toMatch(/^permanent: the URL/);
    expect(reason).not.toContain('secret');
  });

  it('is permanent when the template of the URL fails', async () => {
    const url = secretFromText(`${server.url}/{{ .Nope }}`);
    expect(await refusal(webhook({ url }), FIRING)).toMatch(/^permanent: url: template: .*Nope/);
  });
});
