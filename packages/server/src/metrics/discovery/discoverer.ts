/**
 * Service discovery: something that finds targets and says when they change. A discoverer owns its groups by source; a
 * scrape pool sees the union of the groups of its discoverers.
 */
import { Labels } from '@sightline/model';
import type { TargetGroup } from '../../config/prometheus/types.ts';

/** Targets found together. Labels of a target win over labels of the group. */
export interface DiscoveredGroup {
  /** Stable name of the group within its discoverer; a later group of the same source replaces it. */
  readonly source: string;
  /** Each has `__address__` and what is known about this target alone. */
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

export interface Discoverer {
  /**
   * Starts looking. `publish` gets all groups each time they may have changed, never after `stop`. A failure is counted and
   * logged by the discoverer and keeps what was found before.
   */
  start(publish: (groups: readonly DiscoveredGroup[]) => void): void;
  stop(): void;
}

/** Keys of discoverers whose targets stand in the configuration start with it. */
export const STATIC_KEY = 'static:';

/** The groups that stand in the configuration itself. */
export function createStaticDiscoverer(groups: readonly TargetGroup[]): Discoverer {
  return {
    start: (publish) => publish(groups.map(groupOfAddresses)),
    stop: () => undefined,
  };
}

function groupOfAddresses(group: TargetGroup): DiscoveredGroup {
  return {
    source: group.source,
    targets: group.targets.map((address) => Labels.fromObject({ __address__: address })),
    labels: group.labels,
  };
}
