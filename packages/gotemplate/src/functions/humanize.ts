/** Numbers for people, with the units and digits of Prometheus's humanize functions. */
import { FunctionError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import { formatFloat } from '../format/float.ts';
import { sprint } from '../format/print.ts';
import { isDecimal, parseFloat64 } from '../parse/literals.ts';
import { durationSeconds } from '../time/duration.ts';
import { timeFromMs } from '../time/time.ts';
import { basic, type GoValue, typeName } from '../value/values.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const LARGE_1024 = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** A number of any type, or the number in a text; durations count in seconds. */
export function toFloat(value: GoValue): number {
  const plain = basic(value);
  const seconds = durationSeconds(value);
  if (seconds !== undefined) return seconds;
  if (typeof plain === 'number' || typeof plain === 'bigint') return Number(plain);
  if (typeof plain === 'string' && typeof value === 'string') return parsed(plain);
  throw new FunctionError(`can't convert ${typeName(value)} to float`);
}

function parsed(text: string): number {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word !== null) {
    if (/nan/i.test(text)) {
      if (word[1] === '') return Number.NaN;
    } else return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = parseFloat64(text);
  if (value !== undefined) return value;
  const reason = isDecimal(text) ? 'value out of range' : 'invalid syntax';
  throw new FunctionError(`strconv.ParseFloat: parsing ${quote(text)}: ${reason}`);
}

function fourDigits(value: number): string {
  return formatFloat(value, 'g', 4);
}

function scaleDown(value: number, base: number, units: readonly string[]): { value: number; unit: string } {
  let [scaled, unit] = [value, ''];
  for (const next of units) {
    if (Math.abs(scaled) < base) break;
    scaled /= base;
    unit = next;
  }
  return { value: scaled, unit };
}

function scaleUp(value: number): { value: number; unit: string } {
  let [scaled, unit] = [value, ''];
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    scaled *= 1000;
    unit = next;
  }
  return { value: scaled, unit };
}

export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
  const scaled = Math.abs(value) >= 1 ? scaleDown(value, 1000, LARGE) : scaleUp(value);
  return fourDigits(scaled.value) + scaled.unit;
}

export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return fourDigits(value);
  const scaled = scaleDown(value, 1024, LARGE_1024);
  return fourDigits(scaled.value) + scaled.unit;
}

export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return `${fourDigits(seconds)}s`;
  if (Math.abs(seconds) < 1) {
    const scaled = scaleUp(seconds);
    return `${fourDigits(scaled.value)}${scaled.unit}s`;
  }
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  // Go converts to int64 first, and what does not fit becomes the smallest one.
  const whole = size < 2 ** 63 ? BigInt(Math.trunc(size)) : -(2n ** 63n);
  const units = { d: whole / 86_400n, h: (whole / 3_600n) % 24n, m: (whole / 60n) % 60n, s: whole % 60n };
  if (units.d !== 0n) return `${sign}${units.d}d ${units.h}h ${units.m}m ${units.s}s`;
  if (units.h !== 0n) return `${sign}${units.h}h ${units.m}m ${units.s}s`;
  if (units.m !== 0n) return `${sign}${units.m}m ${units.s}s`;
  return `${sign}${fourDigits(size)}s`;
}

export function humanizePercentage(value: number): string {
  return `${fourDigits(value * 100)}%`;
}

/** The moment of a timestamp in seconds, to the millisecond. */
export function momentOf(seconds: number): GoValue {
  if (Math.abs(seconds * 1e9) > 2 ** 63) {
    throw new FunctionError(
      `${formatFloat(seconds, 'g', -1)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return timeFromMs(Math.trunc((seconds * 1e9) / 1e6));
}

export function humanizeTimestamp(seconds: number): string {
  return Number.isFinite(seconds) ? sprint([momentOf(seconds)]) : fourDigits(seconds);
}
