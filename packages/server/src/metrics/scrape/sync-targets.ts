/** From discovered groups to the targets of a job: labels, relabeling, duplicates removed. Pure. */
import type { Labels } from '@sightline/model';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import type { DiscoveredGroup } from '../discovery/discoverer.ts';
import type { Relabeler } from '../relabel/relabel.ts';
import { messageOf } from './errors.ts';
import { Target, targetUrl } from './target.ts';
import { discoveredLabels, populateLabels } from './target-labels.ts';

export interface FoundTargets {
  /** By key: two discovered targets that come out equal are one. */
  readonly active: ReadonlyMap<string, Target>;
  /** Labels before relabeling of dropped targets, at most `keep_dropped_targets`. */
  readonly dropped: readonly Labels[];
  readonly droppedCount: number;
  /** What is wrong with each target that cannot be scraped. */
  readonly invalid: readonly string[];
}

/** Dropped targets kept for display when the job sets no limit of its own. */
const MAX_DROPPED = 10_000;

export function findTargets(groups: Iterable<DiscoveredGroup>, config: ScrapeConfig, relabel: Relabeler): FoundTargets {
  const active = new Map<string, Target>();
  const dropped: Labels[] = [];
  const invalid: string[] = [];
  const keepDropped = config.limits.keepDroppedTargets > 0 ? config.limits.keepDroppedTargets : MAX_DROPPED;
  let droppedCount = 0;
  for (const group of groups) {
    group.targets.forEach((own, index) => {
      const discovered = discoveredLabels(own, group.labels, config);
      try {
        const { labels } = populateLabels(discovered, relabel);
        if (labels === undefined) {
          droppedCount++;
          if (dropped.length < keepDropped) dropped.push(discovered);
          return;
        }
        const url = targetUrl(labels, config.params);
        const target = new Target({ pool: config.jobName, labels, discovered, url });
        if (!active.has(target.key)) active.set(target.key, target);
      } catch (error) {
        invalid.push(`instance ${index} in group ${group.source}: ${messageOf(error)}`);
      }
    });
  }
  return { active, dropped, droppedCount, invalid };
}
