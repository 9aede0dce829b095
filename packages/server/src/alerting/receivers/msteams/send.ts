/**
 * `msteams_configs` (message cards of Office 365 connectors) and `msteamsv2_configs` (adaptive cards of workflows). Source:
 * Alertmanager notify/msteams/msteams.go, notify/msteamsv2/msteamsv2.go.
 */
import type { MsTeamsConfig, MsTeamsV2Config } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { paragraphs, truncate } from '../limits.ts';
import { NotifyError } from '../receiver.ts';

/** Teams refuses messages above 28 KB. */
const MAX_TEXT = 20_000;

export function createMsTeams(config: MsTeamsConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createTeams(config, environment, async (rendering) => {
    const title = await rendering.text('title', config.title, rendering.plainTitle);
    const summary = await rendering.text('summary', config.summary, rendering.plainTitle);
    return {
      '@context': 'http://schema.org/extensions',
      '@type': 'MessageCard',
      type: 'MessageCard',
      title,
      summary,
      text: await body(config, rendering),
      themeColor: rendering.isFiring ? '8C1A1A' : '2DC72D',
    };
  });
}

export function createMsTeamsV2(config: MsTeamsV2Config, environment: ReceiverEnvironment): ClosableIntegration {
  return createTeams(config, environment, async (rendering) => {
    const title = await rendering.text('title', config.title, rendering.plainTitle);
    const color = rendering.isFiring ? 'Attention' : 'Good';
    const heading = {
      type: 'TextBlock',
      text: title,
      weight: 'Bolder',
      size: 'Medium',
      wrap: true,
      style: 'heading',
      color,
    };
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.2',
      body: [heading, { type: 'TextBlock', text: await body(config, rendering), wrap: true }],
      msteams: { width: 'full' },
    };
    const contentType = 'application/vnd.microsoft.card.adaptive';
    return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
  });
}

function createTeams(
  config: MsTeamsV2Config | MsTeamsConfig,
  environment: ReceiverEnvironment,
  card: (rendering: Rendering) => Promise<object>,
): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, post }) => {
    const json = await card(rendering);
    const url = await readSecret(config.webhookUrl, 'webhook_url');
    const answer = await post({ url, json, timeoutMs: 0 });
    checkAnswer(answer);
    // Connectors report that they were throttled with status 200.
    const throttled = /HTTP error 429/.test(answer.body);
    if (throttled) throw new NotifyError('temporary', 'Microsoft Teams takes no more messages for the moment');
  });
}

async function body(config: MsTeamsV2Config | MsTeamsConfig, rendering: Rendering): Promise<string> {
  const text = await rendering.text('text', config.text, rendering.plainText);
  return truncate(paragraphs(rendering.note, text), MAX_TEXT);
}
