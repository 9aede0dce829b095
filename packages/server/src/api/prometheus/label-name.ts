/**
 * Label names in a path: `U__http_2e_status` is `http.status`. Source: Prometheus naming docs, "values" escaping scheme:
 * `__` stands for `_`, `_<hex>_` for a code point; a name that is not properly escaped stands for itself.
 */
const PREFIX = 'U__';

export function unescapeLabelName(name: string): string {
  if (!name.startsWith(PREFIX)) return name;
  const escaped = name.slice(PREFIX.length);
  let out = '';
  for (let i = 0; i < escaped.length; i++) {
    const char = escaped[i] as string;
    if (char !== '_') {
      out += char;
      continue;
    }
    if (escaped[i + 1] === '_') {
      out += '_';
      i++;
      continue;
    }
    const end = escaped.indexOf('_', i + 1);
    const code = end === -1 ? Number.NaN : codePoint(escaped.slice(i + 1, end));
    if (Number.isNaN(code)) return name;
    out += String.fromCodePoint(code);
    i = end;
  }
  return out;
}

function codePoint(hex: string): number {
  if (!/^[0-9a-fA-F]{1,6}$/.test(hex)) return Number.NaN;
  const code = Number.parseInt(hex, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isSurrogate || code > 0x10ffff ? Number.NaN : code;
}
