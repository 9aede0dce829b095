/** Rules filtered, sorted with trouble first, and named by an id that an address can hold. */
import type { LabelSet, RuleEntry, RuleGroupEntry, RuleGroups } from '@sightline/api-types';

/** How a rule fares; the order is that of the list. */
export type RuleCondition = 'failing' | 'firing' | 'pending' | 'waiting' | 'fine';

const CONDITIONS: readonly RuleCondition[] = ['failing', 'firing', 'pending', 'waiting', 'fine'];

export type RuleFilter = 'all' | 'problems' | 'firing' | 'pending' | 'recording';

export const RULE_FILTERS: readonly RuleFilter[] = ['all', 'problems', 'firing', 'pending', 'recording'];

export interface RuleRow {
  readonly id: string;
  readonly rule: RuleEntry;
  readonly group: RuleGroupEntry;
  readonly condition: RuleCondition;
}

export interface GroupRows {
  readonly group: RuleGroupEntry;
  readonly rows: readonly RuleRow[];
  /** Of its worst rule. */
  readonly condition: RuleCondition;
}

export interface FileRows {
  readonly file: string;
  readonly groups: readonly GroupRows[];
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * The id of a rule in `/alerts/rules/:id`: its name and a hash of where it stands.
 * @param nth which of those with the same name in the group
 */
export function ruleId(file: string, group: string, name: string, nth = 0): string {
  const readable = name.replace(/[^A-Za-z0-9_]+/g, '-').slice(0, 60);
  return `${readable}-${hashOf([file, group, name, nth].join('\n'))}`;
}

function conditionOf({ health, state }: RuleEntry): RuleCondition {
  if (health === 'err') return 'failing';
  if (state === 'firing' || state === 'pending') return state;
  return health === 'unknown' ? 'waiting' : 'fine';
}

export function rowsOf(group: RuleGroupEntry): RuleRow[] {
  const seen = new Map<string, number>();
  return group.rules.map((rule) => {
    const nth = seen.get(rule.name) ?? 0;
    seen.set(rule.name, nth + 1);
    return { id: ruleId(group.file, group.name, rule.name, nth), rule, group, condition: conditionOf(rule) };
  });
}

export function findRule({ groups }: RuleGroups, id: string): RuleRow | undefined {
  return groups.flatMap(rowsOf).find((row) => row.id === id);
}

export function lastError({ evaluations }: RuleEntry): string | null {
  return evaluations.at(-1)?.error ?? null;
}

function passes({ rule, condition }: RuleRow, filter: RuleFilter): boolean {
  if (filter === 'all') return true;
  if (filter === 'problems') return condition === 'failing' || condition === 'firing' || condition === 'pending';
  return filter === 'recording' ? rule.kind === 'recording' : rule.state === filter;
}

function hasWords({ rule, group }: RuleRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const labels = Object.entries(rule.labels).map(([name, value]) => `${name}=${value}`);
  const summary = Object.values(rule.annotations);
  const haystack = [rule.name, rule.expr, group.file, group.name, lastError(rule) ?? '', ...labels, ...summary]
    .join(' ')
    .toLowerCase();
  return words.every((word) => haystack.includes(word));
}

const rankOf = (condition: RuleCondition): number => CONDITIONS.indexOf(condition);

/** Files, groups and rules with trouble first; otherwise groups stay in the order of their names, rules as they are written. */
export function arrangeRules({ groups }: RuleGroups, filter: RuleFilter, text: string): FileRows[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll('"', ''))
    .filter((word) => word !== '');
  const files = new Map<string, GroupRows[]>();
  for (const group of groups) {
    const rows = rowsOf(group)
      .filter((row) => passes(row, filter) && hasWords(row, words))
      .sort((a, b) => rankOf(a.condition) - rankOf(b.condition));
    const worst = rows[0];
    if (worst === undefined) continue;
    const known = files.get(group.file) ?? [];
    files.set(group.file, [...known, { group, rows, condition: worst.condition }]);
  }
  return [...files]
    .map(([file, found]) => ({
      file,
      groups: found.sort(
        (a, b) => rankOf(a.condition) - rankOf(b.condition) || a.group.name.localeCompare(b.group.name),
      ),
    }))
    .sort((a, b) => rankOfFile(a) - rankOfFile(b) || a.file.localeCompare(b.file));
}

const rankOfFile = ({ groups }: FileRows): number => Math.min(...groups.map(({ condition }) => rankOf(condition)));

export function countConditions({ groups }: RuleGroups): Readonly<Record<RuleCondition, number>> {
  const counts = { failing: 0, firing: 0, pending: 0, waiting: 0, fine: 0 };
  for (const { rules } of groups) for (const rule of rules) counts[conditionOf(rule)]++;
  return counts;
}

/** The labels that its alerts have for sure: templates are left out, since only an evaluation knows what they become. */
export function plainLabels(rule: RuleEntry): LabelSet {
  const plain = Object.entries(rule.labels).filter(([, value]) => !value.includes('{{'));
  return { alertname: rule.name, ...Object.fromEntries(plain) };
}
