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
  if (rows.length === 0) return { labels, groupOf };
  const names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
  const labelsOf = (series: Labels) => (without ? series.drop(names) : series.keep(names));
  if (!without && names.size === 0) return { labels: [labelsOf(rows[0] as Labels)], groupOf };
  const keyOf = keyFunction([...names], names, without);
  const byKey = new Map<string, number>();
  for (let row = 0; row < rows.length; row++) {
    const series = rows[row] as Labels;
    const key = keyOf(series);
    let index = byKey.get(key);
    if (index === undefined) {
      index = labels.length;
      byKey.set(key, index);
      labels.push(labelsOf(series));
    }
    groupOf[row] = index;
    if (pacer.spends(0)) await pacer.pause();
  }
  return { labels, groupOf };
}

/**
 * A text that is equal exactly for label sets that agree in the kept labels. Built without building the label set, since
 * there are far more series than groups.
 */
export function keyFunction(
  kept: readonly string[],
  names: ReadonlySet<string>,
  without: boolean,
): (labels: Labels) => string {
  if (without) return (labels) => keyWithout(labels, names);
  const [only] = kept;
  if (kept.length === 1 && only !== undefined) return (labels) => labels.get(only);
  return (labels) => keyOfValues(labels, kept);
}

/** Ends a text. Texts that hold it get another kind of key. */
const SEPARATOR = '\u00ff';

function keyOfValues(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const value = labels.get(name);
    key += value + SEPARATOR;
    if (value.includes(SEPARATOR)) return exactKey(names.map((each) => labels.get(each)));
  }
  return key;
}

function keyWithout(labels: Labels, names: ReadonlySet<string>): string {
  const { flat } = labels;
  let key = '';
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (names.has(name)) continue;
    const value = flat[i + 1] as string;
    key += name + SEPARATOR + value + SEPARATOR;
    if (value.includes(SEPARATOR) || name.includes(SEPARATOR)) return exactKey(labels.drop(names).flat);
  }
  return key;
}

/** For texts that hold the separator themselves. A lone surrogate occurs in no label. */
function exactKey(texts: readonly string[]): string {
  return `\ud800${texts.join('\ud800')}`;
}

/** The rows of every group. */
export function rowsByGroup({ labels, groupOf }: Groups): number[][] {
  const rows: number[][] = labels.map(() => []);
  for (let row = 0; row < groupOf.length; row++) (rows[groupOf[row] as number] as number[]).push(row);
  return rows;
}
