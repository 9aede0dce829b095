/**
 * Go's strings are bytes, JavaScript's are UTF-16. Valid text stays as it is; a byte that is not part of valid UTF-8 is the
 * lone surrogate U+DC00 + byte (0x80 to 0xff), so that lengths, slices and %x come out as in Go.
 */
const encoder = new TextEncoder();
const ASCII = /^[\0-\x7f]*$/;
const ESCAPED = /[\udc80-\udcff]/;

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

export function toBytes(text: string): Uint8Array {
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

export function byteLength(text: string): number {
  return isAscii(text) ? text.length : toBytes(text).length;
}

/** Text of the bytes; what is not UTF-8 becomes escaped bytes. */
export function fromBytes(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      out += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at++;
    } else {
      out += decode(bytes, at, length);
      at += length;
    }
  }
  return out;
}

/** Length of the valid UTF-8 sequence that starts at `at`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0;
  return length;
}

function decode(bytes: Uint8Array, at: number, length: number): string {
  const first = bytes[at] ?? 0;
  if (length === 1) return String.fromCharCode(first);
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return String.fromCodePoint(code);
}

/** The text as it leaves: escaped bytes that now form UTF-8 are joined, others become U+FFFD. */
export function toWellFormed(text: string): string {
  return ESCAPED.test(text) ? new TextDecoder().decode(toBytes(text)) : text;
}

/** Bytes `from` to `to` of the text. */
export function sliceBytes(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).subarray(from, to));
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** strconv.Quote; with `asciiOnly` strconv.QuoteToASCII. `delimiter` is `'` for characters. */
export function quote(text: string, asciiOnly = false, delimiter: '"' | "'" = '"'): string {
  let out: string = delimiter;
  for (const char of text) out += quotedChar(char, asciiOnly, delimiter);
  return out + delimiter;
}

function quotedChar(char: string, asciiOnly: boolean, delimiter: string): string {
  if (char === delimiter) return `\\${char}`;
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (asciiOnly ? code >= 0x20 && code < 0x7f : isPrint(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `%#U` of a character: U+0040 '@'. */
export function unicodeName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrint(char) ? `U+${code} '${char}'` : `U+${code}`;
}
