/**
 * How far a number or a duration reaches in the text. The rules are those of Prometheus 3's lexer, mistakes included: what a
 * message quotes is what was read until the mistake showed.
 */

const DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';
const ALPHANUMERIC = /[0-9a-zA-Z_]/;

/** Walks over characters of given sets. */
class Scanner {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  is(chars: string): boolean {
    return this.at < this.#text.length && chars.includes(this.#text[this.at] as string);
  }

  accept(chars: string): boolean {
    if (!this.is(chars)) return false;
    this.at++;
    return true;
  }

  acceptRun(chars: string): void {
    while (this.accept(chars));
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  isAlphanumeric(): boolean {
    return ALPHANUMERIC.test(this.#text[this.at] ?? '');
  }
}

/** `isNumber` is false when another character than may follow a number does, such as the unit of a duration. */
export function scanNumber(text: string, start: number): { isNumber: boolean; end: number } {
  const scan = new Scanner(text, start);
  const isHex = scan.accept('0') && scan.accept('xX');
  if (isHex) scan.accept('_');
  const digits = isHex ? HEX_DIGITS : DIGITS;
  scan.accept('.');
  scan.accept(digits);
  const isWhole = scanParts(scan, digits, isHex);
  return { isNumber: isWhole && scan.at > start && !scan.isAlphanumeric(), end: scan.at };
}

/** False after a character that cannot stand where it does. An `e` is an exponent even among hexadecimal digits. */
function scanParts(scan: Scanner, digits: string, isHex: boolean): boolean {
  let hasPoint = false;
  let hasExponent = false;
  while (scan.is(`${digits}._eE`)) {
    if (scan.accept('.')) {
      if (hasPoint || scan.accept('_.') || isHex) return false;
      hasPoint = true;
    } else if (scan.accept('eE')) {
      if (hasExponent) return false;
      hasExponent = true;
      scan.accept('+-');
      if (scan.accept('._eE') || scan.isAtEnd) return false;
    } else if (scan.accept('_')) {
      if (scan.accept('._eE') || scan.isAtEnd) return false;
    } else scan.acceptRun(digits);
  }
  return true;
}

/** A duration whose first digits end at `at`. */
export function scanDuration(text: string, at: number): { isDuration: boolean; end: number } {
  const scan = new Scanner(text, at);
  if (!scan.accept('smhdwy')) return { isDuration: false, end: scan.at };
  scan.accept('s');
  while (scan.accept(DIGITS)) {
    scan.acceptRun(DIGITS);
    if (!scan.accept('smhdw')) return { isDuration: false, end: scan.at };
    scan.accept('s');
  }
  if (!scan.isAlphanumeric()) return { isDuration: true, end: scan.at };
  return { isDuration: false, end: scan.at + 1 };
}
