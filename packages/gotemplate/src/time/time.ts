/** time.Time with the methods that templates can call. Its struct fields are not visible, as in Go. */
import { FunctionError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import { type GoFunction, type GoType, INT, INT64, pointerTo, STRING } from '../value/types.ts';
import { basic, GoNamed, GoPointer, GoStruct, type GoValue } from '../value/values.ts';
import { DURATION, duration } from './duration.ts';
import { civilOf, daysFromCivil, formatTime, type Instant, MONTHS, WEEKDAYS } from './layout.ts';
import { fixedZone, loadZone, UTC, type Zone } from './zone.ts';

const METHODS = new Map<string, GoFunction>();
const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST';

export const TIME: GoType = {
  kind: 'struct',
  name: 'time.Time',
  fields: [],
  methods: METHODS,
  text: (value) => formatTime(instantOf(value), STRING_LAYOUT),
  source: (value) => sourceText(instantOf(value)),
  hidden: ['wall', 'ext', 'loc'],
};

/** Time.GoString */
function sourceText(instant: Instant): string {
  const { year, month, day, hour, minute, second } = civilOf(instant);
  const { name } = instant.zone;
  const zone = name === 'UTC' || name === 'Local' ? `time.${name}` : `time.Location(${quote(name)})`;
  return `time.Date(${year}, time.${MONTHS[month - 1]}, ${day}, ${hour}, ${minute}, ${second}, ${instant.nanos}, ${zone})`;
}

/** Seconds from year 1, where Go's zero time is, to the epoch. */
const ZERO_SECONDS = -62_135_596_800;

export class GoTime extends GoStruct {
  readonly instant: Instant;

  constructor(instant: Instant) {
    super(TIME, []);
    this.instant = instant;
  }
}

const LOCATION: GoType = {
  kind: 'struct',
  name: 'time.Location',
  fields: [],
  methods: new Map([['String', { params: [], call: (_args, self) => zoneName(self) }]]),
  text: zoneName,
};

class GoLocation extends GoStruct {
  readonly zone: Zone;

  constructor(zone: Zone) {
    super(LOCATION, []);
    this.zone = zone;
  }
}

function zoneName(value: GoValue): string {
  return value instanceof GoLocation ? value.zone.name : '';
}

/** The instant of a time.Time; the zero time for other values, which the type check of arguments rules out. */
export function instantOf(value: GoValue): Instant {
  return value instanceof GoTime ? value.instant : { seconds: ZERO_SECONDS, nanos: 0, zone: UTC };
}

export function timeFromMs(ms: number, zone: Zone = UTC): GoTime {
  const seconds = Math.floor(ms / 1000);
  return new GoTime({ seconds, nanos: Math.round((ms - seconds * 1000) * 1e6), zone });
}

/** A time from RFC 3339 text, with its offset and nanoseconds; undefined when the text is something else. */
export function parseTime(text: string): GoTime | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const offset = (match[8] === '-' ? -1 : 1) * (Number(match[9] ?? 0) * 3600 + Number(match[10] ?? 0) * 60);
  const local = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  const zone = match[8] === undefined ? UTC : fixedZone(offset);
  return new GoTime({ seconds: local - offset, nanos: Number((match[7] ?? '').padEnd(9, '0')), zone });
}

/** t.In(location) for a zone by name; a FunctionError when there is none. */
export function timeIn(value: GoValue, zoneId: string): GoTime {
  return new GoTime({ ...instantOf(value), zone: loadZone(zoneId) });
}

