/** `discord_configs`: one embed to a webhook, within Discord's limits. Source: Alertmanager notify/discord/discord.go. */
import type { DiscordConfig } from '../../config/receiver-types.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { type Answer, checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { omitEmpty, paragraphs, truncate } from '../limits.ts';

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits, in characters */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_CONTENT = 2000;
const RED = 0x992d22;
const GREEN = 0x2ecc71;

export function createDiscord(config: DiscordConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, post }) => {
    const title = truncate(await rendering.text('title', config.title, rendering.plainTitle), MAX_TITLE);
    const content = truncate(await rendering.text('content', config.content), MAX_CONTENT);
    const text = await rendering.text('message', config.message, rendering.plainText);
    const description = truncate(paragraphs(rendering.note, text), MAX_DESCRIPTION);
    const json = {
      content,
      embeds: [{ title, description, color: rendering.isFiring ? RED : GREEN }],
      ...omitEmpty({ username: config.username, avatar_url: config.avatarUrl }),
    };
    const url = await readSecret(config.webhookUrl, 'webhook_url');
    checkAnswer(await post({ url, json, timeoutMs: 0 }), { detail });
  });
}

function detail({ body }: Answer): string {
  try {
    const { message } = (JSON.parse(body) ?? {}) as { message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
