/** Lint: rules of a file with the same name and the same labels, whose results overwrite each other. */
import { compareStrings } from '@sightline/model';
import type { LabelPair, RuleGroupSpec } from './types.ts';

export interface DuplicateRule {
  readonly name: string;
  readonly labels: readonly LabelPair[];
}

/** Each name with labels that more than one rule has, sorted; an alert and a record of one name count as the same. */
export function findDuplicateRules(groups: readonly RuleGroupSpec[]): DuplicateRule[] {
  const seen = new Map<string, { rule: DuplicateRule; count: number }>();
  for (const { name, labels } of groups.flatMap((group) => group.rules)) {
    const key = JSON.stringify([name, labels]);
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { rule: { name, labels }, count: 1 });
    else known.count++;
  }
  return [...seen.entries()]
    .filter(([, { count }]) => count > 1)
    .sort(([a, { rule: x }], [b, { rule: y }]) => compareStrings(x.name, y.name) || compareStrings(a, b))
    .map(([, { rule }]) => rule);
}
