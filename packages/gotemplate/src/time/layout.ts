/** Go's time layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written as the result should look. */
import type { Zone } from './zone.ts';

export interface Instant {
  /** Seconds since the epoch, whole, and the nanoseconds after it. */
  readonly seconds: number;
  readonly nanos: number;
  readonly zone: Zone;
}

export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly yearDay: number;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const DAY = 86_400;

/** Days since the epoch of a date of the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The calendar and clock at this instant in its zone. */
export function civilOf(instant: Instant): Civil {
  const local = instant.seconds + instant.zone.at(instant.seconds).offset;
  const days = Math.floor(local / DAY);
  const inDay = local - days * DAY;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
    hour: Math.floor(inDay / 3600),
    minute: Math.floor((inDay % 3600) / 60),
    second: inDay % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromCivil(year, 1, 1) + 1,
  };
}

const ELEMENTS =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|[Z-]07(?::00:00|0000|:00|00)?|002|0[1-6]|2006|15|__2|_2(?!006)|[1-5]|PM|pm|[.,](?:0+|9+)(?!\d)/g;

/** Time.Format */
export function formatTime(instant: Instant, layout: string): string {
  const civil = civilOf(instant);
  return layout.replace(ELEMENTS, (element) => elementText(element, civil, instant));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function year(value: number): string {
  return value < 0 ? `-${String(-value).padStart(4, '0')}` : String(value).padStart(4, '0');
}

function elementText(element: string, civil: Civil, instant: Instant): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (element) {
    case 'January':
      return MONTHS[civil.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[civil.month - 1] ?? '').slice(0, 3);
    case 'Monday':
      return WEEKDAYS[civil.weekday] ?? '';
    case 'Mon':
      return (WEEKDAYS[civil.weekday] ?? '').slice(0, 3);
    case '2006':
      return year(civil.year);
    case '06':
      return two(((civil.year % 100) + 100) % 100);
    case '01':
      return two(civil.month);
    case '1':
      return String(civil.month);
    case '02':
      return two(civil.day);
    case '_2':
      return String(civil.day).padStart(2, ' ');
    case '2':
      return String(civil.day);
    case '002':
      return String(civil.yearDay).padStart(3, '0');
    case '__2':
      return String(civil.yearDay).padStart(3, ' ');
    case '15':
      return two(civil.hour);
    case '03':
      return two(hour12);
    case '3':
      return String(hour12);
    case '04':
      return two(civil.minute);
    case '4':
      return String(civil.minute);
    case '05':
      return two(civil.second);
    case '5':
      return String(civil.second);
    case 'PM':
      return civil.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return civil.hour >= 12 ? 'pm' : 'am';
    default:
      return /^[.,]/.test(element) ? fraction(element, instant.nanos) : zoneText(element, instant);
  }
}

function fraction(element: string, nanos: number): string {
  const digits = String(nanos)
    .padStart(9, '0')
    .slice(0, element.length - 1)
    .padEnd(element.length - 1, '0');
  if (element[1] === '0') return element.charAt(0) + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : element.charAt(0) + trimmed;
}

function zoneText(element: string, instant: Instant): string {
  const { offset, abbreviation } = instant.zone.at(instant.seconds);
  if (element === 'MST') return abbreviation === '' ? offsetText(offset, '', false, true) : abbreviation;
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const separator = element.includes(':') ? ':' : '';
  const hasSeconds = /^.07(?::00:00|0000)$/.test(element);
  return offsetText(offset, separator, hasSeconds, element.length > 3);
}

function offsetText(offset: number, separator: string, hasSeconds: boolean, hasMinutes: boolean): string {
  const size = Math.abs(offset);
  const parts = [two(Math.floor(size / 3600))];
  if (hasMinutes) parts.push(two(Math.floor((size % 3600) / 60)));
  if (hasSeconds) parts.push(two(size % 60));
  return (offset < 0 ? '-' : '+') + parts.join(separator);
}
