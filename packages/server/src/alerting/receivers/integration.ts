/** One integration of a receiver: its texts are rendered for each message, and what was not as configured is told once sent. */
import { Rendering } from '../templates/rendering.ts';
import type { ReceiverEnvironment } from './environment.ts';
import { type Integration, integrationText, type Notification, NotifyError } from './receiver.ts';

/** Lets go of connections when a configuration is replaced. */
export interface ClosableIntegration extends Integration {
  close(): Promise<void>;
}

export interface IntegrationPlace {
  readonly kind: string;
  readonly index: number;
  readonly sendResolved: boolean;
}

export interface IntegrationWork {
  /** Resolves with what could not be done of a message that was sent all the same. @throws NotifyError */
  send(notification: Notification, rendering: Rendering, signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function createIntegration(
  { kind, index, sendResolved }: IntegrationPlace,
  environment: ReceiverEnvironment,
  work: IntegrationWork,
): ClosableIntegration {
  const { templates, externalUrl } = environment;
  const integration: ClosableIntegration = {
    name: kind,
    index,
    sendResolved,
    async send(notification, signal) {
      const rendering = new Rendering({ templates, externalUrl, notification });
      const missing = await work.send(notification, rendering, signal);
      const all = [...rendering.failures.map((failure) => `plain text for ${failure}`), ...missing];
      if (all.length === 0) return;
      const error = new NotifyError('permanent', `sent, but not as configured: ${all.join('; ')}`);
      environment.onIncomplete({ notification, integration: integrationText(integration), error });
    },
    close: () => work.close(),
  };
  return integration;
}
