/**
 * What was decided about an alert on its way to a receiver, and what people did about it, for the question why something was or was
 * not sent.
 */
import type { AlertEventKind } from '@sightline/api-types';
import type { Labels } from '@sightline/model';

export type { AlertEventKind };

export interface AlertEvent {
  /** Unix ms. */
  readonly timeMs: number;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  /** '' for what happens before grouping. */
  readonly groupKey: string;
  /** '' for what concerns no receiver. */
  readonly receiver: string;
  /** `name[index]` of the integration, '' for what concerns the whole receiver. */
  readonly integration: string;
  /** Who did it, for what people do; absent otherwise. */
  readonly actor?: string;
  /** In words: the silence's id and comment, the inhibiting alert, the time interval, the error, the note. */
  readonly detail: string;
  /** Of the alert, with `firing` and `resolved`: what its history is found by. */
  readonly labels?: Labels;
}

/** Takes events as they come; never throws and never keeps the caller waiting. */
export interface AlertEventSink {
  record(event: AlertEvent): void;
}
