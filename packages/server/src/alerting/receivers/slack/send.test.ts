import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { SlackConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createSlack } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
  server.answer({ body: 'ok' });
});
afterEach(() => server.close());

function configOf(fields: Partial<SlackConfig> = {}): SlackConfig {
  return {
    kind: 'slack',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    timeoutMs: 0,
    apiUrl: secretFromText(`${server.url}/services/T0/B0/secret`),
    appToken: undefined,
    channel: '#{{ .CommonLabels.job }}',
    username: '{{ template "slack.default.username" . }}',
    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
    title: '{{ template "slack.default.title" . }}',
    titleLink: '{{ template "slack.default.titlelink" . }}',
    pretext: '{{ template "slack.default.pretext" . }}',
    text: '{{ template "slack.default.text" . }}',
    messageText: '',
    fields: [],
    shortFields: false,
    footer: '',
    fallback: '{{ template "slack.default.fallback" . }}',
    callbackId: '',
    iconEmoji: '',
    iconUrl: '',
    imageUrl: '',
    thumbUrl: '',
    linkNames: false,
    mrkdwnIn: [],
    actions: [],
    updateMessage: false,
    ...fields,
  };
}

function send(fields: Partial<SlackConfig> = {}, notification = FIRING) {
  return refusal(createSlack(configOf(fields), testEnvironment()), notification);
}

describe('the message', () => {
  it('is one attachment', async () => {
    expect(await send()).toBeUndefined();
    const [request] = server.take();
    expect(request?.path).toBe('/services/T0/B0/secret');
    expect(request?.headers.authorization).toBeUndefined();
    const page = `http://sightline/alerts/${FIRING.alerts[0]?.fingerprint}`;
    expect(JSON.parse(request?.body ?? '')).toEqual({
      channel: '#api',
      username: 'Sightline',
      attachments: [
        {
          title: '[FIRING:1] Slow (a api)',
          title_link: 'http://sightline/alerts?receiver=team',
          text: `<${page}|Slow>: Answers take 2 s\n`,
          fallback: '[FIRING:1] Slow (a api) | http://sightline/alerts?receiver=team',
          callback_id: '',
          footer: '',
          color: 'danger',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    });
  });

  it('has fields and actions', async () => {
    const fields = [
      { title: 'Job', value: '{{ .CommonLabels.job }}', short: undefined },
      { title: 'Long', value: 'x', short: false },
    ];
    const confirm = { text: 'Sure?', title: '', okText: 'Yes', dismissText: '' };
    const button = { type: 'button', style: '', name: '', value: '', confirm: undefined };
    const actions = [
      { ...button, text: 'Book', url: '{{ (index .Alerts 0).Annotations.runbook_url }}' },
      { ...button, text: 'Ack', url: '', name: 'ack', value: '{{ .GroupLabels.alertname }}', confirm },
    ];
    const more = { fields, actions, shortFields: true, mrkdwnIn: ['text'], linkNames: true, messageText: 'Look' };
    expect(await send(more, FIRING)).toBeUndefined();
    expect(server.takeJson()).toMatchObject([
      {
        link_names: true,
        text: 'Look',
        attachments: [
          {
            mrkdwn_in: ['text'],
            fields: [
              { title: 'Job', value: 'api', short: true },
              { title: 'Long', value: 'x', short: false },
            ],
            actions: [
              { type: 'button', text: 'Book', url: 'http://book/slow' },
              { type: 'button', text: 'Ack', name: 'ack', value: 'Slow', confirm: { text: 'Sure?', ok_text: 'Yes' } },
            ],
          },
        ],
      },
    ]);
  });

  it('is green when all is well, and its title has an end', async () => {
    expect(await send({ title: 'é'.repeat(2000) }, RESOLVED)).toBeUndefined();
    const title = `${'é'.repeat(1023)}…`;
    expect(server.takeJson()).toMatchObject([{ attachments: [{ color: 'good', title }] }]);
  });

  it('goes with a token where there is one', async () => {
    server.answer({ headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{"ok":true}' });
    expect(await send({ appToken: secretFromText('xoxb-1') })).toBeUndefined();
    expect(server.take()[0]?.headers.authorization).toBe('Bearer xoxb-1');
  });

  it('shows the graph unless the configuration names a picture', async () => {
    const environment = { ...testEnvironment(), graphUrl: async () => 'http://sightline/graph.png' };
    for (const imageUrl of ['', 'http://mine']) {
      expect(await refusal(createSlack(configOf({ imageUrl }), environment), FIRING)).toBeUndefined();
    }
    const pictures = ['http://sightline/graph.png', 'http://mine'];
    expect(server.takeJson()).toMatchObject(pictures.map((image_url) => ({ attachments: [{ image_url }] })));
  });

  it('says which template failed, and keeps what worked', async () => {
    const environment = testEnvironment();
    const integration = createSlack(configOf({ title: '{{ .Nope }}', text: 'works' }), environment);
    expect(await refusal(integration, FIRING)).toBeUndefined();
    const [message] = server.takeJson();
    expect(message).toHaveProperty('attachments.0.title', '[FIRING:1] Slow');
    expect(message).toHaveProperty(
      'attachments.0.text',
      expect.stringMatching(/^works\n\nA template .* title: template: /),
    );
    expect(environment.failures).toMatchObject([{ integration: 'slack[0]', notification: FIRING }]);
  });
});

describe('answers', () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    [
      { status: 404, body: 'channel_not_found' },
      'permanent: channel "#api": unexpected status code 404: channel_not_found',
    ],
    [{ status: 429 }, 'temporary: channel "#api": unexpected status code 429'],
    [{ status: 500 }, 'temporary: channel "#api": unexpected status code 500'],
    [{ body: 'no_text' }, 'permanent: channel "#api": received an error response from Slack: no_text'],
    [
      { headers: json, body: '{"ok":false,"error":"invalid_auth"}' },
      'permanent: channel "#api": error response from Slack: invalid_auth',
    ],
    [{ headers: json, body: '<html>' }, 'temporary: channel "#api": the answer of Slack is not JSON: <html>'],
  ])('%j', async (answer, expected) => {
    server.answer(answer);
    expect(await send()).toBe(expected);
  });

  it('show neither address nor token', async () => {
    server.answer(({ path, headers }) => ({ status: 403, body: `${server.url}${path} ${headers.authorization}` }));
    const reason = await send({ appToken: secretFromText('xoxb-1') });
    expect(reason).toBe('permanent: channel "#api": unexpected status code 403: <secret> Bearer <secret>');
  });
});
