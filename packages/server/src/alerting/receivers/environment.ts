/** What integrations are built with beside their own configuration. */
import type { NotificationTemplates } from '@sightline/gotemplate';
import type { AlertGraph } from '../graph/alert-graph.ts';
import type { Notification, NotifyError } from './receiver.ts';

export interface ReceiverEnvironment {
  readonly templates: NotificationTemplates;
  /** Without a slash at its end. */
  readonly externalUrl: string;
  /** Of Sightline, for the User-Agent header. */
  readonly version: string;
  /** Draws what a notification is about, for mails; undefined when there is nothing to draw. Never rejects. */
  readonly graph?: (notification: Notification, signal: AbortSignal) => Promise<AlertGraph | undefined>;
  /** The address of that picture, for services that fetch it; undefined when there is none. Never rejects. */
  readonly graphUrl?: (notification: Notification, signal: AbortSignal) => Promise<string | undefined>;
  /** Hears when a message was sent, but not as configured: with plain text for a template that failed, or not to all. */
  readonly onIncomplete: (delivery: IncompleteDelivery) => void;
}

export interface IncompleteDelivery {
  readonly notification: Notification;
  /** `name[index]`. */
  readonly integration: string;
  /** Permanent: names field, template and place, or the recipient and why it was refused. */
  readonly error: NotifyError;
}
