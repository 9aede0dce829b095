/** What integrations over HTTP have in common: a client, the texts of the message, and what happens when a template fails. */
import type { HttpClientConfig, Secret } from '../../../config/prometheus/types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { type ClosableIntegration, createIntegration, type IntegrationPlace } from '../integration.ts';
import { type Notification, NotifyError } from '../receiver.ts';
import type { Answer } from './answer.ts';
import { createNotifyClient, type NotifyRequest } from './notify-client.ts';

export interface HttpMessage {
  readonly rendering: Rendering;
  readonly notification: Notification;
  readonly signal: AbortSignal;
  /** @throws NotifyError */
  post(request: NotifyRequest): Promise<Answer>;
}

interface HttpIntegrationConfig extends IntegrationPlace {
  readonly http: HttpClientConfig;
}

/** @param send makes the message of the texts and sends it; rejects with NotifyError */
export function createHttpIntegration(
  config: HttpIntegrationConfig,
  environment: ReceiverEnvironment,
  send: (message: HttpMessage) => Promise<void>,
): ClosableIntegration {
  const client = createNotifyClient(config.http, environment.version);
  return createIntegration(config, environment, {
    send: async (notification, rendering, signal) => {
      await send({ rendering, notification, signal, post: (request) => client.send(request, signal) });
      return [];
    },
    close: () => client.close(),
  });
}

/** The current value of a secret. @throws NotifyError temporary when its file cannot be read */
export async function readSecret(secret: Secret, what: string): Promise<string> {
  try {
    return (await secret.read()).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotifyError('temporary', `cannot read ${what}: ${reason}`);
  }
}
