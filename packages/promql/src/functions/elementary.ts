/**
 * Elementary functions that give the same last digit as Prometheus, whose maths library is not the one of V8: the rational
 * approximations and ranges of the Cephes Mathematical Library (S. L. Moshier), powers by repeated squaring, logarithms from
 * the natural one. exp is V8's.
 */

/** Value of the polynomial with these coefficients, the highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[0] as number;
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + (coefficients[i] as number);
  return sum;
}

/** value = fraction * 2^exponent with 0.5 <= |fraction| < 1; finite values other than 0 only. */
function binaryParts(value: number): [fraction: number, exponent: number] {
  let exponent = 0;
  let fraction = value;
  if (Math.abs(fraction) < 2 ** -1022) {
    fraction *= 2 ** 52;
    exponent = -52;
  }
  // Math.log2 may be off by one next to a power of two.
  const power = Math.min(Math.floor(Math.log2(Math.abs(fraction))) + 1, 1023);
  fraction /= 2 ** power;
  exponent += power;
  if (Math.abs(fraction) >= 1) return [fraction / 2, exponent + 1];
  return Math.abs(fraction) < 0.5 ? [fraction * 2, exponent - 1] : [fraction, exponent];
}

/** fraction * 2^exponent, rounded once. */
function scaled(fraction: number, exponent: number): number {
  if (fraction === 0 || !Number.isFinite(fraction)) return fraction;
  const [part, own] = binaryParts(fraction);
  const power = own + exponent;
  if (power > 1024) return part * Number.POSITIVE_INFINITY;
  if (power < -1080) return part * 0;
  return power > 1000
    ? part * 2 ** 1000 * 2 ** (power - 1000)
    : power < -1000
      ? part * 2 ** (power + 200) * 2 ** -200
      : part * 2 ** power;
}

const LN_ODD = [0.14798198605116586, 0.1818357216161805, 0.2857142874366239, 0.6666666666666735];
const LN_EVEN = [0.15313837699209373, 0.22222198432149784, 0.3999999999940942];
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** FreeBSD's logarithm without its short cuts. */
export function ln(value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) return Math.log(value);
  let [fraction, exponent] = binaryParts(value);
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const square = s * s;
  const fourth = square * square;
  const rest = square * polynomial(fourth, LN_ODD) + fourth * polynomial(fourth, LN_EVEN);
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f);
}

export function log2(value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) return Math.log(value);
  const [fraction, exponent] = binaryParts(value);
  return fraction === 0.5 ? exponent - 1 : ln(fraction) * Math.LOG2E + exponent;
}

export function log10(value: number): number {
  return ln(value) * Math.LOG10E;
}

/** IEEE 754's pow: 1 to any power is 1, and so is -1 to an infinite one. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  if (exponent === 0.5 && base !== Number.NEGATIVE_INFINITY) return Math.sqrt(base) + 0;
  if (exponent === -0.5 && base !== Number.NEGATIVE_INFINITY) return 1 / (Math.sqrt(base) + 0);
  const size = Math.abs(exponent);
  if (base === 0 || !Number.isFinite(base) || !Number.isFinite(size) || size === 0 || size >= 2 ** 31)
    return base ** exponent;
  let whole = Math.floor(size);
  let part = size - whole;
  if (part !== 0 && base < 0) return Number.NaN;
  let result = 1;
  if (part !== 0) {
    if (part > 0.5) {
      part--;
      whole++;
    }
    result = Math.exp(part * ln(base));
  }
  let resultExponent = 0;
  let [square, squareExponent] = binaryParts(base);
  for (let rest = whole; rest !== 0; rest = Math.floor(rest / 2)) {
    if (Math.abs(squareExponent) > 4096) {
      resultExponent += squareExponent;
      break;
    }
    if (rest % 2 === 1) {
      result *= square;
      resultExponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return exponent < 0 ? scaled(1 / result, -resultExponent) : scaled(result, resultExponent);
}

const QUARTER_PI = [0.7853981256484985, 3.774894707930798e-8, 2.6951514290790595e-15] as const;
/** Above, the remainder of a quarter turn needs more digits than these three parts have. */
const MAX_REDUCED = 2 ** 29;
const SIN = [
  1.5896230157654656e-10, -2.5050747762857807e-8, 0.0000027557313621385722, -0.0001984126982958954,
  0.008333333333322118, -0.1666666666666663,
];
const COS = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 0.000024801587288851704, -0.0013888888888873056,
  0.041666666666666595,
];
const TAN_P = [-13093.693918138373, 1153516.6483858742, -17956525.197648488];
const TAN_Q = [1, 13681.296347069296, -1320892.3444021097, 25008380.18233579, -53869575.592945464];

