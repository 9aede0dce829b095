/** Which rows of a vector an aggregation takes together, and the labels of the results. */
import { type Labels, METRIC_NAME } from '@sightline/model';
import type { Pacer } from './pacer.ts';

export interface Groups {
  /** Labels of every group, in order of first appearance. */
  readonly labels: Labels[];
  /** Group of every row. */
  readonly groupOf: Uint32Array;
}

export async function groupRows(
  rows: readonly Labels[],
  grouping: readonly string[],
  without: boolean,
  pacer: Pacer,
): Promise<Groups> {
  const labels: Labels[] = [];
  const groupOf = new Uint32Array(rows.length);
  const names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
  const isSingle = !without && names.size === 0;
  const byKey = new Map<string, number>();
  for (const [row, series] of rows.entries()) {
    if (isSingle && row > 0) continue;
    const group = without ? series.drop(names) : series.keep(names);
    let index = byKey.get(group.key);
    if (index === undefined) {
      index = labels.length;
      byKey.set(group.key, index);
      labels.push(group);
    }
    groupOf[row] = index;
    if (pacer.isDue()) await pacer.pause();
  }
  return { labels, groupOf };
}

/** The rows of every group. */
export function rowsByGroup({ labels, groupOf }: Groups): number[][] {
  const rows: number[][] = labels.map(() => []);
  for (const [row, group] of groupOf.entries()) rows[group]?.push(row);
  return rows;
}
