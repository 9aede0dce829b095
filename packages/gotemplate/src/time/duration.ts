/** time.Duration: nanoseconds with methods, printed as 1h2m3.5s. */
import { type GoFunction, type GoType, INT64 } from '../value/types.ts';
import { basic, GoNamed, type GoValue } from '../value/values.ts';

const NANOSECOND_UNITS = { microsecond: 1_000n, millisecond: 1_000_000n, second: 1_000_000_000n };

function nanoseconds(value: GoValue): bigint {
  const plain = basic(value);
  return typeof plain === 'bigint' ? plain : 0n;
}

/** Duration.String: the leading zero unit is omitted, fractions have no trailing zeros. */
function durationText(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const { microsecond, millisecond, second } = NANOSECOND_UNITS;
  if (size < microsecond) return `${sign}${size}ns`;
  if (size < millisecond) return `${sign}${decimal(size, 3)}µs`;
  if (size < second) return `${sign}${decimal(size, 6)}ms`;
  const seconds = size / second;
  const rest = `${decimal((seconds % 60n) * second + (size % second), 9)}s`;
  const minutes = seconds / 60n;
  if (minutes === 0n) return sign + rest;
  return minutes < 60n ? `${sign}${minutes}m${rest}` : `${sign}${minutes / 60n}h${minutes % 60n}m${rest}`;
}

function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`;
}

function method(params: readonly GoType[], call: GoFunction['call']): GoFunction {
  return { params, call };
}

function unit(size: bigint): GoFunction {
  return method([], (_args, self) => {
    const nanos = nanoseconds(self);
    return Number(nanos / size) + Number(nanos % size) / Number(size);
  });
}

function integerUnit(size: bigint): GoFunction {
  return method([], (_args, self) => new GoNamed(INT64, nanoseconds(self) / size));
}

const METHODS = new Map<string, GoFunction>([
  ['String', method([], (_args, self) => durationText(nanoseconds(self)))],
  ['Hours', unit(3_600_000_000_000n)],
  ['Minutes', unit(60_000_000_000n)],
  ['Seconds', unit(NANOSECOND_UNITS.second)],
  ['Milliseconds', integerUnit(NANOSECOND_UNITS.millisecond)],
  ['Microseconds', integerUnit(NANOSECOND_UNITS.microsecond)],
  ['Nanoseconds', integerUnit(1n)],
]);

export const DURATION: GoType = {
  kind: 'int',
  name: 'time.Duration',
  methods: METHODS,
  text: (value) => durationText(nanoseconds(value)),
};

METHODS.set(
  'Abs',
  method([], (_args, self) => duration(nanoseconds(self) < 0n ? -nanoseconds(self) : nanoseconds(self))),
);
METHODS.set(
  'Truncate',
  method([DURATION], ([to = null], self) => rounded(nanoseconds(self), nanoseconds(to), false)),
);
METHODS.set(
  'Round',
  method([DURATION], ([to = null], self) => rounded(nanoseconds(self), nanoseconds(to), true)),
);

function rounded(nanos: bigint, unitSize: bigint, isNearest: boolean): GoValue {
  if (unitSize <= 0n) return duration(nanos);
  const rest = nanos % unitSize;
  const down = nanos - rest;
  const distance = rest < 0n ? -rest : rest;
  if (!isNearest || distance * 2n < unitSize) return duration(down);
  return duration(nanos < 0n ? down - unitSize : down + unitSize);
}

export function duration(nanos: bigint): GoNamed {
  return new GoNamed(DURATION, nanos);
}

/** Seconds of a time.Duration value, undefined for other values. */
export function durationSeconds(value: GoValue): number | undefined {
  return value instanceof GoNamed && value.type === DURATION ? Number(nanoseconds(value)) / 1e9 : undefined;
}
