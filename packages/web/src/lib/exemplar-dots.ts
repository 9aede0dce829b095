/** Exemplars thinned for a chart: at most one in each slot of the width, the largest value of it. Pure. */
import type { Labels } from './chart-data.ts';

export interface Exemplar {
  /** Unix ms. */
  readonly atMs: number;
  readonly value: number;
  /** The exemplar's own labels, such as trace_id. */
  readonly labels: Labels;
  readonly series: Labels;
}

const SLOT_PX = 12;

export function thinExemplars(
  exemplars: readonly Exemplar[],
  fromMs: number,
  toMs: number,
  widthPx: number,
): readonly Exemplar[] {
  const slots = Math.max(1, Math.floor(widthPx / SLOT_PX));
  const slotMs = (toMs - fromMs) / slots;
  const best = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const { atMs, value } = exemplar;
    if (atMs < fromMs || atMs > toMs || !Number.isFinite(value)) continue;
    const slot = Math.min(slots - 1, Math.floor((atMs - fromMs) / slotMs));
    const known = best.get(slot);
    if (known === undefined || value > known.value) best.set(slot, exemplar);
  }
  return [...best.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Exemplars are worth asking for where a query is about a histogram; a person may decide otherwise. */
export function wantsExemplars(choice: string | undefined, exprs: readonly string[]): boolean {
  if (choice === '1') return true;
  if (choice === '0') return false;
  return exprs.some((expr) => /_bucket\b|\bhistogram_quantile\s*\(/.test(expr));
}
