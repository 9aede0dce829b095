/** Where an integration sends to, for people: a channel, an address, a host. Never a secret, such as the path of a webhook. */
import type { Secret } from '../../config/prometheus/types.ts';
import type { IntegrationConfig } from '../config/receiver-types.ts';

/** Never rejects: what cannot be read is said. */
export async function targetOf(config: IntegrationConfig): Promise<string> {
  switch (config.kind) {
    case 'email':
      return config.to;
    case 'slack':
      return config.channel || (await secretHost(config.apiUrl));
    case 'webhook':
      return secretHost(config.url);
    case 'discord':
    case 'msteams':
    case 'msteamsv2':
      return secretHost(config.webhookUrl);
    case 'pagerduty':
      return hostOf(config.url);
    case 'opsgenie':
      return hostOf(config.apiUrl);
    case 'telegram':
      return `chat ${await readable(config.chatId)}`;
  }
}

async function secretHost(secret: Secret): Promise<string> {
  return hostOf(await readable(secret));
}

async function readable(secret: Secret): Promise<string> {
  try {
    return (await secret.read()).trim();
  } catch {
    return '(its file cannot be read)';
  }
}

/** A URL with a template in its host, or none at all, is not shown: it may hold anything. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '(known when it is sent)';
}
