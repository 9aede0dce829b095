/** What stands between the double quotes of a Go string literal. Source: Go's strconv.Unquote. */
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** The text, or undefined when it is not a valid literal or not UTF-8. */
export function unquoteGo(literal: string): string | undefined {
  if (literal.includes('\n')) return undefined;
  if (!literal.includes('\\')) return literal;
  const parts: Buffer[] = [];
  for (let at = 0; at < literal.length; ) {
    const backslash = literal.indexOf('\\', at);
    const end = backslash === -1 ? literal.length : backslash;
    parts.push(Buffer.from(literal.slice(at, end)));
    at = end;
    if (backslash === -1) break;
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(literal);
    const bytes = match === null ? undefined : escapedBytes(match);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    at = ESCAPE.lastIndex;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}

function escapedBytes([, simple, hex, octal, short, long]: RegExpExecArray): Buffer | undefined {
  if (simple !== undefined) return Buffer.from(SIMPLE[simple] ?? '');
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 255 ? undefined : Buffer.of(byte);
  }
  const code = Number.parseInt(short ?? long ?? '', 16);
  const isRune = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isRune ? Buffer.from(String.fromCodePoint(code)) : undefined;
}
