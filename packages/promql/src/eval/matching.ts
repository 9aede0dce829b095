/** Signatures: the labels on which the two sides of a binary operator are matched. */
import { type Labels, METRIC_NAME } from '@sightline/model';
import type { VectorMatching } from '../parser/ast.ts';
import type { Pacer } from './pacer.ts';

/** The labels that decide the match: those of `on`, or all but the name and those of `ignoring`. */
export function matchLabels(labels: Labels, matching: VectorMatching): Labels {
  return signatureOf(matching)(labels);
}

export function signatureOf(matching: VectorMatching): (labels: Labels) => Labels {
  if (matching.on) {
    const kept = new Set(matching.labels);
    return (labels) => labels.keep(kept);
  }
  const dropped = new Set([...matching.labels, METRIC_NAME]);
  return (labels) => labels.drop(dropped);
}

/** Rows by signature, in order of first appearance. */
export async function groupBySignature(
  rows: readonly Labels[],
  matching: VectorMatching,
  pacer: Pacer,
): Promise<Map<string, number[]>> {
  const signature = signatureOf(matching);
  const groups = new Map<string, number[]>();
  for (const [row, labels] of rows.entries()) {
    const { key } = signature(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
    if (pacer.isDue()) await pacer.pause();
  }
  return groups;
}
