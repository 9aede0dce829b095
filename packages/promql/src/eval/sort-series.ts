/** Sorts the series of a result by labels, a run at a time, so that 100,000 series do not hold up the event loop. */
import { compareLabels, type Labels } from '@sightline/model';
import type { Pacer } from './pacer.ts';

const RUN = 2_000;

interface Labelled {
  readonly labels: Labels;
}

export async function sortSeries<T extends Labelled>(series: readonly T[], pacer: Pacer): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < series.length; from += RUN) {
    runs.push(series.slice(from, from + RUN).sort((a, b) => compareLabels(a.labels, b.labels)));
    if (pacer.isDue()) await pacer.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [left = [], right] = [runs[i], runs[i + 1]];
      merged.push(right === undefined ? left : await merge(left, right, pacer));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T extends Labelled>(left: readonly T[], right: readonly T[], pacer: Pacer): Promise<T[]> {
  const out: T[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const a = left[l];
    const b = right[r];
    if (b === undefined || (a !== undefined && compareLabels(a.labels, b.labels) <= 0)) {
      out.push(a as T);
      l++;
    } else {
      out.push(b);
      r++;
    }
    if (out.length % 256 === 0 && pacer.isDue()) await pacer.pause();
  }
  return out;
}
