/** One alert: a series of an alerting rule's expression over the time it is there. */
import type { Labels } from '@sightline/model';
import type { LabelPair } from '../rule-file/types.ts';

export type AlertState = 'inactive' | 'pending' | 'firing';

export interface Alert {
  /** After templating, with `alertname`: the identity of the alert. */
  readonly labels: Labels;
  /** Sorted by name, as of the last evaluation that gave the series. Empty ones are kept. */
  readonly annotations: readonly LabelPair[];
  /** Inactive: it fired and is resolved; it is kept a while so that the resolution can be told again. */
  readonly state: AlertState;
  /** The value of the series; of the last evaluation that gave it. */
  readonly value: number;
  /** First evaluation of the present streak, unix ms. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  /** First evaluation without the series, while `keep_firing_for` keeps the alert firing. */
  readonly keepFiringSinceMs: number | undefined;
}
