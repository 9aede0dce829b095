/**
 * The short name of the local time zone (`CET`, `EST`, `+03`), which JavaScript knows for a few zones only. It is in the last
 * line of the zone's tzdata file, as a POSIX TZ string (RFC 8536 section 3.3): `CET-1CEST,M3.5.0,M10.5.0/3`.
 */
import type { HostFiles } from './host-files.ts';

const POSIX_TZ = /^(<[^>]+>|[A-Za-z]+)([+-]?)(\d+)(?::(\d+))?(?::(\d+))?(<[^>]+>|[A-Za-z]+)?/;

/** @param offsetSeconds how far local time is ahead of UTC now; tells winter from summer */
export function zoneAbbreviation(files: HostFiles, now: Date, offsetSeconds: number): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  for (const path of [`usr/share/zoneinfo/${timeZone}`, 'etc/localtime']) {
    const footer = files.readBytes(files.rootfs(path))?.toString('latin1').trimEnd().split('\n').at(-1);
    const name = footer === undefined ? undefined : nameIn(footer, offsetSeconds);
    if (name !== undefined) return name;
  }
  return nameFromLocales(now);
}

/** The name of a POSIX TZ string that holds at this offset. Its own offsets count westwards. */
export function nameIn(posixTz: string, offsetSeconds: number): string | undefined {
  const match = POSIX_TZ.exec(posixTz);
  if (match === null) return undefined;
  const [, standard = '', sign, hours, minutes = '0', seconds = '0', daylight] = match;
  const west = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const standardOffset = sign === '-' ? west : -west;
  if (offsetSeconds === (standardOffset || 0)) return bare(standard);
  return daylight === undefined ? undefined : bare(daylight);
}

/** Names that are no letters stand in angle brackets: `<+03>`. */
function bare(name: string): string {
  return name.replace(/^<(.*)>$/, '$1');
}

/** Without tzdata: which locale knows the name differs; zones without one are named by their offset. */
function nameFromLocales(now: Date): string {
  let name = 'UTC';
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-IN']) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(now);
    name = parts.find((part) => part.type === 'timeZoneName')?.value ?? name;
    if (!/^(GMT|UTC)[+-]/.test(name)) return name;
  }
  const [, sign = '+', hours = '0', minutes = ''] = /([+-])(\d+)(?::(\d+))?/.exec(name) ?? [];
  return `${sign}${hours.padStart(2, '0')}${minutes}`;
}
