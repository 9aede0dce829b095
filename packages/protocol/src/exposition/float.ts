/**
 * Floats as Go's strconv.ParseFloat reads them: `Inf`, `Infinity` and `NaN` in any case, no surrounding space, and an error
 * when the value overflows. Exposition values also refuse hexadecimal and underscores, as Prometheus does.
 */
import { expositionError, shown } from './exposition-error.ts';

const DOT = 46;
const PLUS = 43;
const MINUS = 45;
const LOWER_E = 101;

/** Powers of ten that a float holds exactly: a product or quotient of two exact numbers is rounded once, so it is right. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const MAX_EXACT = 2 ** 53;

/**
 * The number in body[start, end).
 * @throws ExpositionError when it is not one, or overflows
 */
export function readFloat(body: Buffer, start: number, end: number): number {
  let i = start;
  let c = body[i] as number;
  const isNegative = c === MINUS;
  if (isNegative || c === PLUS) i++;
  let mantissa = 0;
  let digits = 0;
  for (; i < end; i++) {
    c = (body[i] as number) - 48;
    if (c < 0 || c > 9) break;
    mantissa = mantissa * 10 + c;
    digits++;
  }
  let scale = 0;
  if (i < end && body[i] === DOT) {
    const point = ++i;
    for (; i < end; i++) {
      c = (body[i] as number) - 48;
      if (c < 0 || c > 9) break;
      mantissa = mantissa * 10 + c;
    }
    scale = i - point;
    digits += scale;
  }
  if (digits > 0 && i < end && ((body[i] as number) | 32) === LOWER_E) {
    const isSmall = body[++i] === MINUS;
    if (isSmall || body[i] === PLUS) i++;
    const first = i;
    let exponent = 0;
    for (; i < end; i++) {
      c = (body[i] as number) - 48;
      if (c < 0 || c > 9) break;
      exponent = exponent * 10 + c;
    }
    if (i === first) digits = 0;
    scale += isSmall ? exponent : -exponent;
  }
  if (digits === 0 || i !== end) return readWord(body, start, end);
  if (digits > 19 || mantissa >= MAX_EXACT || scale > 22 || scale < -22) return readLong(body, start, end);
  const value = scale > 0 ? mantissa / (POWERS[scale] as number) : mantissa * (POWERS[-scale] as number);
  return isNegative ? -value : value;
}

/** A decimal number that takes more than one exact operation. */
function readLong(body: Buffer, start: number, end: number): number {
  const text = body.toString('latin1', start, end);
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw expositionError(body, start, 'exposition_number', `${shown(text)} is out of range`);
}

function readWord(body: Buffer, start: number, end: number): number {
  const text = body.toString('latin1', start, end);
  if (/[pP_]/.test(text)) {
    throw expositionError(body, start, 'exposition_number', `unsupported character in the number ${shown(text)}`);
  }
  const value = parseGoFloat(text);
  if (value !== undefined) return value;
  throw expositionError(body, start, 'exposition_number', `${shown(text)} is not a number`);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEX = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F]_?)*))?[pP]([+-]?\d+)$/;
const SPECIAL = /^(?:([+-]?)inf(?:inity)?|nan)$/i;

/** Go's strconv.ParseFloat(text, 64); undefined where that returns an error. */
export function parseGoFloat(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const special = SPECIAL.exec(text);
  if (special !== null) {
    if (special[1] === undefined) return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return parseHex(text);
}

function parseHex(text: string): number | undefined {
  const match = HEX.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const places = fraction.replaceAll('_', '');
  const digits = whole.replaceAll('_', '') + places;
  // More digits than a float can tell apart are not rounded correctly; nobody writes bucket bounds like that.
  if (digits === '' || digits.length > 13) return undefined;
  const value = Number.parseInt(digits, 16) * 2 ** (Number(exponent) - 4 * places.length);
  if (!Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}
