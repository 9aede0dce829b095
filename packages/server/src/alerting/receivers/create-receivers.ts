/** The receivers of a configuration with their integrations ready to send. */
import type { IntegrationConfig, ReceiverConfig } from '../config/receiver-types.ts';
import type { ReceiverEnvironment } from './environment.ts';
import type { ClosableIntegration } from './integration.ts';
import type { Receiver } from './receiver.ts';
import { createDiscord } from './discord/send.ts';
import { createEmail } from './email/send.ts';
import { createMsTeams, createMsTeamsV2 } from './msteams/send.ts';
import { createOpsgenie } from './opsgenie/send.ts';
import { createPagerDuty } from './pagerduty/send.ts';
import { createSlack } from './slack/send.ts';
import { createTelegram } from './telegram/send.ts';
import { createWebhook } from './webhook/send.ts';

export interface Receivers {
  readonly byName: ReadonlyMap<string, Receiver>;
  /** Lets running requests end, then closes connections. */
  close(): Promise<void>;
}

/** Opens nothing yet: connections are made with the first message. */
export function createReceivers(configs: readonly ReceiverConfig[], environment: ReceiverEnvironment): Receivers {
  const opened: ClosableIntegration[] = [];
  const byName = new Map<string, Receiver>();
  for (const { name, integrations } of configs) {
    const built = integrations.map((config) => createIntegrationOf(config, environment));
    opened.push(...built);
    byName.set(name, { name, integrations: built });
  }
  return { byName, close: async () => void (await Promise.all(opened.map((integration) => integration.close()))) };
}

function createIntegrationOf(config: IntegrationConfig, environment: ReceiverEnvironment): ClosableIntegration {
  switch (config.kind) {
    case 'webhook':
      return createWebhook(config, environment);
    case 'email':
      return createEmail(config, environment);
    case 'slack':
      return createSlack(config, environment);
    case 'pagerduty':
      return createPagerDuty(config, environment);
    case 'opsgenie':
      return createOpsgenie(config, environment);
    case 'msteams':
      return createMsTeams(config, environment);
    case 'msteamsv2':
      return createMsTeamsV2(config, environment);
    case 'discord':
      return createDiscord(config, environment);
    case 'telegram':
      return createTelegram(config, environment);
  }
}