function totalNanos(value: GoValue): bigint {
  const { seconds, nanos } = instantOf(value);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

function fromNanos(total: bigint, zone: Zone): GoTime {
  const nanos = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return new GoTime({ seconds: Number((total - nanos) / 1_000_000_000n), nanos: Number(nanos), zone });
}

const MAX_DURATION = 2n ** 63n - 1n;

/** later - earlier as a time.Duration, held at the largest. */
export function timeBetween(later: GoValue, earlier: GoValue): GoNamed {
  const nanos = totalNanos(later) - totalNanos(earlier);
  if (nanos > MAX_DURATION) return duration(MAX_DURATION);
  return duration(nanos < -MAX_DURATION - 1n ? -MAX_DURATION - 1n : nanos);
}

function named(name: string, names: readonly string[], from: number): GoType {
  const text = (value: GoValue): string => names[Number(basic(value)) - from] ?? `%!${name}(${basic(value)})`;
  return {
    kind: 'int',
    name: `time.${name}`,
    methods: new Map([['String', { params: [], call: (_args, self) => text(self) }]]),
    text,
  };
}

const MONTH = named('Month', MONTHS, 1);
const WEEKDAY = named('Weekday', WEEKDAYS, 0);

function add(name: string, params: readonly GoType[], call: GoFunction['call']): void {
  METHODS.set(name, { params, call });
}

function integer(value: GoValue | undefined): bigint {
  const plain = basic(value ?? null);
  return typeof plain === 'bigint' ? plain : 0n;
}

const civil = (value: GoValue) => civilOf(instantOf(value));
add('String', [], (_args, self) => formatTime(instantOf(self), STRING_LAYOUT));
add('Format', [STRING], ([layout], self) => formatTime(instantOf(self), String(layout)));
add('Year', [], (_args, self) => BigInt(civil(self).year));
add('Month', [], (_args, self) => new GoNamed(MONTH, BigInt(civil(self).month)));
add('Day', [], (_args, self) => BigInt(civil(self).day));
add('Hour', [], (_args, self) => BigInt(civil(self).hour));
add('Minute', [], (_args, self) => BigInt(civil(self).minute));
add('Second', [], (_args, self) => BigInt(civil(self).second));
add('Nanosecond', [], (_args, self) => BigInt(instantOf(self).nanos));
add('Weekday', [], (_args, self) => new GoNamed(WEEKDAY, BigInt(civil(self).weekday)));
add('YearDay', [], (_args, self) => BigInt(civil(self).yearDay));
add('Unix', [], (_args, self) => new GoNamed(INT64, BigInt(instantOf(self).seconds)));
add('UnixMilli', [], (_args, self) => new GoNamed(INT64, floorDivide(totalNanos(self), 1_000_000n)));
add('UnixMicro', [], (_args, self) => new GoNamed(INT64, floorDivide(totalNanos(self), 1_000n)));
add('UnixNano', [], (_args, self) => new GoNamed(INT64, BigInt.asIntN(64, totalNanos(self))));
add('UTC', [], (_args, self) => new GoTime({ ...instantOf(self), zone: UTC }));
add('Local', [], (_args, self) => timeIn(self, 'Local'));
add('Location', [], (_args, self) => new GoPointer(pointerTo(LOCATION), new GoLocation(instantOf(self).zone)));
add('In', [pointerTo(LOCATION)], ([location = null], self) => {
  const target = location instanceof GoPointer ? location.target : undefined;
  if (!(target instanceof GoLocation)) throw new FunctionError('time: missing Location in call to Time.In');
  return new GoTime({ ...instantOf(self), zone: target.zone });
});
add('IsZero', [], (_args, self) => totalNanos(self) === BigInt(ZERO_SECONDS) * 1_000_000_000n);
add('IsDST', [], (_args, self) => isDst(instantOf(self)));
add('Before', [TIME], ([other = null], self) => totalNanos(self) < totalNanos(other));
add('After', [TIME], ([other = null], self) => totalNanos(self) > totalNanos(other));
add('Equal', [TIME], ([other = null], self) => totalNanos(self) === totalNanos(other));
add('Compare', [TIME], ([other = null], self) => {
  const difference = totalNanos(self) - totalNanos(other);
  return difference < 0n ? -1n : difference > 0n ? 1n : 0n;
});
add('Sub', [TIME], ([other = null], self) => timeBetween(self, other));
add('Add', [DURATION], ([by], self) => fromNanos(totalNanos(self) + integer(by), instantOf(self).zone));
add('AddDate', [INT, INT, INT], ([years, months, days], self) =>
  addDate(instantOf(self), Number(integer(years)), Number(integer(months)), Number(integer(days))),
);
add('Truncate', [DURATION], ([to], self) => roundTime(self, integer(to), false));
add('Round', [DURATION], ([to], self) => roundTime(self, integer(to), true));

for (const [name, results] of Object.entries({ Date: 3, Clock: 3, ISOWeek: 2, Zone: 2, ZoneBounds: 2 }))
  METHODS.set(name, { params: [], results, call: () => null });

function floorDivide(value: bigint, by: bigint): bigint {
  const rest = ((value % by) + by) % by;
  return (value - rest) / by;
}

function isDst({ seconds, zone }: Instant): boolean {
  const year = civilOf({ seconds, nanos: 0, zone }).year;
  const winter = zone.at(daysFromCivil(year, 1, 1) * 86_400).offset;
  const summer = zone.at(daysFromCivil(year, 7, 1) * 86_400).offset;
  return winter !== summer && zone.at(seconds).offset === Math.max(winter, summer);
}

function addDate(instant: Instant, years: number, months: number, days: number): GoTime {
  const from = civilOf(instant);
  const monthIndex = (from.year + years) * 12 + from.month - 1 + months;
  const year = Math.floor(monthIndex / 12);
  const date = daysFromCivil(year, monthIndex - year * 12 + 1, 1) + from.day - 1 + days;
  const local = date * 86_400 + from.hour * 3600 + from.minute * 60 + from.second;
  // The offset at the new moment is only known once the moment is.
  const guess = local - instant.zone.at(local).offset;
  return new GoTime({ ...instant, seconds: local - instant.zone.at(guess).offset });
}

/** Rounds since the zero time, as Go does, so that odd units come out the same. */
function roundTime(self: GoValue, unit: bigint, isNearest: boolean): GoTime {
  const { zone } = instantOf(self);
  if (unit <= 0n) return fromNanos(totalNanos(self), zone);
  const zero = BigInt(ZERO_SECONDS) * 1_000_000_000n;
  const since = totalNanos(self) - zero;
  const down = floorDivide(since, unit) * unit;
  const isUp = isNearest && (since - down) * 2n >= unit;
  return fromNanos(zero + down + (isUp ? unit : 0n), zone);
}
