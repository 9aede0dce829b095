import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { OpsgenieConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createOpsgenie } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
  server.answer({ status: 202 });
});
afterEach(() => server.close());

function send(fields: Partial<OpsgenieConfig> = {}, notification = FIRING) {
  const config: OpsgenieConfig = {
    kind: 'opsgenie',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    apiKey: secretFromText('key-1'),
    apiUrl: `${server.url}/opsgenie/`,
    message: '{{ template "opsgenie.default.message" . }}',
    description: '{{ .CommonAnnotations.summary }}',
    source: '{{ template "opsgenie.default.source" . }}',
    details: {},
    entity: '',
    responders: [],
    actions: '',
    tags: '',
    note: '',
    priority: '',
    updateAlerts: false,
    ...fields,
  };
  return refusal(createOpsgenie(config, testEnvironment()), notification);
}

const alias = createHash('sha256').update(FIRING.groupKey).digest('hex');

it('creates an alert', async () => {
  const responder = { id: '', name: '', username: '', type: '' };
  const responders = [
    { ...responder, name: 'on {{ .CommonLabels.job }}', type: 'schedule' },
    { ...responder, name: 'a,b,', type: 'teams' },
    { ...responder, name: '{{ .CommonLabels.none }}', type: 'team' },
  ];
  const fields = { tags: 'x,,{{ .Status }}', actions: 'restart', note: 'n', priority: 'P2', entity: 'e' };
  const details = { job: 'mine', extra: '{{ .Receiver }}' };
  expect(await send({ ...fields, responders, details })).toBeUndefined();
  const [request] = server.take();
  expect(request).toMatchObject({ method: 'POST', path: '/opsgenie/v2/alerts' });
  expect(request?.headers.authorization).toBe('GenieKey key-1');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    alias,
    message: '[FIRING:1] Slow (a api)',
    description: 'Answers take 2 s',
    details: { alertname: 'Slow', instance: 'a', job: 'mine', extra: 'team' },
    source: 'http://sightline/alerts?receiver=team',
    responders: [
      { name: 'on api', type: 'schedule' },
      { name: 'a', type: 'team' },
      { name: 'b', type: 'team' },
    ],
    tags: ['x', 'firing'],
    note: 'n',
    priority: 'P2',
    entity: 'e',
    actions: ['restart'],
  });
});

it('closes it when it is resolved', async () => {
  expect(await send({}, RESOLVED)).toBeUndefined();
  const [request] = server.take();
  expect(request).toMatchObject({ method: 'POST', path: `/opsgenie/v2/alerts/${alias}/close?identifierType=alias` });
  expect(JSON.parse(request?.body ?? '')).toEqual({ source: 'http://sightline/alerts?receiver=team' });
});

it('updates message and description of one that exists', async () => {
  expect(await send({ updateAlerts: true, message: 'm'.repeat(200) })).toBeUndefined();
  const requests = server.take();
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /opsgenie/v2/alerts',
    `PUT /opsgenie/v2/alerts/${alias}/message?identifierType=alias`,
    `PUT /opsgenie/v2/alerts/${alias}/description?identifierType=alias`,
  ]);
  expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ message: `${'m'.repeat(129)}…` });
  expect(JSON.parse(requests[2]?.body ?? '')).toEqual({ description: 'Answers take 2 s' });
});

it('takes the key from a template, and says which template failed', async () => {
  expect(await send({ apiKey: secretFromText('{{ .CommonLabels.job }}'), message: '{{ .Nope }}' })).toBeUndefined();
  const [request] = server.take();
  expect(request?.headers.authorization).toBe('GenieKey api');
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    message: '[FIRING:1] Slow',
    description: expect.stringMatching(/^A template .*message: template: .*\n\nAnswers take 2 s$/),
  });
});

it.each([
  [{ status: 422, body: 'bad key-1' }, 'permanent: unexpected status code 422: bad <secret>'],
  [{ status: 429 }, 'temporary: unexpected status code 429'],
  [{ status: 503 }, 'temporary: unexpected status code 503'],
])('answer %j', async (answer, expected) => {
  server.answer(answer);
  expect(await send({ updateAlerts: true })).toBe(expected);
  expect(server.take()).toHaveLength(1);
});
