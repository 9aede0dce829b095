/** The history of alerts shaped for its page: filtered, worst first, who contributes most. Pure. */
import type { AlertHistory } from '@sightline/api-types';
import type { MatchTest } from './alert-model.ts';

export type HistoryRow = AlertHistory['rows'][number];

export interface Contributor {
  readonly name: string;
  readonly firedCount: number;
  readonly firingMs: number;
  readonly instances: number;
}

export function filterHistory(
  rows: readonly HistoryRow[],
  words: readonly string[],
  tests: readonly MatchTest[],
): readonly HistoryRow[] {
  return rows.filter(({ name, labels }) => {
    if (!tests.every((test) => test(labels))) return false;
    const text = [name, ...Object.values(labels)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Those that fired longest first. */
export function sortHistory(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  return [...rows].sort(
    (a, b) => b.firingMs - a.firingMs || b.firedCount - a.firedCount || a.name.localeCompare(b.name),
  );
}

/** Alerts by name, those that fired most often first. */
export function contributors(rows: readonly HistoryRow[], limit: number): readonly Contributor[] {
  const byName = new Map<string, Contributor>();
  for (const { name, firedCount, firingMs } of rows) {
    const old = byName.get(name) ?? { name, firedCount: 0, firingMs: 0, instances: 0 };
    byName.set(name, {
      name,
      firedCount: old.firedCount + firedCount,
      firingMs: old.firingMs + firingMs,
      instances: old.instances + 1,
    });
  }
  return [...byName.values()]
    .filter(({ firedCount, firingMs }) => firedCount > 0 || firingMs > 0)
    .sort((a, b) => b.firedCount - a.firedCount || b.firingMs - a.firingMs || a.name.localeCompare(b.name))
    .slice(0, limit);
}
