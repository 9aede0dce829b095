/**
 * From discovered targets to the URLs that alerts are posted to: the labels of a target, relabeling, checks. Pure.
 * Standard: Prometheus 3.x notifier/alertmanager.go.
 */
import { posix } from 'node:path';
import { Labels } from '@sightline/model';
import type { AlertmanagersConfig } from '../../config/prometheus/types.ts';
import type { DiscoveredGroup } from '../../metrics/discovery/discoverer.ts';
import { LabelBuilder } from '../../metrics/relabel/label-builder.ts';
import type { Relabeler } from '../../metrics/relabel/relabel.ts';
import { endpointUrl } from '../../metrics/scrape/target.ts';

/** In the order they were found, without repetitions. */
export interface FoundEndpoints {
  readonly active: readonly string[];
  /** As they were before relabeling dropped them. */
  readonly dropped: readonly string[];
  /** What is wrong with each that cannot be used. */
  readonly invalid: readonly string[];
}

type EndpointConfig = Pick<AlertmanagersConfig, 'scheme' | 'pathPrefix'>;

const PATH_LABEL = '__alerts_path__';
/** More are not shown. */
const MAX_DROPPED = 1_000;

export function findEndpoints(
  groups: Iterable<DiscoveredGroup>,
  config: EndpointConfig,
  relabel: Relabeler,
): FoundEndpoints {
  const active = new Set<string>();
  const dropped: string[] = [];
  const invalid: string[] = [];
  for (const group of groups) {
    for (const target of group.targets) {
      const discovered = discoveredLabels(target, group.labels, config);
      const builder = new LabelBuilder(discovered);
      if (!relabel(builder)) {
        if (dropped.length < MAX_DROPPED) dropped.push(urlOf(discovered));
        continue;
      }
      const labels = builder.labels();
      const address = labels.get('__address__');
      const url = urlOf(labels);
      if (address === '' || address.includes('/')) invalid.push(`"${address}" is not a valid hostname`);
      else if (!/^https?:/.test(url) || !URL.canParse(url)) invalid.push(`"${url}" is not a URL with http or https`);
      else active.add(url);
    }
  }
  return { active: [...active], dropped, invalid };
}

/** The target's own labels go before the group's, and those before what the configuration says of scheme and path. */
function discoveredLabels(target: Labels, group: Labels, { scheme, pathPrefix }: EndpointConfig): Labels {
  const path = posix.join('/', pathPrefix, '/api/v2/alerts');
  const ofGroup = [...group].filter(([name]) => !target.has(name));
  return Labels.fromPairs([...target, ['__scheme__', scheme], [PATH_LABEL, path], ...ofGroup]);
}

function urlOf(labels: Labels): string {
  return endpointUrl(labels.get('__scheme__'), labels.get('__address__'), labels.get(PATH_LABEL));
}
