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
  /** Hears when a template failed and the message was sent with plain text in its place. */
  readonly onTemplateFailure: (failure: TemplateFailure) => void;
}

export interface TemplateFailure {
  readonly notification: Notification;
  /** `name[index]`. */
  readonly integration: string;
  /** Permanent: names field, template and place. */
  readonly error: NotifyError;
}
