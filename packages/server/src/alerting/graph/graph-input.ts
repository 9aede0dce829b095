/** What a graph of an expression around a moment shows. Times are Unix ms. */

export interface GraphSeries {
  readonly name: string;
  readonly timesMs: readonly number[];
  /** As many as times; NaN and infinities are gaps. */
  readonly values: readonly number[];
}

export interface GraphInput {
  readonly startMs: number;
  readonly endMs: number;
  readonly series: readonly GraphSeries[];
  /** Longest distance of two points that a line connects. */
  readonly maxGapMs: number;
  /** What the rule compares with. */
  readonly threshold?: number;
  /** When the alert began. */
  readonly markMs?: number;
}

/** More would be a tangle. */
export const MAX_SERIES = 10;

/** Told apart by people who see no red or green (Okabe and Ito), dark enough for a white background. */
const COLORS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#8a6d00',
  '#56b4e9',
  '#5b3a8c',
  '#7a7a7a',
  '#a34400',
  '#004d7a',
] as const;

export function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? COLORS[0];
}