/** Eighths of a turn (even, below 8) and what is left, of a size that is not negative. */
function reduced(size: number): [eighths: number, rest: number] {
  let turns = Math.floor(size * (4 / Math.PI));
  if (turns % 2 === 1) turns++;
  const rest = size - turns * QUARTER_PI[0] - turns * QUARTER_PI[1] - turns * QUARTER_PI[2];
  return [turns % 8, rest];
}

function sinOf(rest: number): number {
  const square = rest * rest;
  return rest + rest * square * polynomial(square, SIN);
}

function cosOf(rest: number): number {
  const square = rest * rest;
  return 1 - 0.5 * square + square * square * polynomial(square, COS);
}

export function sin(value: number): number {
  const size = Math.abs(value);
  if (value === 0 || !(size < MAX_REDUCED)) return Math.sin(value);
  const [eighths, rest] = reduced(size);
  const isNegative = eighths >= 4 !== value < 0;
  const result = eighths % 4 === 2 ? cosOf(rest) : sinOf(rest);
  return isNegative ? -result : result;
}

export function cos(value: number): number {
  const size = Math.abs(value);
  if (!(size < MAX_REDUCED)) return Math.cos(value);
  const [eighths, rest] = reduced(size);
  const isNegative = eighths === 2 || eighths === 4;
  const result = eighths % 4 === 2 ? sinOf(rest) : cosOf(rest);
  return isNegative ? -result : result;
}

export function tan(value: number): number {
  const size = Math.abs(value);
  if (value === 0 || !(size < MAX_REDUCED)) return Math.tan(value);
  const [eighths, rest] = reduced(size);
  const square = rest * rest;
  let result = rest;
  if (square > 1e-14) result = rest + rest * ((square * polynomial(square, TAN_P)) / polynomial(square, TAN_Q));
  if (eighths % 4 === 2) result = -1 / result;
  return value < 0 ? -result : result;
}

const ATAN_P = [-0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025];
const ATAN_Q = [1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614];
/** What a float of half pi lacks. */
const MORE_BITS = 6.123233995736766e-17;
const TAN_THREE_EIGHTHS = 2.414213562373095;

function atanNearZero(x: number): number {
  const square = x * x;
  return x * ((square * polynomial(square, ATAN_P)) / polynomial(square, ATAN_Q)) + x;
}

function atanOfSize(x: number): number {
  if (x <= 0.66) return atanNearZero(x);
  if (x > TAN_THREE_EIGHTHS) return Math.PI / 2 - atanNearZero(1 / x) + MORE_BITS;
  return Math.PI / 4 + atanNearZero((x - 1) / (x + 1)) + 0.5 * MORE_BITS;
}

export function atan(value: number): number {
  if (value === 0) return value;
  return value > 0 ? atanOfSize(value) : -atanOfSize(-value);
}

export function asin(value: number): number {
  if (value === 0) return value;
  const size = Math.abs(value);
  if (!(size <= 1)) return Number.NaN;
  const other = Math.sqrt(1 - size * size);
  const angle = size > 0.7 ? Math.PI / 2 - atanOfSize(other / size) : atanOfSize(size / other);
  return value < 0 ? -angle : angle;
}

export function acos(value: number): number {
  return Math.PI / 2 - asin(value);
}

export function atan2(y: number, x: number): number {
  if (x === 0 || y === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return Math.atan2(y, x);
  const angle = atan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}

const SINH_P = [-26.30563213397497, -2894.211355989564, -89912.72022039509, -630767.3640497717];
const SINH_Q = [1, -173.6789535582337, 15215.17378790019, -630767.3640497717];
/** Beyond, the smaller exponential is lost in the larger. */
const ONE_EXPONENTIAL = 21;

export function sinh(value: number): number {
  const size = Math.abs(value);
  let result: number;
  if (size > ONE_EXPONENTIAL) result = Math.exp(size) * 0.5;
  else if (size > 0.5) {
    const grown = Math.exp(size);
    result = (grown - 1 / grown) * 0.5;
  } else {
    const square = size * size;
    result = (polynomial(square, SINH_P) * size) / polynomial(square, SINH_Q);
  }
  return value < 0 ? -result : result;
}

export function cosh(value: number): number {
  const size = Math.abs(value);
  const grown = Math.exp(size);
  return size > ONE_EXPONENTIAL ? grown * 0.5 : (grown + 1 / grown) * 0.5;
}

const TANH_P = [-0.9643991794250523, -99.28772310019185, -1614.6876844170845];
const TANH_Q = [1, 112.81167849163293, 2235.4883906010045, 4844.063053251255];
const TANH_IS_ONE = 0.5 * 88.02969193111305;

export function tanh(value: number): number {
  const size = Math.abs(value);
  if (size > TANH_IS_ONE) return Math.sign(value);
  if (size >= 0.625) {
    const result = 1 - 2 / (Math.exp(2 * size) + 1);
    return value < 0 ? -result : result;
  }
  if (value === 0) return value;
  const square = value * value;
  return value + (value * square * polynomial(square, TANH_P)) / polynomial(square, TANH_Q);
}
