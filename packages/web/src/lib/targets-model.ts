/** Targets joined with their details, filtered, grouped by pool and sorted worst first. */
import type { ActiveTarget, ScrapePoolStatus, TargetDetail } from '@sightline/api-types';

export interface TargetRow {
  readonly target: ActiveTarget;
  readonly detail: TargetDetail | undefined;
}

export interface PoolGroup {
  readonly name: string;
  readonly rows: readonly TargetRow[];
  readonly down: number;
}

const RANK = { down: 0, unknown: 1, up: 2 } as const;

export function filterTargets(
  targets: readonly ActiveTarget[],
  text: string,
  isUnhealthyOnly: boolean,
): ActiveTarget[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return targets.filter((target) => {
    if (isUnhealthyOnly && target.health === 'up') return false;
    const labels = Object.entries(target.labels).map(([name, value]) => `${name}=${value}`);
    const haystack = [target.scrapePool, target.scrapeUrl, target.lastError, ...labels].join(' ').toLowerCase();
    return words.every((word) => haystack.includes(word.replaceAll('"', '')));
  });
}

/** Pools with trouble first, then by name; inside a pool the same. */
export function groupTargets(targets: readonly ActiveTarget[], pools: readonly ScrapePoolStatus[]): PoolGroup[] {
  const details = new Map(
    pools.flatMap(({ pool, targets: known }) => known.map((detail) => [`${pool}\n${detail.url}`, detail] as const)),
  );
  const groups = new Map<string, TargetRow[]>();
  for (const target of targets) {
    const rows = groups.get(target.scrapePool) ?? [];
    rows.push({ target, detail: details.get(`${target.scrapePool}\n${target.scrapeUrl}`) });
    groups.set(target.scrapePool, rows);
  }
  return [...groups]
    .map(([name, rows]) => ({
      name,
      rows: rows.sort(
        (a, b) =>
          RANK[a.target.health] - RANK[b.target.health] ||
          a.target.scrapeUrl.localeCompare(b.target.scrapeUrl, 'en', { numeric: true }),
      ),
      down: rows.filter(({ target }) => target.health === 'down').length,
    }))
    .sort((a, b) => Number(b.down > 0) - Number(a.down > 0) || a.name.localeCompare(b.name));
}

/** Milliseconds since the last scrape; null before the first one (Go's zero time). */
export function scrapeAgeMs({ lastScrape }: ActiveTarget, nowMs: number): number | null {
  const at = Date.parse(lastScrape);
  return Number.isNaN(at) || at <= 0 ? null : Math.max(0, nowMs - at);
}
