/**
 * Time of spans: the wall clock with the resolution of the monotonic one. The distance between both is looked at once a
 * second and follows the wall clock when it was set or the machine slept.
 */
// The global of this name is a getter, which every span would pay twice.
import { performance } from 'node:perf_hooks';
import type { TimeInput } from './span.ts';

const LOOK_EVERY_MS = 1000;
const MAX_DRIFT_MS = 2;

let origin = Date.now() - performance.now();
let lookedAt = performance.now();

/** Milliseconds since 1970 with fractions; about a quarter of a microsecond fine. */
export function nowMs(): number {
  const now = performance.now();
  if (now - lookedAt > LOOK_EVERY_MS) {
    lookedAt = now;
    const wall = Date.now() - now;
    if (Math.abs(wall - origin) > MAX_DRIFT_MS) origin = wall;
  }
  return origin + now;
}

/** A time that was given, in milliseconds since 1970. A number that is no later than `performance.now()` is one of it. */
export function toMs(time: TimeInput): number {
  if (typeof time === 'number') return time <= performance.now() ? origin + time : time;
  if (time instanceof Date) return time.getTime();
  return time[0] * 1000 + time[1] / 1_000_000;
}

export function isTimeInput(value: unknown): value is TimeInput {
  if (typeof value === 'number' || value instanceof Date) return true;
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}
