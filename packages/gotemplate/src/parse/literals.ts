/** Go's literals: quoted strings, runes and numbers, with the errors of Go's strconv. */
import { fromBytes, quote, toBytes } from '../format/bytes.ts';

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
]);
const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

interface Unquoted {
  /** The code point, or the byte when `isByte`. */
  readonly code: number;
  readonly isByte: boolean;
  readonly next: number;
}

/** One character or escape of a quoted literal at `at`; undefined when Go calls it invalid syntax. */
function unquoteChar(text: string, at: number, delimiter: string): Unquoted | undefined {
  const code = text.codePointAt(at);
  if (code === undefined) return undefined;
  const char = String.fromCodePoint(code);
  if (char === delimiter) return undefined;
  if (char !== '\\') return { code, isByte: false, next: at + char.length };
  const kind = text[at + 1] ?? '';
  const simple = SIMPLE.get(kind);
  if (simple !== undefined) return { code: simple, isByte: false, next: at + 2 };
  if (kind === delimiter) return { code: kind.charCodeAt(0), isByte: false, next: at + 2 };
  const length = HEX_LENGTHS.get(kind);
  if (length !== undefined) return hexEscape(text.slice(at + 2, at + 2 + length), length, at, kind);
  const octal = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  const value = octal === undefined ? 256 : Number.parseInt(octal, 8);
  return value > 255 ? undefined : { code: value, isByte: true, next: at + 4 };
}

function hexEscape(digits: string, length: number, at: number, kind: string): Unquoted | undefined {
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const code = Number.parseInt(digits, 16);
  if (kind !== 'x' && (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) return undefined;
  return { code, isByte: kind === 'x', next: at + 2 + length };
}

/** The value of a `"..."` or raw literal, undefined when its syntax is invalid. */
export function unquote(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  let out = '';
  let hasBytes = false;
  const end = literal.length - 1;
  for (let at = 1; at < end; ) {
    const char = unquoteChar(literal, at, '"');
    if (char === undefined) return undefined;
    if (char.isByte && char.code >= 0x80) {
      out += String.fromCharCode(0xdc00 + char.code);
      hasBytes = true;
    } else out += String.fromCodePoint(char.code);
    at = char.next;
  }
  return hasBytes ? fromBytes(toBytes(out)) : out;
}

/** What a number literal can stand for; a literal 1.0 is an integer and a float. */
export interface NumberValue {
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
}

/** The value of a character literal, or the message of Go's error. */
export function characterValue(literal: string): NumberValue | string {
  const char = unquoteChar(literal, 1, "'");
  if (char === undefined) return 'invalid syntax';
  if (literal.slice(char.next) !== "'") return `malformed character constant: ${literal}`;
  return { int: BigInt(char.code), uint: BigInt(char.code), float: char.code };
}

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/** The value of a number literal, or the message of Go's error. */
export function numberValue(text: string): NumberValue | string {
  if (text.endsWith('i')) return `complex numbers are not supported: ${text}`;
  const whole = parseInteger(text);
  if (whole !== undefined && whole >= MIN_INT && whole <= MAX_UINT) {
    const int = whole <= MAX_INT ? whole : undefined;
    // Go's ParseUint refuses a sign, then allows zero again.
    const isUnsigned = whole === 0n || !/^[+-]/.test(text);
    return { int, uint: isUnsigned && whole >= 0n ? whole : undefined, float: Number(whole) };
  }
  const float = parseFloat64(text);
  if (float === undefined) return `illegal number syntax: ${quote(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quote(text)}`;
  const exact = Number.isSafeInteger(float) || (Number.isInteger(float) && Math.abs(float) < 2 ** 63);
  const int = exact ? BigInt(float) : undefined;
  return { int, uint: int !== undefined && int >= 0n ? int : undefined, float };
}

/** strconv.ParseInt(text, 0, 64) without the range check: prefixes, and underscores only between digits. */
function parseInteger(text: string): bigint | undefined {
  const match =
    /^([+-]?)(?:(0[xX](?:_?[0-9a-fA-F])+)|(0[bB](?:_?[01])+)|0[oO]((?:_?[0-7])+)|0((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  const digits = hex ?? binary ?? decimal ?? `0o${octal ?? oldOctal}`;
  const value = BigInt(digits.replaceAll('_', ''));
  return sign === '-' ? -value : value;
}

const DIGITS = '[0-9](?:_?[0-9])*';
const HEX_DIGITS = '[0-9a-fA-F](?:_?[0-9a-fA-F])*';
const DECIMAL = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const HEXADECIMAL = new RegExp(`^([+-]?)0[xX]_?(${HEX_DIGITS})?\\.?(${HEX_DIGITS})?[pP]([+-]?${DIGITS})$`);

/** Whether the text is a decimal number, whatever its size. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** strconv.ParseFloat without its words for infinity: decimal and hexadecimal; undefined also when out of range. */
export function parseFloat64(text: string): number | undefined {
  if (isDecimal(text)) return finite(Number(text.replaceAll('_', '')));
  const hex = HEXADECIMAL.exec(text.replace(/^([+-]?0[xX])_/, '$1'));
  if (hex === null) return undefined;
  const [whole = '', fraction = '', exponent = '0'] = hex.slice(2).map((part) => (part ?? '').replaceAll('_', ''));
  if (whole + fraction === '') return undefined;
  const value = finite(Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length));
  return value !== undefined && hex[1] === '-' ? -value : value;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
