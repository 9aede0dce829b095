/** The list `receivers`: a name and any number of integrations of each kind. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import type { GlobalSection } from './global.ts';
import { readDiscord, readMsTeams, readMsTeamsV2, readTelegram } from './integrations/chat.ts';
import { readEmail } from './integrations/email.ts';
import { type IntegrationInput, reportMissing } from './integrations/kind.ts';
import { readOpsgenie } from './integrations/opsgenie.ts';
import { readPagerDuty } from './integrations/pagerduty.ts';
import { readSlack } from './integrations/slack.ts';
import { checkUnsent, UNSENT } from './integrations/unsent.ts';
import { readWebhook } from './integrations/webhook.ts';
import { entriesOf, type TemplateTexts } from './kit.ts';
import type { IntegrationConfig, ReceiverConfig } from './receiver-types.ts';

/** In the order in which Alertmanager builds them. */
const SENT: Readonly<Record<string, (input: IntegrationInput) => IntegrationConfig | undefined>> = {
  webhook_configs: readWebhook,
  email_configs: readEmail,
  pagerduty_configs: readPagerDuty,
  opsgenie_configs: readOpsgenie,
  slack_configs: readSlack,
  telegram_configs: readTelegram,
  discord_configs: readDiscord,
  msteams_configs: readMsTeams,
  msteamsv2_configs: readMsTeamsV2,
};

const HINTS = {
  smtp_configs: 'did you mean `email_configs`?',
  mail_configs: 'did you mean `email_configs`?',
  teams_configs: 'did you mean `msteamsv2_configs`?',
  ms_teams_configs: 'did you mean `msteamsv2_configs`?',
  hipchat_configs: 'HipChat ended in 2019, and Alertmanager removed it',
  google_chat_configs: 'Alertmanager has no Google Chat; send a webhook to a bridge: `webhook_configs`',
  routes: '`routes` belongs under `route`',
  matchers: '`matchers` belongs to a route',
  receiver: 'did you mean `name`?',
  url: 'an integration is the entry of a list, such as `webhook_configs: [{url: ...}]`',
};

/** A receiver with the place of its name. */
export interface ReadReceiver {
  readonly config: ReceiverConfig;
  readonly cursor: Cursor;
}

export function readReceivers(root: ObjectReader, global: GlobalSection, texts: TemplateTexts): ReadReceiver[] {
  const names = new Set<string>();
  return entriesOf(root, 'receivers', 'a list of receivers').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'a receiver with `name` and lists such as `email_configs`');
    if (reader === undefined) return [];
    const name = reader.string('name');
    if (name === '') reportMissing(reader, 'name', 'a receiver has no name', 'routes name their receivers: add `name`');
    else if (names.has(name)) {
      (reader.at('name') ?? cursor).error({
        code: 'alertmanager/duplicate-receiver',
        message: `there are two receivers \`${name}\``,
        hint: 'put the lists of both into one receiver, or rename one',
      });
    }
    names.add(name);
    const integrations = readIntegrations(reader, name, global, texts);
    reader.finish({ hints: HINTS });
    return [{ config: { name, integrations }, cursor: reader.at('name') ?? cursor }];
  });
}

function readIntegrations(
  receiver: ObjectReader,
  name: string,
  global: GlobalSection,
  texts: TemplateTexts,
): IntegrationConfig[] {
  const found: IntegrationConfig[] = [];
  for (const [key, read] of Object.entries(SENT)) {
    for (const input of inputs(receiver, key, global, texts)) {
      const config = read(input);
      if (config !== undefined) found.push(config);
    }
  }
  for (const [key, check] of Object.entries(UNSENT)) {
    for (const input of inputs(receiver, key, global, texts)) checkUnsent(check, input, global);
    const cursor = receiver.given(key);
    cursor?.warn({
      code: 'alertmanager/not-sent',
      message: `\`${key}\` of the receiver \`${name}\` is accepted but not sent by Sightline yet`,
      hint: 'add a second integration that is sent, such as `webhook_configs`',
      ...(cursor.key === undefined ? {} : { span: cursor.key }),
    });
  }
  return found;
}

function inputs(
  receiver: ObjectReader,
  key: string,
  global: GlobalSection,
  texts: TemplateTexts,
): readonly IntegrationInput[] {
  return entriesOf(receiver, key, 'a list of integrations').flatMap((cursor, index) => {
    const reader = ObjectReader.open(cursor, `the settings of one of the ${key}`);
    return reader === undefined ? [] : [{ reader, global, texts, index }];
  });
}
