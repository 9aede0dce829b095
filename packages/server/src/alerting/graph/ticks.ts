/** Round places on axes, and how they are written. */

const STEP_FACTORS = [1, 2, 2.5, 5, 10];

/** Round numbers that span at least [min, max]. */
export function valueTicks(min: number, max: number, count: number): readonly number[] {
  const rough = (max - min) / count;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = base * (STEP_FACTORS.find((factor) => base * factor >= rough) ?? 10);
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step);
  // Multiplied, not added up, and rounded to the digits of the step.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const MINUTE = 60_000;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * MINUTE);

export function timeTicks(startMs: number, endMs: number, count: number): readonly number[] {
  const step = TIME_STEPS.find((candidate) => (endMs - startMs) / candidate <= count) ?? endMs - startMs;
  const ticks: number[] = [];
  for (let at = Math.ceil(startMs / step) * step; at <= endMs; at += step) ticks.push(at);
  return ticks;
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  const [factor, unit] = UNITS.find(([at]) => size >= at) ?? [1, ''];
  return `${Number((value / factor).toPrecision(4))}${unit}`;
}

/** Hours and minutes in UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
