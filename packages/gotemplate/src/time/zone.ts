/** Time zones by IANA name, from the runtime's own data. */
import { FunctionError } from '../errors.ts';

export interface Zone {
  /** Location.String: `UTC`, `Local`, `Europe/Berlin`, or empty for a bare offset. */
  readonly name: string;
  /** Offset from UTC in seconds and abbreviation at this moment (seconds since the epoch); empty when it has none. */
  at(seconds: number): { readonly offset: number; readonly abbreviation: string };
}

export const UTC: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) };

export function fixedZone(offset: number): Zone {
  return { name: '', at: () => ({ offset, abbreviation: '' }) };
}

/** Locales whose English writes the abbreviation of their own zones. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-IN', 'en-ZA', 'en-NZ'];

/** Abbreviations of zones without daylight saving time that no English locale writes. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['Asia/Tokyo', 'JST'],
  ['Asia/Seoul', 'KST'],
  ['Asia/Shanghai', 'CST'],
  ['Asia/Taipei', 'CST'],
  ['Asia/Hong_Kong', 'HKT'],
  ['Asia/Manila', 'PST'],
  ['Asia/Jakarta', 'WIB'],
  ['Asia/Karachi', 'PKT'],
  ['Asia/Kolkata', 'IST'],
  ['Asia/Calcutta', 'IST'],
  ['Europe/Moscow', 'MSK'],
  ['Africa/Lagos', 'WAT'],
  ['Africa/Nairobi', 'EAT'],
  ['Africa/Johannesburg', 'SAST'],
]);

const MAX_CACHED = 100;
const zones = new Map<string, Zone>();

/** The zone of this name; empty and `UTC` are UTC, `Local` the runtime's own. */
export function loadZone(name: string): Zone {
  if (name === '' || name === 'UTC') return UTC;
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = createZone(name);
  if (zones.size >= MAX_CACHED) zones.clear();
  zones.set(name, zone);
  return zone;
}

function createZone(name: string): Zone {
  const timeZone = name === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  if (name === 'Local' && (timeZone === 'UTC' || timeZone === 'Etc/UTC'))
    return { name, at: () => ({ offset: 0, abbreviation: 'UTC' }) };
  const formats = zoneFormats(timeZone);
  if (formats === undefined) throw new FunctionError(`unknown time zone ${name}`);
  return {
    name,
    at(seconds) {
      const moment = clampedMoment(seconds);
      const offset = offsetSeconds(formats.offset, moment);
      return { offset, abbreviation: ABBREVIATIONS.get(timeZone) ?? abbreviationOf(formats.names, moment, offset) };
    },
  };
}

function zoneFormats(timeZone: string): { offset: Intl.DateTimeFormat; names: Intl.DateTimeFormat[] } | undefined {
  // Offsets such as +01:00 are zones for Intl and not for Go.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  try {
    const offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return {
      offset,
      names: LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })),
    };
  } catch {
    return undefined;
  }
}

/** Intl reaches 271,821 years; template times may lie outside when they are nonsense. */
function clampedMoment(seconds: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, seconds * 1000));
}

function zonePart(format: Intl.DateTimeFormat, moment: number): string {
  return format.formatToParts(moment).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

function offsetSeconds(format: Intl.DateTimeFormat, moment: number): number {
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(zonePart(format, moment));
  if (match === null || match[1] === undefined) return 0;
  const size = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -size : size;
}

function abbreviationOf(formats: readonly Intl.DateTimeFormat[], moment: number, offset: number): string {
  for (const format of formats) {
    const text = zonePart(format, moment);
    if (/^[A-Z]{2,5}$/.test(text)) return text;
  }
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 3600)).padStart(2, '0');
  const minutes = Math.floor((size % 3600) / 60);
  return `${offset < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}
