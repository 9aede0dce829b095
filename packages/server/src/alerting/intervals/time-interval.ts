/** Whether a moment lies in a time interval, in the interval's own zone. Source: Alertmanager timeinterval/timeinterval.go. */
import type { Span, TimeInterval } from '../config/types.ts';

interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

export function containsTime(interval: TimeInterval, ms: number): boolean {
  const at = civilTime(ms, interval.location);
  const { times, weekdays, months, years, daysOfMonth } = interval;
  return (
    (times.length === 0 || times.some(({ begin, end }) => at.minute >= begin && at.minute < end)) &&
    isIn(weekdays, at.weekday) &&
    isIn(months, at.month) &&
    isIn(years, at.year) &&
    isDayIn(daysOfMonth, at)
  );
}

function isIn(spans: readonly Span[], value: number): boolean {
  return spans.length === 0 || spans.some(({ begin, end }) => value >= begin && value <= end);
}

function isDayIn(spans: readonly Span[], { year, month, day }: CivilTime): boolean {
  if (spans.length === 0) return true;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayOf = (value: number) => (value < 0 ? last + value + 1 : value);
  return spans.some(
    ({ begin, end }) => dayOf(begin) <= last && day >= dayOf(begin) && day <= Math.min(dayOf(end), last),
  );
}

function civilTime(ms: number, location: string): CivilTime {
  const date = new Date(ms);
  if (location === 'UTC') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: date.getUTCDay(),
      minute: date.getUTCHours() * 60 + date.getUTCMinutes(),
    };
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(location).formatToParts(date)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, minute: hour * 60 + minute };
}

/** One for each zone of the configuration; making one takes longer than using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(location: string): Intl.DateTimeFormat {
  let found = formatters.get(location);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      ...(location === 'Local' ? {} : { timeZone: location }),
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formatters.set(location, found);
  }
  return found;
}
