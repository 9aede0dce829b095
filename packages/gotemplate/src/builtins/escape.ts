/** html, js and urlquery: plain escaping without context. */
import { isPrint, toBytes } from '../format/bytes.ts';

const HTML: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\0', '\ufffd'],
]);

const HTML_SPECIAL = /["'&<>\0]/g;

export function escapeHtml(text: string): string {
  return text.replace(HTML_SPECIAL, (char) => HTML.get(char) ?? char);
}

const JS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['<', '\\u003C'],
  ['>', '\\u003E'],
  ['&', '\\u0026'],
  ['=', '\\u003D'],
]);

export function escapeJs(text: string): string {
  let out = '';
  for (const char of text) out += JS.get(char) ?? escapedJsChar(char);
  return out;
}

function escapedJsChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && (code < 0x80 || isPrint(char))) return char;
  return `\\u${(code >= 0xd800 && code < 0xe000 ? 0xfffd : code).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** url.QueryEscape */
export function escapeQuery(text: string): string {
  let out = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-._~]/.test(char)) out += char;
    else out += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
