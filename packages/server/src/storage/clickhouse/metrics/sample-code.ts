/**
 * One sample as two integers, which is what compresses best (docs/adr/002): `t` holds the time within the hour and the kind of the
 * value, `v` the value. Kinds 0 to 9: a decimal, v / 10^kind. RAW: the bits of the float. STALE: the staleness marker.
 * Every float reads back bit for bit, apart from NaN payloads, which become the one NaN.
 */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const KIND_BITS = 4;
const MAX_DECIMALS = 9;
export const RAW = 14;
export const STALE = 15;

export const POWERS_OF_TEN = Float64Array.from({ length: MAX_DECIMALS + 1 }, (_, exponent) => 10 ** exponent);
const LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * The number of decimals with which `value` is stored, or RAW. `hint` is what the series' last value had: staying with it keeps
 * the differences between neighbours small.
 */
export function decimalsOf(value: number, hint: number): number {
  if (hint <= MAX_DECIMALS && isExact(value, hint)) return hint;
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++) if (isExact(value, decimals)) return decimals;
  return RAW;
}

function isExact(value: number, decimals: number): boolean {
  const power = POWERS_OF_TEN[decimals] as number;
  const whole = Math.round(value * power);
  return whole <= LIMIT && whole >= -LIMIT && Object.is(whole === 0 ? 0 : whole / power, value);
}

/** The float of a kind and the two words of `v`, low first. The staleness marker comes as NaN. */
export function fromWords(kind: number, low: number, high: number): number {
  if (kind <= MAX_DECIMALS) {
    const whole = (high | 0) * 4_294_967_296 + (low >>> 0);
    return kind === 0 ? whole : whole / (POWERS_OF_TEN[kind] as number);
  }
  if (kind !== RAW) return Number.NaN;
  words[0] = low;
  words[1] = high;
  return float[0] as number;
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** The integer of a value whose kind `decimalsOf` gave. */
export function toWhole(value: number, decimals: number): number {
  return Math.round(value * (POWERS_OF_TEN[decimals] as number));
}
