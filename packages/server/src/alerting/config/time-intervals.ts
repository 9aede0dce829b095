/** Named time intervals. Rules: Alertmanager timeinterval/timeinterval.go. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { closest } from '../../lib/yaml-suggest.ts';
import { reportMissing } from './integrations/kind.ts';
import { entriesOf } from './kit.ts';
import type { Span, TimeInterval } from './types.ts';

export interface ReadIntervals {
  readonly intervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Where each name stands. */
  readonly places: ReadonlyMap<string, Cursor>;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = 'january february march april may june july august september october november december'.split(' ');

const HINTS = {
  time_zone: 'did you mean `location`?',
  timezone: 'did you mean `location`?',
  tz: 'did you mean `location`?',
  days: 'did you mean `weekdays` or `days_of_month`?',
  start_time: '`start_time` and `end_time` stand in `times: [{start_time: ..., end_time: ...}]`',
  end_time: '`start_time` and `end_time` stand in `times: [{start_time: ..., end_time: ...}]`',
};

export function readTimeIntervals(root: ObjectReader): ReadIntervals {
  const intervals = new Map<string, readonly TimeInterval[]>();
  const places = new Map<string, Cursor>();
  for (const key of ['mute_time_intervals', 'time_intervals']) {
    for (const cursor of entriesOf(root, key, 'a list of named time intervals')) {
      const reader = ObjectReader.open(cursor, 'a time interval with `name` and `time_intervals`');
      if (reader === undefined) continue;
      const name = reader.string('name');
      if (name === '') reportMissing(reader, 'name', 'a time interval has no name', 'routes name them: add `name`');
      else if (intervals.has(name)) {
        reader.at('name')?.error({
          code: 'alertmanager/duplicate-interval',
          message: `there are two time intervals \`${name}\``,
          hint: 'put the lists of both into one, or rename one',
        });
      }
      intervals.set(name, entriesOf(reader, 'time_intervals', 'a list of time intervals').flatMap(readInterval));
      places.set(name, reader.at('name') ?? cursor);
      reader.finish({ hints: { ...HINTS, times: '`times` stands in an entry of the inner `time_intervals`' } });
    }
  }
  return { intervals, places };
}

function readInterval(cursor: Cursor): TimeInterval[] {
  const reader = ObjectReader.open(cursor, 'a mapping with keys such as `times` and `weekdays`');
  if (reader === undefined) return [];
  const interval = {
    times: reader.list('times', 'a list of times').flatMap((item) => readTimes(item) ?? []),
    weekdays: readWeekdays(reader),
    daysOfMonth: readRanges(reader, 'days_of_month', dayRange),
    months: readRanges(reader, 'months', monthRange),
    years: readRanges(reader, 'years', yearRange),
    location: readLocation(reader.given('location')),
  };
  reader.finish({ hints: HINTS });
  return [interval];
}

function readTimes(cursor: Cursor): Span | undefined {
  const reader = ObjectReader.open(cursor, 'a mapping with `start_time` and `end_time`');
  if (reader === undefined) return undefined;
  const begin = readMinute(reader, 'start_time');
  const end = readMinute(reader, 'end_time');
  reader.finish({ hints: { start: 'did you mean `start_time`?', end: 'did you mean `end_time`?' } });
  if (begin === undefined || end === undefined) return undefined;
  if (begin < end) return { begin, end };
  return reader.at('end_time')?.error({
    code: 'alertmanager/time-range',
    message: 'the end is not after the start',
    hint: 'for a time over midnight write two entries: one that ends at `24:00`, one that starts at `00:00`',
  });
}

function readMinute(reader: ObjectReader, key: string): number | undefined {
  const cursor = reader.at(key);
  const text = cursor?.string('a time such as `09:00`');
  if (cursor !== undefined && text === undefined) return undefined;
  if (cursor === undefined || text === undefined || text === '')
    return reportMissing(
      reader,
      key,
      `\`${key}\` is missing`,
      "write both: `{start_time: '09:00', end_time: '17:00'}`",
    );
  const match = /^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/.exec(text);
  if (match !== null) return match[1] === undefined ? 1440 : Number(match[1]) * 60 + Number(match[2]);
  return cursor.error({
    code: 'alertmanager/time',
    message: `\`${text}\` is not a time of day`,
    hint: 'write hours and minutes with two digits each, such as `09:00`',
  });
}

