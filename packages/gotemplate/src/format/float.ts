/** Floats as Go's strconv.FormatFloat writes them, ties rounded to even on the exact binary value. */
import { formatFloatG, formatFloatPlain } from '@sightline/model';

/** Formats e, E, f, g, G, b, x or X; `precision` -1 is the shortest text that reads back. Infinities are `+Inf`, `-Inf`. */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = formatAbsolute(Math.abs(value), verb.toLowerCase(), precision);
  const signed = value < 0 || Object.is(value, -0) ? `-${text}` : text;
  return verb === 'E' || verb === 'G' || verb === 'X' ? signed.toUpperCase() : signed;
}

function formatAbsolute(value: number, verb: string, precision: number): string {
  switch (verb) {
    case 'f':
      return precision < 0 ? formatFloatPlain(value) : fixed(value, precision);
    case 'e':
      return precision < 0 ? twoDigitExponent(value.toExponential()) : exponential(value, precision);
    case 'b':
      return binary(value);
    case 'x':
      return hexadecimal(value, precision);
    default:
      return precision < 0 ? formatFloatG(value) : general(value, precision);
  }
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Digits of the exact decimal expansion, and where its point is: 0.digits × 10^point. */
function exactDigits(value: number): { digits: string; point: number } {
  if (value === 0) return { digits: '0', point: 1 };
  const { mantissa, exponent } = parts(value);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return { digits, point: digits.length };
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, point: digits.length + exponent };
}

/** The value as mantissa × 2^exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** Rounds to `count` digits, half to even; the result may carry into a new digit. */
function roundDigits(digits: string, count: number): { digits: string; carry: boolean } {
  if (count < 0) return { digits: '', carry: false };
  if (count >= digits.length) return { digits: digits.padEnd(count, '0'), carry: false };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isTie = /^50*$/.test(rest);
  const isOdd = count > 0 && Number(kept[count - 1]) % 2 === 1;
  if (isTie ? !isOdd : rest < '5') return { digits: kept, carry: false };
  const up = (BigInt(`1${kept}`) + 1n).toString();
  return up.startsWith('2') ? { digits: `1${up.slice(1)}`, carry: true } : { digits: up.slice(1), carry: false };
}

/** JavaScript rounds ties up; only a value whose further digits are 5000... can be one. Those take the exact path. */
const TIE_DIGITS = 18;
const TIE = /50{17}$/;
const TIE_EXPONENTIAL = /50{17}e/;
const MAX_FAST_PRECISION = 80;

function fixed(value: number, precision: number): string {
  if (precision <= MAX_FAST_PRECISION && value < 1e21 && !TIE.test(value.toFixed(precision + TIE_DIGITS)))
    return value.toFixed(precision);
  const exact = exactDigits(value);
  const { digits, carry } = roundDigits(
    exact.point < 0 ? '0'.repeat(-exact.point) + exact.digits : exact.digits,
    Math.max(exact.point, 0) + precision,
  );
  const point = Math.max(exact.point, 0) + (carry ? 1 : 0);
  const whole = digits.slice(0, point) || '0';
  return precision === 0 ? whole : `${whole}.${digits.slice(point)}`;
}

function exponential(value: number, precision: number): string {
  if (precision <= MAX_FAST_PRECISION && !TIE_EXPONENTIAL.test(value.toExponential(precision + TIE_DIGITS)))
    return twoDigitExponent(value.toExponential(precision));
  const exact = exactDigits(value);
  const { digits, carry } = roundDigits(exact.digits, precision + 1);
  const exponent = value === 0 ? 0 : exact.point - 1 + (carry ? 1 : 0);
  const mantissa = precision === 0 ? digits.slice(0, 1) : `${digits[0]}.${digits.slice(1, precision + 1)}`;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function general(value: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const text = exponential(value, digits - 1);
  const [mantissa = '', exponentText = '0'] = text.split('e');
  const exponent = Number(exponentText);
  const trimmed = withoutTrailingZeros(mantissa);
  if (exponent < -4 || exponent >= digits) return `${trimmed}e${exponentText}`;
  const plain = trimmed.replace('.', '');
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${plain}`;
  if (plain.length <= exponent + 1) return plain.padEnd(exponent + 1, '0');
  return `${plain.slice(0, exponent + 1)}.${plain.slice(exponent + 1)}`;
}

function withoutTrailingZeros(mantissa: string): string {
  if (!mantissa.includes('.')) return mantissa;
  let end = mantissa.length;
  while (mantissa[end - 1] === '0') end--;
  return mantissa.slice(0, mantissa[end - 1] === '.' ? end - 1 : end);
}

function binary(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function hexadecimal(value: number, precision: number): string {
  let { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent--;
  }
  // 13 hexadecimal digits follow the point; fewer are rounded to even.
  if (precision >= 0 && precision < 13) {
    const shift = BigInt(4 * (13 - precision));
    const half = 1n << (shift - 1n);
    const rest = mantissa & ((1n << shift) - 1n);
    let kept = mantissa >> shift;
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
    mantissa = kept << shift;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const power = exponent + 52;
  const sign = power < 0 ? '-' : '+';
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
