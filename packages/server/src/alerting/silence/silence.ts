/** One silence: alerts that match it are not notified about while it is active. Source: Alertmanager silence/silence.go. */
import type { Labels, Matcher } from '@sightline/model';
import { AlertingError } from '../errors.ts';

export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  /** Unix ms; active from the start up to the end. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  /** What other programs note about it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export type SilenceState = 'pending' | 'active' | 'expired';

export function silenceState(silence: Silence, nowMs: number): SilenceState {
  if (nowMs < silence.startsAtMs) return 'pending';
  return nowMs > silence.endsAtMs ? 'expired' : 'active';
}

export function isSilencing(silence: Silence, labels: Labels): boolean {
  return silence.matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}

/** @throws AlertingError silence_invalid */
export function validateSilence({ matchers, startsAtMs, endsAtMs }: Silence): void {
  if (matchers.length === 0) throw invalid('at least one matcher required');
  if (matchers.every((matcher) => matcher.matchesEmpty())) {
    throw invalid('at least one matcher must not match the empty string');
  }
  if (endsAtMs < startsAtMs) throw invalid('end time must not be before start time');
}

/** The change keeps the identity of the silence. Otherwise it becomes a new one and the old one ends. */
export function canUpdate(from: Silence, to: Silence, nowMs: number): boolean {
  if (from.matchers.map(String).join() !== to.matchers.map(String).join()) return false;
  switch (silenceState(from, nowMs)) {
    case 'active':
      return seconds(to.startsAtMs) === seconds(from.startsAtMs) && to.endsAtMs >= nowMs;
    case 'pending':
      return to.startsAtMs >= nowMs;
    case 'expired':
      return false;
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function invalid(message: string): AlertingError {
  return new AlertingError('silence_invalid', `silence invalid: ${message}`);
}
