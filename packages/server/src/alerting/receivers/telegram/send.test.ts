import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { TelegramConfig } from '../../config/receiver-types.ts';
import { HttpRecorder } from '../../testing/http-recorder.ts';
import { FIRING, notificationOf, PLAIN_HTTP, refusal, testEnvironment } from '../../testing/receiver-rig.ts';
import { createTelegram } from './send.ts';

let server: HttpRecorder;
beforeEach(async () => {
  server = await HttpRecorder.start();
  server.answer({ body: '{"ok":true}' });
});
afterEach(() => server.close());

function send(fields: Partial<TelegramConfig> = {}, notification = FIRING) {
  const config: TelegramConfig = {
    kind: 'telegram',
    index: 0,
    sendResolved: true,
    http: PLAIN_HTTP,
    timeoutMs: 0,
    apiUrl: `${server.url}/`,
    botToken: secretFromText('1:secret'),
    chatId: secretFromText('-100123'),
    messageThreadId: 0,
    message: '<b>{{ .CommonLabels.note }}</b>',
    disableNotifications: false,
    parseMode: 'HTML',
    ...fields,
  };
  return refusal(createTelegram(config, testEnvironment()), notification);
}

const noted = (note: string) => notificationOf([{ labels: { note } }]);

it('sends HTML with labels escaped', async () => {
  expect(await send({}, noted('a < b'))).toBeUndefined();
  const [request] = server.take();
  expect(request?.path).toBe('/bot1:secret/sendMessage');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    chat_id: '-100123',
    text: '<b>a &lt; b</b>',
    parse_mode: 'HTML',
    disable_web_page_preview: true,
  });
});

it('sends Markdown to a thread, silently, with its end cut off', async () => {
  const fields = { parseMode: 'MarkdownV2', messageThreadId: 7, disableNotifications: true } as const;
  expect(await send({ ...fields, message: '*x*'.padEnd(5000, 'y') })).toBeUndefined();
  expect(server.takeJson()).toEqual([
    {
      chat_id: '-100123',
      text: `${'*x*'.padEnd(4095, 'y')}…`,
      parse_mode: 'MarkdownV2',
      message_thread_id: 7,
      disable_notification: true,
      disable_web_page_preview: true,
    },
  ]);
});

it('counts of HTML only what is seen, and sends plain text when that is too long', async () => {
  expect(await send({}, noted('<'.repeat(4096)))).toBeUndefined();
  expect(server.takeJson()[0]).toMatchObject({ parse_mode: 'HTML', text: `<b>${'&lt;'.repeat(4096)}</b>` });
  expect(await send({}, noted('x'.repeat(4097)))).toBeUndefined();
  const [message] = server.takeJson();
  expect(message).not.toHaveProperty('parse_mode');
  expect(message).toHaveProperty(
    'text',
    expect.stringMatching(/^The message of the template is longer than Telegram takes/),
  );
});

it('says which template failed, without markup', async () => {
  expect(await send({ message: '<b>{{ .Nope }}</b>' })).toBeUndefined();
  const [message] = server.takeJson();
  expect(message).not.toHaveProperty('parse_mode');
  expect(message).toHaveProperty(
    'text',
    expect.stringMatching(/^A template .*message: template: [\s\S]*\[FIRING:1\] Slow/),
  );
});

it('is permanent when the chat is no number', async () => {
  expect(await send({ chatId: secretFromText('me') })).toBe('permanent: chat_id is not a whole number');
});

it.each([
  [
    { status: 400, body: '{"ok":false,"description":"Bad Request: chat not found"}' },
    'permanent: unexpected status code 400: Bad Request: chat not found',
  ],
  [{ status: 429 }, 'temporary: unexpected status code 429'],
  [{ status: 404, body: 'no bot 1:secret' }, 'permanent: unexpected status code 404: no bot <secret>'],
])('answer %j', async (answer, expected) => {
  server.answer(answer);
  expect(await send()).toBe(expected);
});
