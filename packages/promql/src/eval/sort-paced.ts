/** A stable sort that works a run at a time, so that 100,000 elements do not hold up the event loop. */
import type { Pacer } from './pacer.ts';

const RUN = 2_000;

type Compare<T> = (a: T, b: T) => number;

export async function sortPaced<T>(items: readonly T[], compare: Compare<T>, pacer: Pacer): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += RUN) {
    runs.push(items.slice(from, from + RUN).sort(compare));
    if (pacer.isDue()) await pacer.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [left = [], right] = [runs[i], runs[i + 1]];
      merged.push(right === undefined ? left : await merge(left, right, compare, pacer));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(left: readonly T[], right: readonly T[], compare: Compare<T>, pacer: Pacer): Promise<T[]> {
  const out: T[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const isLeft = r === right.length || (l < left.length && compare(left[l] as T, right[r] as T) <= 0);
    out.push((isLeft ? left[l++] : right[r++]) as T);
    if (out.length % 256 === 0 && pacer.isDue()) await pacer.pause();
  }
  return out;
}
