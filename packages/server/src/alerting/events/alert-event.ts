/** What was decided about an alert on its way to a receiver, for the question why something was or was not sent. */

export type AlertEventKind =
  | 'firing'
  | 'resolved'
  | 'grouped'
  | 'inhibited'
  | 'silenced'
  | 'muted'
  | 'inactive'
  | 'deduplicated'
  | 'retried'
  | 'failed'
  | 'sent';

export interface AlertEvent {
  /** Unix ms. */
  readonly timeMs: number;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  /** '' for what happens before grouping. */
  readonly groupKey: string;
  readonly receiver: string;
  /** `name[index]` of the integration, '' for what concerns the whole receiver. */
  readonly integration: string;
  /** In words: the silence's id and comment, the inhibiting alert, the time interval, the error. */
  readonly detail: string;
}

/** Takes events as they come; never throws and never keeps the caller waiting. */
export interface AlertEventSink {
  record(event: AlertEvent): void;
}
