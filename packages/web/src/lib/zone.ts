/** Wall clock in a time zone: parts of an instant, and back, with daylight saving. No dependency but Intl. */

export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `browser` and the empty text mean the browser's own zone, `utc` is UTC, anything else an IANA name. */
export function resolveZone(zone: string): string {
  if (zone === '' || zone === 'browser') return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone.toLowerCase() === 'utc' ? 'UTC' : zone;
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: resolveZone(zone) });
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const name = resolveZone(zone);
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(name, format);
  }
  return format;
}

export function wallClock(ms: number, zone: string): WallClock {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

function asUtc(wall: WallClock): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

/** Milliseconds to add to UTC to get the zone's wall clock. */
function zoneOffsetMs(ms: number, zone: string): number {
  const whole = Math.floor(ms / 1000) * 1000;
  return asUtc(wallClock(whole, zone)) - whole;
}

/**
 * The instant at which the zone's clock shows `wall` (fields may overflow: day 0, hour 30). A time that the clock
 * skips moves forward by the gap; a time that it shows twice is the first one.
 */
export function instantOf(wall: WallClock, zone: string): number {
  const naive = asUtc(wall);
  const before = zoneOffsetMs(naive - 86_400_000, zone);
  const after = zoneOffsetMs(naive + 86_400_000, zone);
  const candidates = [naive - Math.max(before, after), naive - Math.min(before, after)];
  for (const candidate of candidates) if (zoneOffsetMs(candidate, zone) + candidate === naive) return candidate;
  return naive - before;
}

/** `UTC`, `UTC+2`, `UTC+5:30`. */
export function offsetName(ms: number, zone: string): string {
  const minutes = Math.round(zoneOffsetMs(ms, zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const rest = Math.abs(minutes) % 60;
  const sign = minutes < 0 ? '−' : '+';
  return `UTC${sign}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
