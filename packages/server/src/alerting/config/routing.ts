/** The routing tree of a configuration that does not run. */
import type { LabelSet, RouteEntry, RouteTestResult } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { Route } from '../route/route.ts';
import { routeEntry, testRoute } from '../route/route-view.ts';
import { type LoadedAlertmanager, loadAlertmanagerConfig } from './load.ts';

interface Routing {
  /** Nothing is muted: what time it is does not count. */
  readonly tree: RouteEntry;
  test(labels: LabelSet): RouteTestResult;
}

interface OpenedRouting extends Pick<LoadedAlertmanager, 'diagnostics' | 'sources'> {
  /** Absent when the file has an error. */
  readonly routing?: Routing;
}

export function openRouting(file: string, text: string): OpenedRouting {
  const { config, diagnostics, sources } = loadAlertmanagerConfig({ file, text });
  if (config === undefined) return { diagnostics, sources };
  const root = new Route(config.route);
  const routing: Routing = {
    tree: routeEntry(root, () => []),
    test: (labels) => testRoute(root, Labels.fromObject(labels)),
  };
  return { routing, diagnostics, sources };
}
