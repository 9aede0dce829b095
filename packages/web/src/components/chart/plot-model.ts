/** What the plot draws, worked out without a canvas: columns, value range, tooltip rows. */
import { type ChartData, stackColumns } from '../../lib/chart-data.ts';
import type { HiddenKeys } from '../../lib/legend-model.ts';

export type PlotStyle = 'lines' | 'area' | 'points';

export interface PlotShape {
  readonly style: PlotStyle;
  readonly isStacked: boolean;
  readonly isLog: boolean;
  readonly min: number | null;
  readonly max: number | null;
}

export const DEFAULT_SHAPE: PlotShape = { style: 'lines', isStacked: false, isLog: false, min: null, max: null };

export type Column = (number | null)[];

/** Values as the canvas takes them: stacked, and without what a scale cannot show. */
export function plotColumns(data: ChartData, shape: PlotShape, hidden: HiddenKeys): Column[] {
  const raw = data.series.map(({ values }) =>
    values.map((value) => (value === null || !Number.isFinite(value) || (shape.isLog && value <= 0) ? null : value)),
  );
  return shape.isStacked ? stackColumns(raw, (index) => !hidden.has(data.series[index]?.key ?? '')) : raw;
}

/** Columns of the earlier time, drawn under their series: one for each series that has one, or their total when stacked. */
export function ghostColumns(data: ChartData, shape: PlotShape, hidden: HiddenKeys): Column[] {
  const clean = (values: readonly (number | null)[]): Column =>
    values.map((value) => (value === null || !Number.isFinite(value) || (shape.isLog && value <= 0) ? null : value));
  const ghosts = data.series.flatMap(({ key, ghost }) => (ghost === undefined ? [] : [{ key, column: clean(ghost) }]));
  if (!shape.isStacked || ghosts.length === 0) return ghosts.map(({ column }) => column);
  const shown = ghosts.filter(({ key }) => !hidden.has(key));
  return [
    data.times.map((_, at) => {
      const present = shown.map(({ column }) => column[at] ?? null).filter((value) => value !== null);
      return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0);
    }),
  ];
}

/** The value axis: fixed ends win; charts of non-negative values that come near zero, and filled ones, start at zero. */
export function valueRange(dataMin: number | null, dataMax: number | null, shape: PlotShape): [number, number] {
  let low = dataMin ?? 0;
  let high = dataMax ?? 1;
  if (shape.isLog) {
    low = shape.min ?? 10 ** Math.floor(Math.log10(Math.max(low, 1e-12)));
    high = shape.max ?? 10 ** Math.ceil(Math.log10(Math.max(high, low * 10)));
    return [Math.max(low, 1e-12), Math.max(high, low * 10)];
  }
  const isFilled = shape.isStacked || shape.style === 'area';
  const span = high - low;
  const pad = span === 0 ? Math.abs(high) * 0.1 || 1 : span * 0.06;
  const startsAtZero = low >= 0 && (isFilled || low <= high * 0.6 || span === 0);
  const endsAtZero = high <= 0 && (isFilled || high >= low * 0.6);
  const bottom = shape.min ?? (startsAtZero ? 0 : low - pad);
  const top = shape.max ?? (endsAtZero && high <= 0 && low < 0 ? 0 : high + pad);
  return bottom < top ? [bottom, top] : [bottom, bottom + Math.max(1, Math.abs(bottom) * 0.1)];
}

/** Points that have no neighbour would be invisible in a line: they are drawn as dots. */
export function lonelyPoints(column: readonly (number | null)[]): number[] {
  const found: number[] = [];
  for (let index = 0; index < column.length; index++) {
    if (column[index] === null || column[index] === undefined) continue;
    const isAlone = (column[index - 1] ?? null) === null && (column[index + 1] ?? null) === null;
    if (isAlone) found.push(index);
  }
  return found;
}

export interface TooltipRow {
  readonly index: number;
  readonly value: number;
  readonly isNearest: boolean;
}

const TOOLTIP_ROWS = 10;

/**
 * Rows of the tooltip at one instant: the nearest series first, then the nine largest (bottom up when stacked).
 * `distance` gives how far a series' drawn point is from the pointer, in pixels. `order`, from an earlier call, keeps the
 * places of all but the nearest, so that rows do not jump while the pointer moves.
 */
export function tooltipRows(
  data: ChartData,
  at: number,
  hidden: HiddenKeys,
  isStacked: boolean,
  distance: ((index: number) => number) | null,
  order: readonly number[] | null = null,
): { rows: TooltipRow[]; more: number; order: number[] } {
  const present: { index: number; value: number }[] = [];
  data.series.forEach(({ key, values }, index) => {
    const value = values[at];
    if (!hidden.has(key) && value !== null && value !== undefined) present.push({ index, value });
  });
  let nearest: number | null = null;
  if (distance !== null) {
    let best = Number.POSITIVE_INFINITY;
    for (const { index } of present) {
      const far = distance(index);
      if (far < best) [nearest, best] = [index, far];
    }
  }
  const rank = order === null ? null : new Map(order.map((index, at) => [index, at]));
  const place = (index: number): number => rank?.get(index) ?? present.length;
  const sorted = [...present].sort((a, b) => {
    if (rank !== null && place(a.index) !== place(b.index)) return place(a.index) - place(b.index);
    return isStacked ? b.index - a.index : b.value - a.value || a.index - b.index;
  });
  const listed = [...sorted.filter((row) => row.index === nearest), ...sorted.filter((row) => row.index !== nearest)];
  return {
    rows: listed.slice(0, TOOLTIP_ROWS).map((row) => ({ ...row, isNearest: row.index === nearest })),
    more: Math.max(0, listed.length - TOOLTIP_ROWS),
    order: sorted.map(({ index }) => index),
  };
}
