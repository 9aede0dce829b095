/** The routing tree: which receivers an alert goes to, and how it is grouped on the way. Source: Alertmanager dispatch/route.go. */
import { compareStrings, formatDuration, type Labels, type Matcher, quote } from '@sightline/model';
import type { RouteConfig } from '../config/types.ts';

const DEFAULTS = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 };

export class Route {
  readonly parent: Route | undefined;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly receiver: string;
  readonly groupBy: readonly string[] | '...';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly Route[];
  /** The matchers of the path from the root: the first half of a group's key. Two routes can share it. */
  readonly key: string;
  /** Names this route alone: the key and the places in the lists of children. */
  readonly id: string;
  readonly #groupBy: ReadonlySet<string>;

  constructor(config: RouteConfig, parent?: Route, place = 0) {
    this.parent = parent;
    this.matchers = [...config.matchers].sort(compareMatchers);
    this.continue = config.continue;
    this.receiver = config.receiver ?? parent?.receiver ?? '';
    this.groupBy = config.groupBy ?? parent?.groupBy ?? [];
    this.groupWaitMs = config.groupWaitMs ?? parent?.groupWaitMs ?? DEFAULTS.groupWaitMs;
    this.groupIntervalMs = config.groupIntervalMs ?? parent?.groupIntervalMs ?? DEFAULTS.groupIntervalMs;
    this.repeatIntervalMs = config.repeatIntervalMs ?? parent?.repeatIntervalMs ?? DEFAULTS.repeatIntervalMs;
    this.muteTimeIntervals = config.muteTimeIntervals;
    this.activeTimeIntervals = config.activeTimeIntervals;
    const own = `{${this.matchers.map(matcherText).join(',')}}`;
    this.key = parent === undefined ? own : `${parent.key}/${own}`;
    this.id = parent === undefined ? own : `${parent.id}/${own}/${place}`;
    this.#groupBy = new Set(this.groupBy === '...' ? [] : this.groupBy);
    this.routes = config.routes.map((child, index) => new Route(child, this, index));
  }

  /** The deepest matching routes, the first of each level and those after one that continues. Empty: not even this one matches. */
  match(labels: Labels): Route[] {
    if (!this.matchers.every((matcher) => matcher.matches(labels.get(matcher.name)))) return [];
    const found: Route[] = [];
    for (const child of this.routes) {
      const matches = child.match(labels);
      found.push(...matches);
      if (matches.length > 0 && !child.continue) break;
    }
    return found.length === 0 ? [this] : found;
  }

  /** The labels that tell the groups of this route apart. */
  groupLabels(labels: Labels): Labels {
    return this.groupBy === '...' ? labels : labels.keep(this.#groupBy);
  }

  groupKey(groupLabels: Labels): string {
    return `${this.key}:{${[...groupLabels].map(([name, value]) => `${name}=${quote(value)}`).join(', ')}}`;
  }

  /** This route and all below it, depth first. */
  *walk(): Generator<Route> {
    yield this;
    for (const child of this.routes) yield* child.walk();
  }
}

/** A route and its times in words. */
export function routeText(route: Route): string {
  const { groupWaitMs, groupIntervalMs, repeatIntervalMs } = route;
  const [wait, interval, repeat] = [groupWaitMs, groupIntervalMs, repeatIntervalMs].map(formatDuration);
  const which = route.parent === undefined ? 'the first route' : `route ${route.key}`;
  return `${which}: waits ${wait}, then looks every ${interval}, tells again after ${repeat}`;
}

/** What cannot stand in a name without quotes. */
const RESERVED = /[\s\u0085{}!=~,\\"'`]/u;

const OPERATORS = ['=', '!=', '=~', '!~'];

function compareMatchers(a: Matcher, b: Matcher): number {
  return (
    compareStrings(a.name, b.name) ||
    compareStrings(a.value, b.value) ||
    OPERATORS.indexOf(a.op) - OPERATORS.indexOf(b.op)
  );
}

/** As Alertmanager prints a matcher: names that need quotes are quoted, and then the value is quoted the same way. */
export function matcherText({ name, op, value }: Matcher): string {
  if (RESERVED.test(name)) return `${quote(name)}${op}${quote(value)}`;
  const escaped = value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
  return `${name}${op}"${escaped}"`;
}
