/** `alerting.business_hours`: one description of the working week gives the time intervals `business-hours` and `off-hours`. */
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import { reportMissing } from '../../config/integrations/kind.ts';
import { readLocation, readWeekdays } from '../../config/time-intervals.ts';
import type { Span, TimeInterval } from '../../config/types.ts';
import type { PresetIntervals } from './types.ts';

const BUSINESS_HOURS = 'business-hours';
const OFF_HOURS = 'off-hours';

const MONDAY_TO_FRIDAY: readonly Span[] = [{ begin: 1, end: 5 }];
const NINE_TO_FIVE: readonly Span[] = [{ begin: 9 * 60, end: 17 * 60 }];
const DAY_MINUTES = 24 * 60;

const HINTS = {
  location: 'did you mean `timezone`?',
  time_zone: 'did you mean `timezone`?',
  days: 'did you mean `weekdays`?',
  times: "did you mean `hours`? Write it as `hours: ['09:00-17:00']`",
};

export function readBusinessHours(cursor: Cursor): PresetIntervals {
  const reader = ObjectReader.open(cursor, 'a mapping with `timezone`, `weekdays` and `hours`');
  if (reader === undefined) return new Map();
  const location = readTimezone(reader);
  const weekdays = reader.isGiven('weekdays') ? readWeekdays(reader) : MONDAY_TO_FRIDAY;
  const hours = reader.isGiven('hours') ? reader.list('hours', 'a list of hours').flatMap(readHours) : NINE_TO_FIVE;
  reader.finish({ hints: HINTS });
  return new Map([
    [BUSINESS_HOURS, [interval({ weekdays, times: hours, location })]],
    [OFF_HOURS, offHours(weekdays, hours, location)],
  ]);
}

function readTimezone(reader: ObjectReader): string {
  if (!reader.isGiven('timezone')) {
    const hint = 'name the zone of the IANA database in which the hours hold, such as `timezone: Europe/Berlin`';
    reportMissing(reader, 'timezone', 'the business hours have no time zone', hint);
  }
  return readLocation(reader.given('timezone'));
}

/** `09:00-17:00`. */
function readHours(cursor: Cursor): Span[] {
  const text = cursor.string('hours such as `09:00-17:00`');
  if (text === undefined) return [];
  const match = /^([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/.exec(text);
  if (match === null) {
    cursor.error({
      code: 'alerting/hours',
      message: `\`${text}\` is not a range of hours`,
      hint: "write hours and minutes with two digits each: `'09:00-17:00'`",
    });
    return [];
  }
  const begin = Number(match[1]) * 60 + Number(match[2]);
  const end = match[3] === undefined ? DAY_MINUTES : Number(match[3]) * 60 + Number(match[4]);
  if (begin < end) return [{ begin, end }];
  cursor.error({
    code: 'alerting/hours',
    message: `\`${text}\`: the end is not after the start`,
    hint: "for hours over midnight write two ranges: `['18:00-24:00', '00:00-02:00']`",
  });
  return [];
}

/** What is left of the week: the rest of the working days, and the other days. */
function offHours(weekdays: readonly Span[], hours: readonly Span[], location: string): TimeInterval[] {
  const rest = gaps(hours, 0, DAY_MINUTES);
  const isWorking = (day: number) => weekdays.some(({ begin, end }) => day >= begin && day <= end);
  const others = [0, 1, 2, 3, 4, 5, 6].filter((day) => !isWorking(day)).map((day) => ({ begin: day, end: day }));
  const found: TimeInterval[] = [];
  if (rest.length > 0) found.push(interval({ weekdays, times: rest, location }));
  if (others.length > 0) found.push(interval({ weekdays: others, times: [], location }));
  return found;
}

function gaps(spans: readonly Span[], from: number, to: number): Span[] {
  const found: Span[] = [];
  let at = from;
  for (const { begin, end } of spans.toSorted((a, b) => a.begin - b.begin)) {
    if (begin > at) found.push({ begin: at, end: begin });
    at = Math.max(at, end);
  }
  if (at < to) found.push({ begin: at, end: to });
  return found;
}

function interval(fields: Pick<TimeInterval, 'weekdays' | 'times' | 'location'>): TimeInterval {
  return { ...fields, daysOfMonth: [], months: [], years: [] };
}
