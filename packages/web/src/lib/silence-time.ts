/** When a silence ends: presets and what people type. */
import { addUnits, parsePoint, type TimeUnit } from './time-point.ts';
import { instantOf, wallClock } from './zone.ts';

export type EndChoice = '30m' | '2h' | 'tomorrow' | 'custom';

export const END_CHOICES: readonly { readonly choice: EndChoice; readonly label: string }[] = [
  { choice: '30m', label: '30 min' },
  { choice: '2h', label: '2 h' },
  { choice: 'tomorrow', label: 'until tomorrow 09:00' },
  { choice: 'custom', label: 'custom' },
];

const MINUTE_MS = 60_000;
const MORNING_HOUR = 9;

/** 09:00 of the zone's next day. */
export function tomorrowMorning(nowMs: number, zone: string): number {
  const today = wallClock(nowMs, zone);
  return instantOf({ ...today, day: today.day + 1, hour: MORNING_HOUR, minute: 0, second: 0 }, zone);
}

const SPAN = /^\s*(?:(?:for|in)\s+)?((?:\d{1,5}\s*[a-z]+\s*)+)$/i;
const PART = /(\d+)\s*([a-z]+)/gi;
const UNITS: Readonly<Record<string, TimeUnit>> = {
  s: 's',
  sec: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
};

/** `90m`, `1d 12h`, `2 hours` from `startMs` on; `18:00`, `2026-11-25 09:00`, `now+6h`. Null for anything else. */
export function parseMoment(text: string, startMs: number, nowMs: number, zone: string): number | null {
  const span = SPAN.exec(text);
  if (span !== null) {
    let ms = startMs;
    for (const [, count, name = ''] of (span[1] ?? '').matchAll(PART)) {
      const unit = UNITS[name.toLowerCase()];
      if (unit === undefined) return null;
      ms = addUnits(ms, Number(count), unit, zone);
    }
    return ms;
  }
  const point = parsePoint(text, 'end', { nowMs, zone });
  if (point === undefined) return null;
  // The grammar of ranges looks back; a silence looks forward.
  const isClock = /^\s*\d{1,2}:\d{2}(:\d{2})?\s*$/.test(text);
  return isClock && point < nowMs ? addUnits(point, 1, 'd', zone) : point;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** As it is typed, in the zone: `2026-11-25 09:00`. */
export function momentText(ms: number, zone: string): string {
  const { year, month, day, hour, minute, second } = wallClock(ms, zone);
  const clock = [hour, minute, ...(second === 0 ? [] : [second])].map(two).join(':');
  return `${year}-${two(month)}-${two(day)} ${clock}`;
}

/** The end that a choice means, or null when the typed text is no time. */
export function endOf(choice: EndChoice, typed: string, startMs: number, nowMs: number, zone: string): number | null {
  switch (choice) {
    case '30m':
      return startMs + 30 * MINUTE_MS;
    case '2h':
      return startMs + 120 * MINUTE_MS;
    case 'tomorrow':
      return tomorrowMorning(startMs, zone);
    case 'custom':
      return parseMoment(typed, startMs, nowMs, zone);
  }
}
