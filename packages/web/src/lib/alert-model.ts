/** Alerts shaped for a list: how bad, what sets one apart, filters, groups, incidents. Pure. */
import type { AlertIncident, AlertInstance, AlertInstanceState } from '@sightline/api-types';
import { type Matcher, parseMatchers } from './matchers.ts';

export type SeverityKind = 'crit' | 'warn' | 'info' | 'unknown';

export interface Severity {
  readonly kind: SeverityKind;
  readonly word: string;
}

const KINDS: Readonly<Record<string, SeverityKind>> = {
  critical: 'crit',
  page: 'crit',
  error: 'warn',
  warning: 'warn',
  info: 'info',
  none: 'info',
};

/** The word of the label `severity`, and which of the glyphs belongs to it. */
export function severityOf(labels: AlertInstance['labels']): Severity {
  const word = labels['severity'] ?? '';
  return word === ''
    ? { kind: 'unknown', word: 'no severity' }
    : { kind: KINDS[word.toLowerCase()] ?? 'unknown', word };
}

export const STATES: readonly { readonly state: AlertInstanceState; readonly label: string }[] = [
  { state: 'firing', label: 'Firing' },
  { state: 'pending', label: 'Pending' },
  { state: 'silenced', label: 'Silenced' },
  { state: 'inhibited', label: 'Inhibited' },
  { state: 'muted', label: 'Muted' },
  { state: 'resolved', label: 'Resolved' },
];

const DEFAULT_STATES: readonly AlertInstanceState[] = ['firing', 'pending'];

/** From the address bar: `firing,silenced`; what asks for attention when there is nothing. */
export function statesOf(text: string | undefined): ReadonlySet<AlertInstanceState> {
  if (text === undefined) return new Set(DEFAULT_STATES);
  const words = text.split(',');
  return new Set(STATES.flatMap(({ state }) => (words.includes(state) ? [state] : [])));
}

/** For the address bar; null for the states that are shown anyway. */
export function statesText(states: ReadonlySet<AlertInstanceState>): string | null {
  const isDefault = states.size === DEFAULT_STATES.length && DEFAULT_STATES.every((one) => states.has(one));
  return isDefault ? null : STATES.flatMap(({ state }) => (states.has(state) ? [state] : [])).join(',');
}

/** Labels that say where, most telling first; others follow by name. */
const TELLING = [
  'service',
  'job',
  'instance',
  'namespace',
  'pod',
  'container',
  'mountpoint',
  'device',
  'route',
  'path',
];
const SAID_ELSEWHERE = new Set(['alertname', 'severity']);

/** The labels worth a place in the row; of those with the same value the most telling. */
export function keyLabels(labels: AlertInstance['labels']): readonly (readonly [name: string, value: string])[] {
  const rank = (name: string): number => (TELLING.includes(name) ? TELLING.indexOf(name) : TELLING.length);
  const sorted = Object.entries(labels)
    .filter(([name]) => !SAID_ELSEWHERE.has(name))
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  return sorted.filter(([, value], at) => sorted.findIndex((other) => other[1] === value) === at);
}

export interface AlertFilter {
  readonly matchers: readonly Matcher[];
  readonly words: readonly string[];
}

