/** Comparing with an earlier time: how far back, how much changed, and joining earlier values to today's series. Pure. */
import { type ChartData, statsOf } from './chart-data.ts';
import { formatSpan } from './time-format.ts';

/** As the `cmp` parameter of the address bar spells it. */
export type CompareChoice = 'previous' | '1d' | '1w';

export const COMPARE_CHOICES: readonly {
  readonly choice: CompareChoice;
  readonly label: string;
  /** After "compared with" and "vs". */
  readonly words: string;
  readonly keys: string;
}[] = [
  { choice: 'previous', label: 'Previous period', words: 'previous period', keys: 't p' },
  { choice: '1d', label: '1 day before', words: '1 day before', keys: 't d' },
  { choice: '1w', label: '1 week before', words: '1 week before', keys: 't w' },
];

const DAY_MS = 86_400_000;

export function compareChoice(text: string | undefined): CompareChoice | null {
  return COMPARE_CHOICES.find(({ choice }) => choice === text)?.choice ?? null;
}

export function compareWords(choice: CompareChoice): string {
  return COMPARE_CHOICES.find((one) => one.choice === choice)?.words ?? choice;
}

/** Fits after "no data": `in the previous period`, `1 day before`. */
export function compareWhen(choice: CompareChoice): string {
  return choice === 'previous' ? 'in the previous period' : compareWords(choice);
}

/** How far back the earlier values are taken: a whole number of steps, so that both lie on one grid. */
export function compareShiftMs(choice: CompareChoice, rangeMs: number, stepMs: number): number {
  const wanted = choice === 'previous' ? rangeMs : choice === '1d' ? DAY_MS : 7 * DAY_MS;
  return Math.max(1, Math.round(wanted / stepMs)) * stepMs;
}

/** Gives each series its values of the earlier time, by key. Both must have the same number of steps. */
export function withGhosts(data: ChartData, earlier: ChartData): ChartData {
  if (earlier.series.length === 0) return data;
  const byKey = new Map(earlier.series.map(({ key, values }) => [key, values]));
  return {
    times: data.times,
    series: data.series.map((series) => {
      const ghost = byKey.get(series.key);
      return ghost === undefined ? series : { ...series, ghost: ghost.slice(0, data.times.length) };
    }),
  };
}

export interface Change {
  /** Means over the shown range and over the one before. */
  readonly now: number;
  readonly before: number;
  /** `now / before - 1`, null when there is nothing to divide by. */
  readonly share: number | null;
}

/** How the mean differs from the earlier mean; null when either is missing. */
export function changeOf(
  values: readonly (number | null)[],
  ghost: readonly (number | null)[] | undefined,
): Change | null {
  const now = statsOf(values).mean;
  const before = ghost === undefined ? null : statsOf(ghost).mean;
  if (now === null || before === null) return null;
  return { now, before, share: before === 0 ? (now === 0 ? 0 : null) : (now - before) / Math.abs(before) };
}

const NNBSP = '\u202f';
const LARGEST_PERCENT = 1_000;

/** `▲ +12 %`, `▼ −3.4 %`, `= 0 %`; large growth as a factor, growth from nothing as `▲ from 0`; `–` when unknown. */
export function formatChange(change: Change | null): string {
  if (change === null) return '–';
  const { now, before, share } = change;
  if (share === null) return `${now > 0 ? '▲' : '▼'} from 0`;
  const percent = share * 100;
  const size = Math.abs(percent);
  if (size < 0.05) return `= 0${NNBSP}%`;
  if (percent >= LARGEST_PERCENT && before > 0) return `▲ ×${Math.round(now / before)}`;
  const digits = size >= 10 ? size.toFixed(0) : size.toFixed(1).replace(/\.0$/, '');
  return percent > 0 ? `▲ +${digits}${NNBSP}%` : `▼ −${digits}${NNBSP}%`;
}

/** `1 d 2 h earlier` for the line under a chart. */
export function shiftWords(choice: CompareChoice, shiftMs: number): string {
  return choice === 'previous' ? `previous period, ${formatSpan(shiftMs)} earlier` : compareWords(choice);
}
