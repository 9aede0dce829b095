/** Silences joined with the alerts they hold, filtered, and in the order in which they matter. */
import type { HeldAlert, Silence } from '../api/silences.ts';
import { fromApi, matcherText } from './matchers.ts';

export type SilenceState = Silence['status']['state'];

export const SILENCE_STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

export interface SilenceRow {
  readonly silence: Silence;
  readonly startMs: number;
  readonly endMs: number;
  readonly held: readonly HeldAlert[];
}

const SOON_MS = 15 * 60_000;

export function silenceRows(silences: readonly Silence[], alerts: readonly HeldAlert[]): SilenceRow[] {
  const held = new Map<string, HeldAlert[]>();
  for (const alert of alerts) {
    for (const id of alert.status.silencedBy) held.set(id, [...(held.get(id) ?? []), alert]);
  }
  const rows = silences.map((silence) => ({
    silence,
    startMs: Date.parse(silence.startsAt),
    endMs: Date.parse(silence.endsAt),
    held: held.get(silence.id) ?? [],
  }));
  return rows.sort(compareRows);
}

/** Active: the next to end first. Pending: the next to start first. Expired: the last to end first. */
function compareRows(a: SilenceRow, b: SilenceRow): number {
  const [state, other] = [a.silence.status.state, b.silence.status.state];
  if (state !== other) return SILENCE_STATES.indexOf(state) - SILENCE_STATES.indexOf(other);
  if (state === 'pending') return a.startMs - b.startMs;
  return state === 'active' ? a.endMs - b.endMs : b.endMs - a.endMs;
}

export function countStates(rows: readonly SilenceRow[]): Readonly<Record<SilenceState, number>> {
  const counts = { active: 0, pending: 0, expired: 0 };
  for (const { silence } of rows) counts[silence.status.state]++;
  return counts;
}

/** Every word is in a matcher, the comment, the author or the id. */
export function filterSilences(
  rows: readonly SilenceRow[],
  state: SilenceState | 'all',
  text: string,
): readonly SilenceRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter(({ silence }) => {
    if (state !== 'all' && silence.status.state !== state) return false;
    if (words.length === 0) return true;
    const { id, comment, createdBy, matchers } = silence;
    const texts = matchers.map((matcher) => matcherText(fromApi(matcher)));
    const haystack = [id, comment, createdBy, ...texts, ...texts.map((one) => one.replaceAll('"', ''))]
      .join(' ')
      .toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** Silences that let alerts through again within a quarter of an hour. */
export function endingSoon(rows: readonly SilenceRow[], nowMs: number): readonly SilenceRow[] {
  return rows.filter(
    ({ silence, endMs, held }) =>
      silence.status.state === 'active' && held.length > 0 && endMs > nowMs && endMs - nowMs <= SOON_MS,
  );
}
