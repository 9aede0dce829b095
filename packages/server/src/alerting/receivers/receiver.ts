/** What a receiver is to the rest of alerting: integrations that each deliver one kind of message. */
import { type Labels, SightlineError } from '@sightline/model';
import type { Alert } from '../alert.ts';

/** One notification about one group. */
export interface Notification {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly receiver: string;
  /** In the order of compareAlerts; resolved ones only if the integration sends those. */
  readonly alerts: readonly Alert[];
  /** Unix ms; what counts as resolved. */
  readonly nowMs: number;
}

export interface Integration {
  /** `webhook`, `email` ... */
  readonly name: string;
  /** Place among the receiver's integrations of this name. */
  readonly index: number;
  readonly sendResolved: boolean;
  /** Resolves when the other side took the message. @throws NotifyError */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
}

export interface Receiver {
  readonly name: string;
  readonly integrations: readonly Integration[];
}

/** `temporary`: worth another try. `permanent`: the same message will be refused again. */
export class NotifyError extends SightlineError<'temporary' | 'permanent'> {}

export function integrationText({ name, index }: Integration): string {
  return `${name}[${index}]`;
}
