/** Functions of one value: applied to every present sample, the metric name goes. */
import { acos, asin, atan, cos, cosh, ln, log10, log2, sin, sinh, tan, tanh } from './elementary.ts';

export const MATH_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos,
  acosh: Math.acosh,
  asin,
  asinh: Math.asinh,
  atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos,
  cosh,
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln,
  log10,
  log2,
  rad: (value) => (value * Math.PI) / 180,
  sgn: (value) => (value > 0 ? 1 : value < 0 ? -1 : value),
  sin,
  sinh,
  sqrt: Math.sqrt,
  tan,
  tanh,
};

/** The smaller number, NaN if one is NaN; but -Inf is smaller than NaN, as in Go. */
export function minimum(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}

/** The larger number, NaN if one is NaN; but +Inf is larger than NaN, as in Go. */
export function maximum(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

const SECONDS_PER_400_YEARS = 146_097 * 86_400;

/** UTC calendar fields of a Unix time in seconds, proleptic Gregorian. */
export const DATE_FUNCTIONS: Readonly<Record<string, (seconds: number) => number>> = {
  days_in_month: calendar(31, (date) => daysInMonth(date)),
  day_of_month: calendar(4, (date) => date.getUTCDate()),
  day_of_week: calendar(0, (date) => date.getUTCDay()),
  day_of_year: calendar(339, (date) => {
    const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
    return Math.floor((date.getTime() - newYear) / 86_400_000) + 1;
  }),
  hour: calendar(15, (date) => date.getUTCHours()),
  minute: calendar(30, (date) => date.getUTCMinutes()),
  month: calendar(12, (date) => date.getUTCMonth() + 1),
  year: calendar(292_277_026_596, (date, cycles) => date.getUTCFullYear() + 400 * cycles),
};

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/**
 * The calendar repeats every 400 years, which brings any time into the range of Date. A value that is no int64 of seconds
 * (NaN, infinities) gives `fallback`: what Prometheus shows, whose conversion to int64 yields the smallest one.
 */
function calendar(fallback: number, field: (date: Date, cycles: number) => number): (seconds: number) => number {
  return (seconds) => {
    if (!(Math.abs(seconds) < 2 ** 63)) return fallback;
    const whole = Math.trunc(seconds);
    const cycles = Math.floor(whole / SECONDS_PER_400_YEARS);
    return field(new Date((whole - cycles * SECONDS_PER_400_YEARS) * 1000), cycles);
  };
}
