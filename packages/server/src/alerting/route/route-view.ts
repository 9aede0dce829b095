/** The routing tree as people see it: ids by place, and which routes an alert takes. Shapes: @sightline/api-types. */
import type { RouteEntry, RouteTestResult } from '@sightline/api-types';
import type { Labels } from '@sightline/model';
import { matcherText, type Route } from './route.ts';

/** @param mutedBy time intervals that keep a route quiet now */
export function routeEntry(route: Route, mutedBy: (route: Route) => readonly string[], id = ''): RouteEntry {
  return {
    id,
    receiver: route.receiver,
    matchers: route.matchers.map(matcherText),
    continue: route.continue,
    groupBy: route.groupBy,
    groupWaitMs: route.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs,
    muteTimeIntervals: route.muteTimeIntervals,
    activeTimeIntervals: route.activeTimeIntervals,
    mutedBy: mutedBy(route),
    routes: route.routes.map((child, place) => routeEntry(child, mutedBy, childId(id, place))),
  };
}

/** The routes that an alert with these labels takes, in the order of the tree. */
export function testRoute(root: Route, labels: Labels): RouteTestResult {
  const ids = idsOf(root);
  return {
    matches: root.match(labels).map((route) => ({
      routeId: ids.get(route) ?? '',
      receiver: route.receiver,
      groupLabels: route.groupLabels(labels).toObject(),
    })),
  };
}

function idsOf(root: Route): Map<Route, string> {
  const ids = new Map<Route, string>();
  const walk = (route: Route, id: string) => {
    ids.set(route, id);
    for (const [place, child] of route.routes.entries()) walk(child, childId(id, place));
  };
  walk(root, '');
  return ids;
}

function childId(parent: string, place: number): string {
  return parent === '' ? String(place) : `${parent}.${place}`;
}
