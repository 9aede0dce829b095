/** One value of a basic type under one printf verb and its flags: Go's fmt/format.go. */

import { FunctionError } from '../errors.ts';
import { isAscii, isPrint, quote, toBytes, unicodeName } from './bytes.ts';
import { formatFloat } from './float.ts';

export interface Flags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** %+v and %#v, which mean something else than the plain flags. */
  plusV: boolean;
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
  readonly budget: Budget;
}

/** What is left of the text that one format may write: padding multiplies, and so do slices. */
export interface Budget {
  left: number;
}

/** Longest text that formatting or replacing may make, in UTF-16 units. */
export const MAX_FORMATTED = 4_194_304;

/** What writing out one value costs beside its text: work, not length. 131,072 values are the most. */
export const VALUE_COST = 32;

export function newBudget(): Budget {
  return { left: MAX_FORMATTED };
}

export function spend(budget: Budget, length: number): void {
  budget.left -= length;
  if (budget.left < 0) throw new FunctionError(`formatted text is longer than ${MAX_FORMATTED} characters`);
}

export function noFlags(budget: Budget = newBudget()): Flags {
  return {
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
    budget,
  };
}

export function pad(text: string, flags: Flags, isZeroAllowed = true): string {
  if (flags.width === undefined) return text;
  const missing = flags.width - (isAscii(text) ? text.length : [...text].length);
  if (missing <= 0) return text;
  spend(flags.budget, missing);
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero && isZeroAllowed ? '0' : ' ').repeat(missing) + text;
}

/** The text, or undefined when Go calls the verb wrong for strings. */
export function formatString(value: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? formatQuoted(value, flags) : pad(truncate(value, flags), flags);
    case 's':
      return pad(truncate(value, flags), flags);
    case 'q':
      return formatQuoted(value, flags);
    case 'x':
    case 'X':
      return pad(hexText(value, verb, flags), flags);
    default:
      return undefined;
  }
}

function truncate(value: string, flags: Flags): string {
  return flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('');
}

function formatQuoted(value: string, flags: Flags): string {
  const text = truncate(value, flags);
  const canBackquote = ![...text].some((char) => char === '`' || char === '\ufeff' || isControlOrByte(char));
  if (flags.sharp && canBackquote) return pad(`\`${text}\``, flags);
  return pad(quote(text, flags.plus), flags);
}

function isControlOrByte(char: string): boolean {
  const code = char.charCodeAt(0);
  return (code < 0x20 && char !== '\t') || code === 0x7f || (char.length === 1 && code >= 0xdc80 && code <= 0xdcff);
}

function hexText(value: string, verb: string, flags: Flags): string {
  const bytes = toBytes(value);
  const shown = flags.precision === undefined ? bytes : bytes.subarray(0, flags.precision);
  const pairs = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0'));
  const cased = verb === 'X' ? pairs.map((pair) => pair.toUpperCase()) : pairs;
  if (cased.length === 0) return '';
  const prefix = flags.sharp ? `0${verb}` : '';
  return flags.space ? cased.map((pair) => prefix + pair).join(' ') : prefix + cased.join('');
}

export function formatBool(value: boolean, verb: string, flags: Flags): string | undefined {
  return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined;
}

export function formatInteger(value: bigint, verb: string, flags: Flags, isUnsigned: boolean): string | undefined {
  switch (verb) {
    case 'v':
      return isUnsigned && flags.sharpV
        ? based(value, 16, 'v', { ...flags, sharp: true })
        : based(value, 10, verb, flags);
    case 'd':
      return based(value, 10, verb, flags);
    case 'b':
      return based(value, 2, verb, flags);
    case 'o':
    case 'O':
      return based(value, 8, verb, flags);
    case 'x':
    case 'X':
      return based(value, 16, verb, flags);
    case 'c':
      return pad(character(value), flags);
    case 'q':
      return pad(quote(character(value), flags.plus, "'"), flags);
    case 'U':
      return formatUnicode(value, flags);
    default:
      return undefined;
  }
}

function character(value: bigint): string {
  if (value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn)) return '\ufffd';
  return String.fromCodePoint(Number(value));
}

function formatUnicode(value: bigint, flags: Flags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const text = `U+${digits.padStart(Math.max(4, flags.precision ?? 0), '0')}`;
  const char = character(value);
  const isShown = flags.sharp && value >= 0n && value <= 0x10ffffn && isPrint(char);
  return pad(isShown ? `${text}${unicodeName(char).slice(unicodeName(char).indexOf(' '))}` : text, flags, false);
}

function based(value: bigint, base: number, verb: string, flags: Flags): string {
  const isNegative = value < 0n;
  const hasSign = isNegative || flags.plus || flags.space;
  let precision = flags.precision ?? 0;
  if (flags.precision === 0 && value === 0n) return ' '.repeat(flags.width ?? 0);
  if (flags.precision === undefined && flags.zero && !flags.minus && flags.width !== undefined)
    precision = flags.width - (hasSign ? 1 : 0);
  spend(flags.budget, precision);
  let text = (isNegative ? -value : value).toString(base).padStart(precision, '0');
  if (verb === 'X') text = text.toUpperCase();
  if (flags.sharp) {
    if (base === 2) text = `0b${text}`;
    else if (base === 8 && !text.startsWith('0')) text = `0${text}`;
    else if (base === 16) text = `${verb === 'X' ? '0X' : '0x'}${text}`;
  }
  if (verb === 'O') text = `0o${text}`;
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + text, flags, false);
}

export function formatFloatVerb(value: number, verb: string, flags: Flags): string | undefined {
  if (!/^[vbgGxXfFeE]$/.test(verb)) return undefined;
  const format = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  const precision = flags.precision ?? (/[eEf]/.test(format) ? 6 : -1);
  spend(flags.budget, Math.max(precision, 0));
  let text = formatFloat(value, format, precision);
  if (!/^[+-]/.test(text)) text = `+${text}`;
  if (flags.space && text.startsWith('+') && !flags.plus) text = ` ${text.slice(1)}`;
  if (!Number.isFinite(value)) {
    const shown = Number.isNaN(value) && !flags.space && !flags.plus ? text.slice(1) : text;
    return pad(shown, flags, false);
  }
  if (flags.sharp && format !== 'b') text = withPoint(text, format, flags);
  if (flags.plus || !text.startsWith('+')) {
    const missing = (flags.width ?? 0) - text.length;
    if (flags.zero && !flags.minus && missing > 0) return text.slice(0, 1) + '0'.repeat(missing) + text.slice(1);
    return pad(text, flags);
  }
  return pad(text.slice(1), flags);
}

/** The # flag of floats: always a decimal point, and %g and %x keep their trailing zeros. */
function withPoint(text: string, verb: string, { precision, budget }: Flags): string {
  const match = /^([+ -])(0[xX])?([0-9a-fA-F]*?(?:\.[0-9a-fA-F]*)?)([eEpP][+-]\d+)?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', prefix = '', mantissa = '', exponent = ''] = match;
  const digits = mantissa.includes('.') ? mantissa : `${mantissa}.`;
  if (!/[gGxX]/.test(verb)) return sign + prefix + digits + exponent;
  // Go counts the x of the prefix as a digit.
  const counted = (prefix + digits).replace('.', '').replace(/^0+/, '').length;
  const significant = mantissa === '0' && prefix === '' ? 1 : counted;
  const missing = Math.max(0, (precision ?? 6) - significant);
  spend(budget, missing);
  return `${sign}${prefix}${digits}${'0'.repeat(missing)}${exponent}`;
}
