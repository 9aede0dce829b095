import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createMsTeams, createMsTeamsV2 } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
});
afterEach(() => server.close());

const common = { index: 0, sendResolved: true, http: PLAIN_HTTP, title: '{{ template "__subject" . }}' };

function connector(text = '{{ .Status }} text') {
  const webhookUrl = secretFromText(`${server.url}/connector`);
  const config = { ...common, kind: 'msteams', summary: '{{ .Status }} summary', text, webhookUrl } as const;
  return createMsTeams(config, testEnvironment());
}

function workflow(text = '{{ .Status }} text') {
  const webhookUrl = secretFromText(`${server.url}/workflow`);
  return createMsTeamsV2({ ...common, kind: 'msteamsv2', text, webhookUrl }, testEnvironment());
}

it('sends message cards to connectors', async () => {
  expect(await refusal(connector(), FIRING)).toBeUndefined();
  expect(await refusal(connector(), RESOLVED)).toBeUndefined();
  const [firing, resolved] = server.takeJson();
  expect(firing).toEqual({
    '@context': 'http://schema.org/extensions',
    '@type': 'MessageCard',
    type: 'MessageCard',
    title: '[FIRING:1] Slow (a api)',
    summary: 'firing summary',
    text: 'firing text',
    themeColor: '8C1A1A',
  });
  expect(resolved).toMatchObject({ title: '[RESOLVED] Slow (a api)', themeColor: '2DC72D' });
});

it('sends adaptive cards to workflows', async () => {
  server.answer({ status: 202 });
  expect(await refusal(workflow(), FIRING)).toBeUndefined();
  expect(server.takeJson()).toMatchObject([
    {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            type: 'AdaptiveCard',
            body: [
              { type: 'TextBlock', text: '[FIRING:1] Slow (a api)', style: 'heading', color: 'Attention', wrap: true },
              { type: 'TextBlock', text: 'firing text', wrap: true },
            ],
            msteams: { width: 'full' },
          },
        },
      ],
    },
  ]);
});

it('says which template failed, and keeps within the size that Teams takes', async () => {
  expect(await refusal(workflow('{{ .Nope }}'), FIRING)).toBeUndefined();
  const text = 'attachments.0.content.body.1.text';
  expect(server.takeJson()[0]).toHaveProperty(text, expect.stringMatching(/^A template .*text: template: /));
  expect(await refusal(workflow('x'.repeat(30_000)), FIRING)).toBeUndefined();
  expect(server.takeJson()[0]).toHaveProperty(text, `${'x'.repeat(19_999)}…`);
});

it.each([
  [{ status: 400, body: 'Bad payload' }, 'permanent: unexpected status code 400: Bad payload'],
  [{ status: 429 }, 'temporary: unexpected status code 429'],
  [{ status: 502 }, 'temporary: unexpected status code 502'],
  [
    { body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429' },
    'temporary: Microsoft Teams takes no more messages for the moment',
  ],
])('answer %j', async (answer, expected) => {
  server.answer(answer);
  expect(await refusal(connector(), FIRING)).toBe(expected);
});
