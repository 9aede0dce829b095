/** Numbers as the Prometheus ecosystem writes them: shortest text that reads back to the same float. */

/** JSON of the HTTP API (`"1e+21"`, `"1e-07"`, `"NaN"`, `"+Inf"`): ECMAScript's digits, exponents of two digits at least. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return value < 1e-6 && value > -1e-6 && text[text.length - 2] === '-'
    ? `${text.slice(0, -1)}0${text.slice(-1)}`
    : text;
}

/** Exposition text and promtool output, Go's FormatFloat(v, 'g', -1): an exponent from 1e+06 up and from 1e-05 down. */
export function formatFloatG(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return formatFloatPlain(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** No exponent at all, Go's FormatFloat(v, 'f', -1). */
export function formatFloatPlain(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function nonFinite(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return 'NaN';
}