const TOKEN = /(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g;

/** `severity=critical team=~"pay|shop" checkout`: matchers and free words, apart by spaces or commas. */
export function parseAlertFilter(text: string): AlertFilter {
  const matchers: Matcher[] = [];
  const words: string[] = [];
  const bare = text.trim().replace(/^\{(.*)\}$/s, '$1');
  for (const [token] of bare.matchAll(TOKEN)) {
    const found = /[=~]/.test(token) ? parseMatchers(token.replace(/,$/, '')) : null;
    if (found !== null) matchers.push(...found);
    else words.push(token.replaceAll('"', '').toLowerCase());
  }
  return { matchers, words: words.filter((word) => word !== '') };
}

/** A matcher as a function of a label's value. Regular expressions are compiled elsewhere, and safely. */
export type MatchTest = (labels: AlertInstance['labels']) => boolean;

export function filterAlerts(
  alerts: readonly AlertInstance[],
  states: ReadonlySet<AlertInstanceState>,
  words: readonly string[],
  tests: readonly MatchTest[],
): readonly AlertInstance[] {
  return alerts.filter(
    (alert) =>
      states.has(alert.state) &&
      tests.every((test) => test(alert.labels)) &&
      (words.length === 0 || hasWords(alert, words)),
  );
}

function hasWords(alert: AlertInstance, words: readonly string[]): boolean {
  const parts = [alert.name, ...Object.values(alert.labels), ...Object.values(alert.annotations), ...alert.receivers];
  const text = parts.join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

export type GroupBy = 'rule' | 'service' | 'none';

export const GROUPINGS: readonly { readonly by: GroupBy; readonly label: string }[] = [
  { by: 'none', label: 'none' },
  { by: 'rule', label: 'rule' },
  { by: 'service', label: 'service' },
];

interface AlertRow {
  readonly kind: 'alert';
  readonly key: string;
  readonly alert: AlertInstance;
  /** Inside a group or an incident that is open. */
  readonly depth: 0 | 1;
}

export interface FoldRow {
  readonly kind: 'group' | 'incident';
  readonly key: string;
  readonly title: string;
  /** The worst first; never empty. */
  readonly alerts: readonly AlertInstance[];
  readonly worst: AlertInstance;
  readonly isOpen: boolean;
}

export type ListRow = AlertRow | FoldRow;

interface RowOptions {
  readonly by: GroupBy;
  readonly incidents: readonly AlertIncident[];
  /** Keys whose fold is not as it is by itself: groups are open, incidents closed. */
  readonly turned: ReadonlySet<string>;
}

/** What the list shows, in the order of `alerts`: a fold stands where its first alert would. */
export function listRows(alerts: readonly AlertInstance[], { by, incidents, turned }: RowOptions): readonly ListRow[] {
  const titles = new Map(incidents.map(({ id, title }) => [id, title]));
  const members = new Map<string, AlertInstance[]>();
  const foldOf = (alert: AlertInstance): string | null => {
    if (by === 'rule') return `rule:${alert.name}`;
    if (by === 'service') return `service:${serviceOf(alert.labels)}`;
    return alert.incidentId === null || alert.state !== 'firing' ? null : `incident:${alert.incidentId}`;
  };
  for (const alert of alerts) {
    const key = foldOf(alert);
    if (key !== null) members.set(key, [...(members.get(key) ?? []), alert]);
  }
  const rows: ListRow[] = [];
  const done = new Set<string>();
  for (const alert of alerts) {
    const key = foldOf(alert);
    const inside = key === null ? [] : (members.get(key) ?? []);
    // An incident of which one alert is left, or one is shown, is that alert.
    if (key === null || (by === 'none' && inside.length < 2)) {
      rows.push({ kind: 'alert', key: alert.fingerprint, alert, depth: 0 });
      continue;
    }
    if (done.has(key)) continue;
    done.add(key);
    const isOpen = (by !== 'none') !== turned.has(key);
    const title =
      by === 'rule'
        ? alert.name
        : by === 'service'
          ? serviceOf(alert.labels)
          : (titles.get(alert.incidentId ?? '') ?? 'began together');
    rows.push({ kind: by === 'none' ? 'incident' : 'group', key, title, alerts: inside, worst: alert, isOpen });
    if (!isOpen) continue;
    for (const one of inside) rows.push({ kind: 'alert', key: one.fingerprint, alert: one, depth: 1 });
  }
  return rows;
}

function serviceOf(labels: AlertInstance['labels']): string {
  return labels['service'] ?? labels['job'] ?? 'no service';
}

/** One sentence about an alert for a person: its summary, or else its description. */
export function sentenceOf({ annotations }: AlertInstance): string {
  return annotations['summary'] ?? annotations['message'] ?? annotations['description'] ?? '';
}

/** Why nothing is or will be sent for it. Empty when nothing holds it back. */
export function heldWords({ silencedBy, inhibitedBy, mutedBy }: AlertInstance): string {
  if (silencedBy.length > 0) return silencedBy.length === 1 ? 'silenced' : `${silencedBy.length} silences`;
  if (inhibitedBy.length > 0)
    return `held back by ${inhibitedBy.length === 1 ? 'another alert' : `${inhibitedBy.length} other alerts`}`;
  return mutedBy.length > 0 ? `quiet: ${mutedBy.join(', ')}` : '';
}
