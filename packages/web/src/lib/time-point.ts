/** One point of the time grammar: `now-6h/d`, epochs, ISO 8601, `14:00`, `nov 20 14:00`. Grafana's relative form. */
import { instantOf, type WallClock, wallClock } from './zone.ts';

export type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'y';

export interface PointContext {
  readonly nowMs: number;
  readonly zone: string;
}

const RELATIVE = /^now(?:([+-])(\d{1,6})([smhdwMQy]))?(?:\/([smhdwMQy]))?$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const NAMED = /^([a-z]{3,9})\s+(\d{1,2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIXED: Partial<Record<TimeUnit, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

export function isRelativePoint(text: string): boolean {
  return RELATIVE.test(text);
}

/** Adds whole units; days and longer follow the calendar of the zone, so a day can last 23 or 25 hours. */
export function addUnits(ms: number, count: number, unit: TimeUnit, zone: string): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return ms + count * fixed;
  const wall = wallClock(ms, zone);
  const fraction = ms - Math.floor(ms / 1000) * 1000;
  if (unit === 'd' || unit === 'w') {
    return instantOf({ ...wall, day: wall.day + count * (unit === 'w' ? 7 : 1) }, zone) + fraction;
  }
  const months = count * (unit === 'M' ? 1 : unit === 'Q' ? 3 : 12);
  const index = wall.year * 12 + wall.month - 1 + months;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return instantOf({ ...wall, year, month, day: Math.min(wall.day, lastDay) }, zone) + fraction;
}

/** Start of the unit that holds `ms`. Weeks start on Monday. */
export function startOfUnit(ms: number, unit: TimeUnit, zone: string): number {
  if (unit === 's' || unit === 'm') return Math.floor(ms / (FIXED[unit] ?? 1)) * (FIXED[unit] ?? 1);
  const wall = wallClock(ms, zone);
  const start: WallClock = { ...wall, minute: 0, second: 0 };
  if (unit === 'h') return ms - wall.minute * 60_000 - wall.second * 1_000 - (((ms % 1000) + 1000) % 1000);
  const day = { ...start, hour: 0 };
  if (unit === 'd') return instantOf(day, zone);
  if (unit === 'w') {
    const weekday = (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
    return instantOf({ ...day, day: wall.day - weekday }, zone);
  }
  const month = unit === 'M' ? wall.month : unit === 'Q' ? wall.month - ((wall.month - 1) % 3) : 1;
  return instantOf({ ...day, month, day: 1 }, zone);
}

/** Last millisecond of the unit that holds `ms`, as Grafana rounds the end of a range. */
function endOfUnit(ms: number, unit: TimeUnit, zone: string): number {
  return startOfUnit(addUnits(startOfUnit(ms, unit, zone), 1, unit, zone), unit, zone) - 1;
}

/**
 * Milliseconds of one point, or undefined when the text is none. `edge` decides which end `/unit` rounds to. A clock
 * time or date without a year that would lie in the future means the last one in the past.
 */
export function parsePoint(text: string, edge: 'start' | 'end', context: PointContext): number | undefined {
  const point = text.trim();
  const { nowMs, zone } = context;
  const relative = RELATIVE.exec(point);
  if (relative !== null) {
    const [, sign, count, unit, round] = relative;
    let ms = nowMs;
    if (unit !== undefined) ms = addUnits(ms, Number(count) * (sign === '-' ? -1 : 1), unit as TimeUnit, zone);
    if (round === undefined) return ms;
    return edge === 'start' ? startOfUnit(ms, round as TimeUnit, zone) : endOfUnit(ms, round as TimeUnit, zone);
  }
  if (/^\d{13}$/.test(point)) return Number(point);
  if (/^\d{10}(\.\d{1,3})?$/.test(point)) return Math.round(Number(point) * 1000);
  if (ISO.test(point)) {
    const ms = Date.parse(point.toUpperCase());
    return Number.isNaN(ms) ? undefined : ms;
  }
  return parseLocal(point, context) ?? parseClock(point, context) ?? parseNamed(point, context);
}

function inRange(month: number, day: number, hour: number, minute: number, second: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 && second <= 59;
}

function parseLocal(point: string, { zone }: PointContext): number | undefined {
  const match = LOCAL.exec(point);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const isRealDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!isRealDay || !inRange(month, day, hour, minute, second)) return undefined;
  return instantOf({ year, month, day, hour, minute, second }, zone) + Number((match[7] ?? '0').padEnd(3, '0'));
}

function parseClock(point: string, { nowMs, zone }: PointContext): number | undefined {
  const match = CLOCK.exec(point);
  if (match === null) return undefined;
  const [hour = 0, minute = 0, second = 0] = match.slice(1, 4).map((part) => Number(part ?? 0));
  if (!inRange(1, 1, hour, minute, second)) return undefined;
  const wall = { ...wallClock(nowMs, zone), hour, minute, second };
  const today = instantOf(wall, zone);
  return today <= nowMs ? today : instantOf({ ...wall, day: wall.day - 1 }, zone);
}

function parseNamed(point: string, { nowMs, zone }: PointContext): number | undefined {
  const match = NAMED.exec(point);
  if (match === null) return undefined;
  const month = MONTHS.indexOf((match[1] ?? '').slice(0, 3).toLowerCase()) + 1;
  const [day = 0, hour = 0, minute = 0, second = 0] = match.slice(2, 6).map((part) => Number(part ?? 0));
  if (month === 0 || !inRange(month, day, hour, minute, second)) return undefined;
  const wall = { year: wallClock(nowMs, zone).year, month, day, hour, minute, second };
  const ms = instantOf(wall, zone);
  return ms <= nowMs ? ms : instantOf({ ...wall, year: wall.year - 1 }, zone);
}
