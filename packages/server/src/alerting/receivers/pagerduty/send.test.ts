import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { PagerDutyConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createPagerDuty } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
  server.answer({ status: 202 });
});
afterEach(() => server.close());

function configOf(fields: Partial<PagerDutyConfig> = {}): PagerDutyConfig {
  return {
    kind: 'pagerduty',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    timeoutMs: 0,
    routingKey: secretFromText('R1'),
    serviceKey: undefined,
    url: `${server.url}/v2/enqueue`,
    client: '{{ template "pagerduty.default.client" . }}',
    clientUrl: '{{ template "pagerduty.default.clientURL" . }}',
    description: '{{ template "pagerduty.default.description" . }}',
    details: { num_firing: '{{ .Alerts.Firing | len }}', nested: { list: ['{{ .Status }}', 1, true] } },
    images: [],
    links: [],
    source: '',
    severity: '',
    class: '',
    component: '',
    group: '',
    ...fields,
  };
}

function send(fields: Partial<PagerDutyConfig> = {}, notification = FIRING) {
  const integration = createPagerDuty(configOf(fields), testEnvironment(), { v1Url: `${server.url}/v1` });
  return refusal(integration, notification);
}

const dedupKey = createHash('sha256').update(FIRING.groupKey).digest('hex');

describe('events of version 2', () => {
  it('trigger', async () => {
    const images = [
      { src: 'http://img/{{ .Status }}', alt: 'graph', href: '' },
      { src: '', alt: 'gone', href: '' },
    ];
    const links = [{ href: 'http://book', text: '{{ .GroupLabels.alertname }}' }];
    const fields = {
      images,
      links,
      class: 'c',
      component: '{{ .CommonLabels.job }}',
      severity: '{{ .CommonLabels.none }}warning',
    };
    expect(await send(fields)).toBeUndefined();
    expect(server.takeJson()).toEqual([
      {
        routing_key: 'R1',
        event_action: 'trigger',
        dedup_key: dedupKey,
        client: 'Sightline',
        client_url: 'http://sightline/alerts?receiver=team',
        payload: {
          summary: '[FIRING:1] Slow (a api)',
          source: 'Sightline',
          severity: 'warning',
          class: 'c',
          component: 'api',
          custom_details: { num_firing: '1', nested: { list: ['firing', 1, true] } },
        },
        images: [{ src: 'http://img/firing', alt: 'graph', href: '' }],
        links: [{ href: 'http://book', text: 'Slow' }],
      },
    ]);
  });

  it('resolve', async () => {
    expect(await send({}, RESOLVED)).toBeUndefined();
    expect(server.takeJson()).toMatchObject([
      { event_action: 'resolve', dedup_key: dedupKey, payload: { severity: 'error' } },
    ]);
  });

  it('lose their details when they are too large, and summaries their end', async () => {
    const details = { long: '{{ .Status }}'.padEnd(600_000, 'x') };
    expect(await send({ details, description: 'd'.repeat(1100) })).toBeUndefined();
    const [event] = server.takeJson();
    expect(event).toHaveProperty('payload.custom_details', {
      error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB',
    });
    expect(event).toHaveProperty('payload.summary', `${'d'.repeat(1023)}…`);
  });

  it('take the key from a template, and refuse an empty one', async () => {
    expect(await send({ routingKey: secretFromText('{{ .CommonLabels.job }}') })).toBeUndefined();
    expect(server.takeJson()).toMatchObject([{ routing_key: 'api' }]);
    const empty = secretFromText('{{ .CommonLabels.none }}');
    expect(await send({ routingKey: empty })).toBe('permanent: routing key cannot be empty');
    expect(server.take()).toEqual([]);
  });

  it('say in their details which template failed', async () => {
    expect(await send({ description: '{{ .Nope }}' })).toBeUndefined();
    const [event] = server.takeJson();
    expect(event).toHaveProperty('payload.summary', '[FIRING:1] Slow');
    expect(event).toHaveProperty(
      'payload.custom_details.template_error',
      expect.stringContaining('description: template: '),
    );
    expect(event).toHaveProperty('payload.custom_details.alerts', expect.stringContaining('alertname=Slow'));
  });
});

it('events of version 1 are sent for a service key', async () => {
  const serviceKey = secretFromText('S1');
  const key = { routingKey: undefined, serviceKey };
  expect(await send(key)).toBeUndefined();
  const [request] = server.take();
  expect(request?.path).toBe('/v1');
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    service_key: 'S1',
    event_type: 'trigger',
    incident_key: dedupKey,
    client: 'Sightline',
    description: '[FIRING:1] Slow (a api)',
    details: { num_firing: '1' },
  });
  expect(await send(key, RESOLVED)).toBeUndefined();
  expect(server.takeJson()[0]).not.toHaveProperty('client');
  server.answer({ status: 403 });
  expect(await send(key)).toBe('temporary: unexpected status code 403');
});

it.each([
  [
    { status: 400, body: '{"status":"invalid event","message":"Event object is invalid","errors":["a","b"]}' },
    'permanent: unexpected status code 400: Event object is invalid: a,b',
  ],
  [{ status: 400, body: 'no R1' }, 'permanent: unexpected status code 400: no <secret>'],
  [{ status: 403, body: 'x' }, 'permanent: unexpected status code 403'],
  [{ status: 429 }, 'temporary: unexpected status code 429'],
  [{ status: 500 }, 'temporary: unexpected status code 500'],
])('answer %j', async (answer, expected) => {
  server.answer(answer);
  expect(await send()).toBe(expected);
});
