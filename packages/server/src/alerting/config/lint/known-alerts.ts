/**
 * The configuration beside the alerts that can come: routes and inhibition rules none of them meets, alerts no route is made for. Labels
 * an alert takes from its series, or from a template, are not known before it fires; they count as fitting everything.
 */
import type { RouteEntry } from '@sightline/api-types';
import type { Matcher } from '@sightline/model';
import type { AlertingRuleSpec } from '../../../rules/rule-file/types.ts';
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import type { ReadInhibitRule } from '../inhibit-rules.ts';
import { parseMatchers } from '../matchers.ts';
import type { ReadRoute } from '../routes.ts';

/** An alerting rule as far as its labels are known. */
export interface KnownAlert {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** Names shown of a longer list. */
const MAX_NAMES = 8;

export function knownAlert({ name, labels }: Pick<AlertingRuleSpec, 'name' | 'labels'>): KnownAlert {
  const known = labels.filter(([, value]) => !value.includes('{{'));
  return { name, labels: new Map([...known, ['alertname', name]]) };
}

export function lintKnownAlerts(
  root: ReadRoute,
  rules: readonly ReadInhibitRule[],
  alerts: readonly KnownAlert[],
): void {
  if (alerts.length === 0) return;
  for (const rule of rules) lintRule(rule, alerts);
  for (const child of root.routes) lintRoute(child, alerts);
  const stranded = alerts.filter((alert) => root.routes.every(({ config }) => !couldMatch(config.matchers, alert)));
  if (root.routes.length === 0 || stranded.length === 0) return;
  warnAt(root.reader.at('receiver') ?? root.reader.cursor, {
    code: 'alertmanager/unrouted-alerts',
    message: `only the first route takes ${listOf(stranded)}: their labels match no other route`,
    hint: 'add a route for them, or give them the labels that routes look for',
  });
}

/** Alerts that only the first route of a tree takes; none of a tree with that route alone. */
export function unroutedAlerts(root: RouteEntry, alerts: readonly KnownAlert[]): readonly KnownAlert[] {
  const children = root.routes.map(({ matchers }) => matchers.flatMap((text) => parseMatchers(text)));
  if (children.length === 0) return [];
  return alerts.filter((alert) => !children.some((matchers) => couldMatch(matchers, alert)));
}

function lintRoute({ config, reader, routes }: ReadRoute, alerts: readonly KnownAlert[]): void {
  const taken = alerts.filter((alert) => couldMatch(config.matchers, alert));
  if (taken.length === 0) {
    warnAt(reader.cursor, {
      code: 'alertmanager/idle-route',
      message: 'no alerting rule has labels that match this route',
      hint: 'compare its matchers with the labels of the rules',
    });
    return;
  }
  for (const child of routes) lintRoute(child, taken);
}

function lintRule({ config, reader }: ReadInhibitRule, alerts: readonly KnownAlert[]): void {
  const sources = alerts.filter((alert) => couldMatch(config.sourceMatchers, alert));
  const targets = alerts.filter((alert) => couldMatch(config.targetMatchers, alert));
  const missing = sources.length === 0 ? 'source' : targets.length === 0 ? 'target' : undefined;
  if (missing !== undefined) {
    warnAt(reader.cursor, {
      code: 'alertmanager/idle-inhibition',
      message: `no alerting rule can be the ${missing} of this rule`,
      hint: `compare its ${missing} matchers with the labels of the rules`,
    });
    return;
  }
  if (sources.some((source) => targets.some((target) => source !== target && canBeEqual(config.equal, source, target))))
    return;
  const isByName = config.equal.includes('alertname');
  warnAt(reader.at('equal') ?? reader.cursor, {
    code: 'alertmanager/idle-inhibition',
    message: isByName
      ? 'no two alerting rules of one name are source and target, and `equal` wants the same `alertname`'
      : 'no two alerting rules that are source and target have the same values of the labels in `equal`',
    hint: isByName
      ? 'remove `alertname` from `equal`, or give the rules of different severity one name'
      : 'compare `equal` with the labels of the rules',
  });
}

function couldMatch(matchers: readonly Matcher[], { labels }: KnownAlert): boolean {
  return matchers.every((matcher) => {
    const value = labels.get(matcher.name);
    return value === undefined || matcher.matches(value);
  });
}

function canBeEqual(equal: readonly string[], a: KnownAlert, b: KnownAlert): boolean {
  return equal.every((name) => {
    const [first, second] = [a.labels.get(name), b.labels.get(name)];
    return first === undefined || second === undefined || first === second;
  });
}

function listOf(alerts: readonly KnownAlert[]): string {
  const names = [...new Set(alerts.map(({ name }) => `\`${name}\``))];
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

function warnAt(
  cursor: Cursor,
  finding: { readonly code: string; readonly message: string; readonly hint: string },
): void {
  const span = cursor.key ?? (cursor.node.kind === 'map' ? cursor.node.entries[0]?.key : undefined);
  cursor.warn({ ...finding, ...(span === undefined ? {} : { span }) });
}
