/** What an answer to "why" is made of, whether it comes from what runs now or from what was recorded. */
import type { Decision } from './story.ts';

/** Something that keeps an alert back. */
export interface Hold {
  readonly text: string;
  /** Since when; null when it is not recorded. */
  readonly sinceMs: number | null;
}

export interface IntegrationFacts {
  readonly integration: string;
  /** The last message about this alert that was taken. */
  readonly sent: Decision | undefined;
  /** Failures and limits since, the newest last. */
  readonly troubles: readonly Decision[];
  /** Why nothing is told now although nothing holds it back. */
  readonly quiet: Hold | undefined;
}

/** One route that the alert takes, the group it is in there, and its way from there on. */
export interface RouteFacts {
  readonly receiver: string;
  readonly routeText: string;
  /** Since when it is in the group; null when it is not recorded. */
  readonly groupedMs: number | null;
  /** Undefined: it is in no group yet. */
  readonly groupText: string | undefined;
  /** When the group is looked at next; undefined for the past. */
  readonly nextMs: number | undefined;
  /** Nothing has been decided yet: the group waits for company. */
  readonly isUndecided: boolean;
  readonly inhibition: Hold | undefined;
  readonly time: Hold | undefined;
  readonly silence: Hold | undefined;
  /** Empty: the receiver has none, and nobody is told. Undefined: not known. */
  readonly integrations: readonly IntegrationFacts[] | undefined;
}

/** Without milliseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
