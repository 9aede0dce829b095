/** What `alerting:` of sightline.yml adds to alertmanager.yml: checked, defaults filled in, times in ms. */
import type { Matcher } from '@sightline/model';
import type { TimeInterval } from '../../config/types.ts';

export interface BeyondConfig {
  readonly escalations: readonly EscalationConfig[];
  /** By receiver. */
  readonly rateLimits: ReadonlyMap<string, RateLimitConfig>;
  readonly correlation: CorrelationConfig;
}

export interface EscalationConfig {
  readonly name: string;
  /** All must match. */
  readonly matchers: readonly Matcher[];
  readonly steps: readonly EscalationStepConfig[];
}

export interface EscalationStepConfig {
  /** Since the alert began to fire. */
  readonly afterMs: number;
  readonly receiver: string;
  /** Waits until one of them begins; empty: any time. */
  readonly activeTimeIntervals: readonly string[];
}

export interface RateLimitConfig {
  readonly receiver: string;
  /** At most so many messages of each integration within `perMs`. */
  readonly notifications: number;
  readonly perMs: number;
}

export interface CorrelationConfig {
  /** Empty: alerts are not put together. */
  readonly labels: readonly string[];
  readonly windowMs: number;
}

/** Time intervals that routes and steps may name beside those of alertmanager.yml. */
export type PresetIntervals = ReadonlyMap<string, readonly TimeInterval[]>;

export const NOTHING_BEYOND: BeyondConfig = {
  escalations: [],
  rateLimits: new Map(),
  correlation: { labels: ['service', 'instance'], windowMs: 300_000 },
};
