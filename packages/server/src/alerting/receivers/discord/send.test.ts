import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { DiscordConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, PLAIN_HTTP, refusal, RESOLVED, testEnvironment } from '../../testing/receiver-rig.ts';
import { createDiscord } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
  server.answer({ status: 204 });
});
afterEach(() => server.close());

function send(fields: Partial<DiscordConfig> = {}, notification = FIRING) {
  const config: DiscordConfig = {
    kind: 'discord',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    webhookUrl: secretFromText(`${server.url}/webhooks/1/token`),
    content: '',
    title: '{{ template "discord.default.title" . }}',
    message: '{{ .CommonAnnotations.summary }}',
    username: '',
    avatarUrl: '',
    ...fields,
  };
  return refusal(createDiscord(config, testEnvironment()), notification);
}

it('sends one embed', async () => {
  expect(await send()).toBeUndefined();
  expect(
    await send({ content: '@here {{ .Status }}', username: 'Bot', avatarUrl: 'http://pic' }, RESOLVED),
  ).toBeUndefined();
  const [firing, resolved] = server.takeJson();
  expect(firing).toEqual({
    content: '',
    embeds: [{ title: '[FIRING:1] Slow (a api)', description: 'Answers take 2 s', color: 0x992d22 }],
  });
  expect(resolved).toMatchObject({ content: '@here resolved', username: 'Bot', avatar_url: 'http://pic' });
  expect(resolved).toHaveProperty('embeds.0.color', 0x2ecc71);
});

it('keeps within the limits of embeds, counted in characters', async () => {
  expect(
    await send({ title: '😀'.repeat(300), message: '😀'.repeat(5000), content: 'c'.repeat(3000) }),
  ).toBeUndefined();
  expect(server.takeJson()).toMatchObject([
    {
      content: `${'c'.repeat(1999)}…`,
      embeds: [{ title: `${'😀'.repeat(255)}…`, description: `${'😀'.repeat(4095)}…` }],
    },
  ]);
});

it('says which template failed', async () => {
  expect(await send({ message: '{{ .Nope }}' })).toBeUndefined();
  expect(server.takeJson()[0]).toHaveProperty(
    'embeds.0.description',
    expect.stringMatching(/^A template .*message: template: /),
  );
});

it.each([
  [
    { status: 400, body: '{"message":"Cannot send an empty message","code":50006}' },
    'permanent: unexpected status code 400: Cannot send an empty message',
  ],
  [{ status: 404, body: 'gone' }, 'permanent: unexpected status code 404: gone'],
  [
    { status: 429, body: '{"message":"You are being rate limited."}' },
    'temporary: unexpected status code 429: You are being rate limited.',
  ],
])('answer %j', async (answer, expected) => {
  server.answer(answer);
  expect(await send()).toBe(expected);
});
