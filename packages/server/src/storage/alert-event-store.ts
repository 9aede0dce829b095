/**
 * What was decided about alerts and what people did about them: append only, found by alert and time, forgotten after a
 * retention of its own.
 */
import type { Labels } from '@sightline/model';
import type { TimeBounds } from './metric-store.ts';

export interface AlertEventRecord {
  /** Unix ms. */
  readonly timeMs: number;
  readonly kind: string;
  /** 16 hex digits of the alert. */
  readonly fingerprint: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly actor: string;
  readonly detail: string;
  /** Undefined where they were not recorded with the event. */
  readonly labels: Labels | undefined;
}

/** Both ends are included. */
export interface AlertEventQuery extends TimeBounds {
  /** Of this alert; of every alert when absent. */
  readonly fingerprint?: string;
  /** Of these kinds; of every kind when absent. */
  readonly kinds?: readonly string[];
  /** The newest ones when there are more. */
  readonly limit: number;
}

export interface AlertEventStore {
  /** Resolves when the events are stored, in their order. @throws StorageError */
  append(events: readonly AlertEventRecord[]): Promise<void>;
  /** Oldest first; those of one time in the order in which they were appended. @throws StorageError */
  find(query: AlertEventQuery): Promise<readonly AlertEventRecord[]>;
}
