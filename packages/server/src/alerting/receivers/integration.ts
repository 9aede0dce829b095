/** One integration of a receiver: its texts are rendered for each message, and failures of templates reported once sent. */
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
  send(notification: Notification, rendering: Rendering, signal: AbortSignal): Promise<void>;
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
      await work.send(notification, rendering, signal);
      if (rendering.failures.length === 0) return;
      const error = new NotifyError('permanent', `a plain message was sent: ${rendering.failures.join('; ')}`, {
        hint: 'correct the template; `amtool template render` or a test of the receiver shows what it gives',
      });
      environment.onTemplateFailure({ notification, integration: integrationText(integration), error });
    },
    close: () => work.close(),
  };
  return integration;
}
