/** Signatures: the labels on which the two sides of a binary operator are matched. */
import { type Labels, METRIC_NAME } from '@sightline/model';
import type { VectorMatching } from '../parser/ast.ts';
import { keyFunction } from './grouping.ts';
import type { Pacer } from './pacer.ts';

/** The labels that decide the match: those of `on`, or all but the name and those of `ignoring`. */
export function matchLabels(labels: Labels, matching: VectorMatching): Labels {
  return signatureOf(matching)(labels);
}

function signatureOf(matching: VectorMatching): (labels: Labels) => Labels {
  const names = signatureNames(matching);
  return (labels) => (matching.on ? labels.keep(names) : labels.drop(names));
}

function signatureNames({ on, labels }: VectorMatching): ReadonlySet<string> {
  return new Set(on ? labels : [...labels, METRIC_NAME]);
}

/** A text that is equal exactly for elements that match, of either side. */
export function signatureKey(matching: VectorMatching): (labels: Labels) => string {
  const names = signatureNames(matching);
  return keyFunction([...names], names, !matching.on);
}

/** Rows by signature, in order of first appearance. */
export async function groupBySignature(
  rows: readonly Labels[],
  matching: VectorMatching,
  pacer: Pacer,
): Promise<Map<string, number[]>> {
  const keyOf = signatureKey(matching);
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows.length; row++) {
    const key = keyOf(rows[row] as Labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
    if (pacer.spends(0)) await pacer.pause();
  }
  return groups;
}
