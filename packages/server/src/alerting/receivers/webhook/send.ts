/** `webhook_configs`: version 4 of the payload. Source: Alertmanager notify/webhook/webhook.go. */
import type { WebhookConfig } from '../../config/receiver-types.ts';
import { templateData } from '../../templates/template-data.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import type { Notification } from '../receiver.ts';

export function createWebhook(config: WebhookConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, notification, post }) => {
    const url = await rendering.required('url', await readSecret(config.url, 'url'));
    const json = payload(notification, config.maxAlerts, environment.externalUrl);
    checkAnswer(await post({ url, json, timeoutMs: config.timeoutMs }));
  });
}

function payload(notification: Notification, maxAlerts: number, externalUrl: string) {
  const { alerts, groupKey } = notification;
  const sent = maxAlerts > 0 ? alerts.slice(0, maxAlerts) : alerts;
  return {
    ...templateData(notification, sent, externalUrl),
    version: '4',
    groupKey,
    truncatedAlerts: alerts.length - sent.length,
  };
}