/** `weekdays`: ranges of English names. */
export function readWeekdays(reader: ObjectReader): Span[] {
  return readRanges(reader, 'weekdays', weekdayRange);
}

type ReadRange = (begin: string, end: string) => Span | string;

function readRanges(reader: ObjectReader, key: string, read: ReadRange): Span[] {
  return reader.list(key, 'a list of ranges').flatMap((item) => {
    const text = item.string('a range such as `a:b`')?.toLowerCase();
    if (text === undefined) return [];
    const parts = text.split(':');
    const range = parts.length > 2 ? 'a range has one colon' : read(parts[0] ?? '', parts[1] ?? parts[0] ?? '');
    if (typeof range !== 'string') return [range];
    item.error({ code: 'alertmanager/time-range', message: `\`${text}\`: ${range}`, hint: RANGE_HINTS[key] });
    return [];
  });
}

const RANGE_HINTS: Readonly<Record<string, string>> = {
  weekdays: "write days by their English names: `['monday:friday', 'sunday']`; the week starts on Sunday",
  days_of_month: "write numbers from 1 to 31, or from the end of the month: `['1:5', '-3:-1']`",
  months: "write English names or numbers: `['january:march', '12']`",
  years: "write numbers: `['2026:2027', '2030']`",
};

function weekdayRange(begin: string, end: string): Span | string {
  const [from, to] = [WEEKDAYS.indexOf(begin), WEEKDAYS.indexOf(end)];
  if (from === -1 || to === -1) {
    const wrong = from === -1 ? begin : end;
    const near = closest(wrong, WEEKDAYS);
    return `\`${wrong}\` is not a day of the week${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  return from <= to ? { begin: from, end: to } : 'the end is before the start';
}

function dayRange(begin: string, end: string): Span | string {
  const [from, to] = [wholeNumber(begin), wholeNumber(end)];
  if (from === undefined || to === undefined) return 'that is not a number';
  for (const day of [from, to]) if (day === 0 || day < -31 || day > 31) return `there is no day ${day} in a month`;
  if (from < 0 && to > 0) return 'a range that starts from the end of the month has to end there too';
  // A month has at least 28 days.
  const at = (day: number) => (day < 0 ? 28 + day : day);
  return at(from) <= at(to) ? { begin: from, end: to } : 'the end is before the start';
}

function monthRange(begin: string, end: string): Span | string {
  const month = (text: string) => (MONTHS.includes(text) ? MONTHS.indexOf(text) + 1 : wholeNumber(text));
  const [from, to] = [month(begin), month(end)];
  if (from === undefined || to === undefined) return 'that is not a month';
  return from <= to ? { begin: from, end: to } : 'the end is before the start';
}

function yearRange(begin: string, end: string): Span | string {
  const [from, to] = [wholeNumber(begin), wholeNumber(end)];
  if (from === undefined || to === undefined) return 'that is not a number';
  return from <= to ? { begin: from, end: to } : 'the end is before the start';
}

function wholeNumber(text: string): number | undefined {
  return /^[-+]?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** UTC when nothing is given. */
export function readLocation(cursor: Cursor | undefined): string {
  const name = cursor?.string('the name of a time zone');
  if (cursor === undefined || name === undefined || name === '' || name === 'UTC') return 'UTC';
  if (name === 'Local' || isZone(name)) return name;
  cursor.error({
    code: 'alertmanager/time-zone',
    message: `there is no time zone \`${name}\``,
    hint: 'write a name of the IANA database such as `Europe/Berlin`, `UTC` or `Local`',
  });
  return 'UTC';
}

function isZone(name: string): boolean {
  if (/^[-+]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
