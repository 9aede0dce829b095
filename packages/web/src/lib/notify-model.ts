/** The tree of routes as rows, and labels that people type to try it. */
import type { LabelSet, NotifyStatus, ReceiverEntry, RouteEntry } from '@sightline/api-types';
import { parseMatchers } from './matchers.ts';

export interface RouteRow {
  readonly route: RouteEntry;
  readonly depth: number;
  /** Differs from its parent, so that a reader sees what it changes. */
  readonly changed: Readonly<Record<'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs', boolean>>;
}

export function routeRows(root: RouteEntry): RouteRow[] {
  const rows: RouteRow[] = [];
  const visit = (route: RouteEntry, parent: RouteEntry | null, depth: number): void => {
    rows.push({
      route,
      depth,
      changed: {
        groupBy: String(route.groupBy) !== String(parent?.groupBy),
        groupWaitMs: route.groupWaitMs !== parent?.groupWaitMs,
        groupIntervalMs: route.groupIntervalMs !== parent?.groupIntervalMs,
        repeatIntervalMs: route.repeatIntervalMs !== parent?.repeatIntervalMs,
      },
    });
    for (const child of route.routes) visit(child, route, depth + 1);
  };
  visit(root, null, 0);
  return rows;
}

/** The ids on the way from the root to a route, without the route: `0.2.1` gives '', `0`, `0.2`. */
export function ancestorsOf(id: string): readonly string[] {
  const parts = id === '' ? [] : id.split('.');
  return parts.map((_, index) => parts.slice(0, index).join('.'));
}

/** Labels of `a=b, c="d"`; null when it is anything else. */
export function labelsOf(text: string): LabelSet | null {
  const matchers = parseMatchers(text);
  if (matchers === null || matchers.some(({ op }) => op !== '=')) return null;
  return Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
}

export type ReceiverCondition = 'failing' | 'unused' | 'empty' | 'untried' | 'fine';

export function conditionOf({ integrations, isUsed }: ReceiverEntry): ReceiverCondition {
  if (integrations.some(({ lastResult }) => lastResult !== null && !lastResult.isOk)) return 'failing';
  if (!isUsed) return 'unused';
  if (integrations.length === 0) return 'empty';
  return integrations.some(({ lastResult }) => lastResult !== null) ? 'fine' : 'untried';
}

const RANK: readonly ReceiverCondition[] = ['failing', 'empty', 'untried', 'fine', 'unused'];

/** Those that fail first, those that nobody uses last. */
export function sortReceivers({ receivers }: NotifyStatus): readonly ReceiverEntry[] {
  return [...receivers].sort((a, b) => RANK.indexOf(conditionOf(a)) - RANK.indexOf(conditionOf(b)));
}
