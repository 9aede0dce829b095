/**
 * Secrets that are recognised by how they look, in any text of a line: bearer tokens, JSON Web Tokens, credit cards (with
 * the Luhn check digit), AWS and other providers' keys, private key blocks, passwords in addresses, `password=...`.
 *
 * The scan that quotes a text for JSON also collects which tell-tale characters it has (`MARKS`); an expression runs only
 * when its characters were there, so that most texts meet none.
 */

/** Bits of the characters in a text. */
export const NEEDS_ESCAPE = 1;
const AT = 2;
const DIGIT = 4;
const TOKEN_LETTER = 8;
const UNDERSCORE = 16;
const ASSIGN = 32;
const LETTER_B = 64;
const SPACE = 128;

/** Bits of every UTF-16 code unit. */
export const MARKS = marks();

function marks(): Uint8Array {
  const table = new Uint8Array(65_536);
  table.fill(NEEDS_ESCAPE, 0, 32);
  const set = (characters: string, bit: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = bit;
  };
  set('\\', NEEDS_ESCAPE);
  set('"', NEEDS_ESCAPE);
  set('@', AT);
  set('0123456789', DIGIT);
  set('JIGz', TOKEN_LETTER);
  set('_-', UNDERSCORE);
  set('=:', ASSIGN);
  set('bB', LETTER_B);
  set(' ', SPACE);
  return table;
}

export const CENSOR = '[REDACTED]';

const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]{1,512}@/gi;
const JWT = /\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){1,4}/g;
const AWS_KEY = /\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{35}/g;
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,65536}?-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)/g;
const PROVIDER_TOKEN =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|xox[abeprs]-[A-Za-z0-9-]{10,255}|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,255}|glpat-[\w-]{15,255}|npm_[A-Za-z0-9]{30,255}|sk-[A-Za-z0-9_-]{20,255})/g;
const BEARER = /\b(bearer\s{1,8})[A-Za-z0-9._~+/=-]{6,}/gi;
const ASSIGNMENT =
  /((?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|authorization|set-cookie|cookie)(?:\\?["'])?\s{0,4}[=:]\s{0,4})(?:\\?"(?:[^"\\]|\\[^"])*\\?"?|'[^']*'?|(?:(?:basic|bearer|digest|negotiate)\s+)?[^\s,;&"'}\])]+)/gi;
const CARD = /(?<![0-9A-Za-z_.-])(?:\d[ -]?){12,18}\d(?![0-9A-Za-z_])/g;
const CARD_ISSUER = /^(?:4|5[0-9]|6[0-9]|2[2-7]|3[0-9])/;

/** Digits of the shortest card number. */
const CARD_DIGITS = 13;
/** Up to here digits are counted first. */
const COUNTED = 128;

/** The shortest text that can hold a secret of these patterns. */
const SHORTEST = 8;

/** Marks of a long text, by expressions: scanning it in JavaScript would cost more. */
export function hideSecretsInLong(text: string): string {
  return hide(text, 0xff);
}

/** @param bits The marks of all characters of `text`, or-ed. */
export function hideSecrets(text: string, bits: number): string {
  return text.length < SHORTEST ? text : hide(text, bits);
}

function hide(text: string, bits: number): string {
  let out = text;
  // First: a value may be a secret of another pattern, and is replaced as a whole.
  if ((bits & ASSIGN) !== 0) out = out.replace(ASSIGNMENT, `$1${CENSOR}`);
  if ((bits & AT) !== 0 && out.includes('://')) out = out.replace(URL_CREDENTIALS, `$1${CENSOR}@`);
  if ((bits & TOKEN_LETTER) !== 0) {
    if (out.includes('eyJ')) out = out.replace(JWT, CENSOR);
    if (out.includes('PRIVATE KEY')) out = out.replace(PRIVATE_KEY, CENSOR);
    if (out.length >= 20) out = out.replace(AWS_KEY, CENSOR);
  }
  if ((bits & UNDERSCORE) !== 0 && out.length >= 15) out = out.replace(PROVIDER_TOKEN, CENSOR);
  if ((bits & (LETTER_B | SPACE)) === (LETTER_B | SPACE) && /earer\s/i.test(out))
    out = out.replace(BEARER, `$1${CENSOR}`);
  if ((bits & DIGIT) !== 0 && hasDigits(out, CARD_DIGITS)) out = out.replace(CARD, hideCard);
  return out;
}

/** Counting is cheaper than starting the expression, and most texts with digits have few. */
function hasDigits(text: string, least: number): boolean {
  const { length } = text;
  if (length < least) return false;
  if (length > COUNTED) return true;
  let count = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) count++;
  }
  return count >= least;
}

/** Whether a number is a credit card's. */
export function isCardNumber(value: number | bigint): boolean {
  return isCard(String(value));
}

function hideCard(match: string): string {
  return isCard(match.replace(/[ -]/g, '')) ? CENSOR : match;
}

/** Luhn (ISO/IEC 7812-1, annex B) over a number that begins as an issuer's does, so that times and ids are not taken. */
function isCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || !CARD_ISSUER.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = (index & 1) === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
