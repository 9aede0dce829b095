/** What amtool does not see in the routing tree: routes that nothing reaches, times that cannot work, receivers nobody names. */
import { formatDuration, type Matcher } from '@sightline/model';
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../../lib/yaml-object.ts';
import type { ReadReceiver } from '../receivers.ts';
import type { ReadRoute } from '../routes.ts';
import type { ReadIntervals } from '../time-intervals.ts';
import type { RouteConfig } from '../types.ts';
import { contradict, implies } from './implication.ts';

/** Alertmanager's defaults, which the first route inherits. */
const DEFAULTS = { groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 };

type Times = typeof DEFAULTS;

export function lintRoutes(root: ReadRoute): void {
  lintTimes(root, DEFAULTS);
  lintReach(root, []);
}

/** @param usedElsewhere names that something beside the routes uses */
export function lintReceivers(
  root: ReadRoute,
  receivers: readonly ReadReceiver[],
  usedElsewhere: ReadonlySet<string>,
): void {
  const used = new Set(walk(root.config).map(({ receiver }) => receiver));
  for (const { config, cursor } of receivers) {
    if (used.has(config.name) || usedElsewhere.has(config.name)) continue;
    cursor.warn({
      code: 'alertmanager/unused-receiver',
      message: `no route leads to the receiver \`${config.name}\``,
      hint: 'name it in a route, or remove it',
    });
  }
}

/** @param usedElsewhere names that something beside the routes uses */
export function lintIntervals(root: ReadRoute, { places }: ReadIntervals, usedElsewhere: ReadonlySet<string>): void {
  const used = new Set(
    walk(root.config).flatMap(({ muteTimeIntervals, activeTimeIntervals }) => [
      ...muteTimeIntervals,
      ...activeTimeIntervals,
    ]),
  );
  for (const [name, cursor] of places) {
    if (used.has(name) || usedElsewhere.has(name)) continue;
    cursor.warn({
      code: 'alertmanager/unused-interval',
      message: `no route uses the time interval \`${name}\``,
      hint: 'name it in `mute_time_intervals` or `active_time_intervals` of a route, or remove it',
    });
  }
}

function walk(route: RouteConfig): RouteConfig[] {
  return [route, ...route.routes.flatMap(walk)];
}

function lintTimes({ config, reader, routes }: ReadRoute, inherited: Times): void {
  const own = {
    groupIntervalMs: config.groupIntervalMs ?? inherited.groupIntervalMs,
    repeatIntervalMs: config.repeatIntervalMs ?? inherited.repeatIntervalMs,
  };
  const isOwn = config.groupIntervalMs !== undefined || config.repeatIntervalMs !== undefined;
  if (isOwn && own.repeatIntervalMs < own.groupIntervalMs) {
    const group = formatDuration(own.groupIntervalMs);
    const cursor = reader.given('repeat_interval') ?? reader.given('group_interval');
    cursor?.warn({
      code: 'alertmanager/repeat-interval',
      message: `\`repeat_interval\` (${formatDuration(own.repeatIntervalMs)}) is shorter than \`group_interval\` (${group})`,
      hint: `a repetition is looked at once in a group_interval: messages repeat each ${group}; make repeat_interval a multiple of it`,
    });
  }
  for (const child of routes) lintTimes(child, own);
}

/** `above`: the matchers of the routes around. */
function lintReach({ routes }: ReadRoute, above: readonly Matcher[]): void {
  const stops: ReadRoute[] = [];
  for (const child of routes) {
    const all = [...above, ...child.config.matchers];
    const earlier = stops.find(({ config }) => implies(all, config.matchers));
    if (contradict(all)) {
      warnRoute(child.reader, 'its matchers, with those of the routes around it, cannot all be true');
    } else if (earlier !== undefined) {
      const line = lineOf(earlier.reader.cursor);
      warnRoute(
        child.reader,
        `the route before it in line ${line} takes all of its alerts and has no \`continue: true\``,
      );
    } else lintReach(child, all);
    if (!child.config.continue) stops.push(child);
  }
}

function warnRoute(reader: ObjectReader, reason: string): void {
  const { cursor } = reader;
  const span = cursor.node.kind === 'map' ? cursor.node.entries[0]?.key : undefined;
  cursor.warn({
    code: 'alertmanager/dead-route',
    message: `no alert ever reaches this route: ${reason}`,
    hint: 'put the narrower route first, or change its matchers',
    ...(span === undefined ? {} : { span }),
  });
}

function lineOf({ context, node }: Cursor): number {
  return context.source.range(node).start.line;
}
