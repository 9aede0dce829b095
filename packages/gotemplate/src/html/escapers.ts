/** The functions that escaping adds to the end of pipelines, one for each kind of place. */

import { FunctionError } from '../errors.ts';
import type { TemplateFunction } from '../exec/operands.ts';
import { toBytes } from '../format/bytes.ts';
import { sprint } from '../format/print.ts';
import { marshalJson } from '../functions/json.ts';
import { SAFE_HTML, SAFE_URL } from '../functions/text.ts';
import { ANY } from '../value/types.ts';
import { GoNamed, GoPointer, type GoValue, typeOf } from '../value/values.ts';
import { contentKindOf } from './attributes.ts';
import { decodeCss } from './css.ts';
import { stripTags } from './strip-tags.ts';

/** Stands for content that would be unsafe where it was to be inserted. */
const FAILSAFE = 'ZgotmplZ';

type Trust = 'plain' | 'html' | 'url';

/** The arguments as text, and whether the template called that text safe. */
function stringify(args: readonly GoValue[]): { text: string; trust: Trust } {
  const only = args[0];
  if (args.length === 1 && only instanceof GoNamed && typeof only.value === 'string') {
    const trust = only.type === SAFE_HTML ? 'html' : only.type === SAFE_URL ? 'url' : 'plain';
    return { text: only.value, trust };
  }
  const present = args.filter((value) => value !== null);
  const values = present.map((value) => (value instanceof GoPointer ? (value.target ?? value) : value));
  return { text: sprint(values), trust: 'plain' };
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};
const NO_SPACE: Readonly<Record<string, string>> = {
  ...HTML,
  '\0': '&#xfffd;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\v': '&#11;',
  '\f': '&#12;',
  '\r': '&#13;',
  ' ': '&#32;',
  '=': '&#61;',
  '`': '&#96;',
};

const SPECIAL = /[\0"&'+<>]/g;
const SPECIAL_EXCEPT_ENTITIES = /[\0"'+<>]/g;
const NO_SPACE_SPECIAL = /[\0"&'+<>\t\n\v\f\r =`\ufdd0-\ufdef\ufff0-\uffff]/g;
const NO_SPACE_SPECIAL_EXCEPT_ENTITIES = /[\0"'+<>\t\n\v\f\r =`\ufdd0-\ufdef\ufff0-\uffff]/g;

function replaceHtml(text: string, keepsEntities: boolean): string {
  return text.replace(keepsEntities ? SPECIAL_EXCEPT_ENTITIES : SPECIAL, (char) => HTML[char] ?? char);
}

function replaceNoSpace(text: string, keepsEntities: boolean): string {
  if (text === '') return FAILSAFE;
  return text.replace(
    keepsEntities ? NO_SPACE_SPECIAL_EXCEPT_ENTITIES : NO_SPACE_SPECIAL,
    (char) => NO_SPACE[char] ?? `&#x${char.charCodeAt(0).toString(16)};`,
  );
}

function escapeHtml(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return trust === 'html' ? text : replaceHtml(text, false);
}

function escapeRcdata(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return replaceHtml(text, trust === 'html');
}

function escapeAttribute(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return trust === 'html' ? replaceHtml(stripTags(text), true) : replaceHtml(text, false);
}

function escapeUnquoted(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return trust === 'html' ? replaceNoSpace(stripTags(text), true) : replaceNoSpace(text, false);
}

function filterName(args: readonly GoValue[]): string {
  const name = stringify(args).text.toLowerCase();
  return /^[a-z0-9]+$/.test(name) && contentKindOf(name) === 'plain' ? name : FAILSAFE;
}

function isSafeUrl(text: string): boolean {
  const scheme = /^([^:/]*):/.exec(text)?.[1];
  return scheme === undefined || /^(?:https?|mailto)$/i.test(scheme);
}

function filterUrl(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return trust === 'url' || isSafeUrl(text) ? text : `#${FAILSAFE}`;
}

/** Percent-encodes; when normalising only what cannot stand in a URL at all. */
function encodeUrl(text: string, isNormalising: boolean): string {
  const bytes = toBytes(text);
  let out = '';
  bytes.forEach((byte, index) => {
    const char = String.fromCharCode(byte);
    const isEscape = char === '%' && isHexPair(bytes[index + 1], bytes[index + 2]);
    const isKept = /[A-Za-z0-9\-._~]/.test(char) || (isNormalising && (isEscape || /[!#$&*+,/:;=?@[\]]/.test(char)));
    out += isKept ? char : `%${byte.toString(16).padStart(2, '0')}`;
  });
  return out;
}

function isHexPair(first: number | undefined, second: number | undefined): boolean {
  return /^[0-9a-fA-F]{2}$/.test(String.fromCharCode(first ?? 0, second ?? 0));
}

function normaliseUrl(args: readonly GoValue[]): string {
  return encodeUrl(stringify(args).text, true);
}

function escapeUrl(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  return encodeUrl(text, trust === 'url');
}

function filterSrcset(args: readonly GoValue[]): string {
  const { text, trust } = stringify(args);
  if (trust === 'url') return encodeUrl(text, true).replaceAll(',', '%2c');
  return text.split(',').map(srcsetElement).join(',');
}

function srcsetElement(element: string): string {
  const [, space = '', url = '', metadata = ''] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/.exec(element) ?? [];
  const isClean = isSafeUrl(url) && /^[\t\n\f\r A-Za-z0-9]*$/.test(metadata);
  return isClean ? space + encodeUrl(url, true) + metadata : `#${FAILSAFE}`;
}

const JS_STRING: Readonly<Record<string, string>> = {
  '\0': '\\u0000',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\u000b',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\u0022',
  '`': '\\u0060',
  '&': '\\u0026',
  "'": '\\u0027',
  '+': '\\u002b',
  '/': '\\/',
  '<': '\\u003c',
  '>': '\\u003e',
  '\\': '\\\\',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function jsText(text: string): string {
  return Array.from(text, (char) => JS_STRING[char] ?? controlEscape(char)).join('');
}

function controlEscape(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x20 ? `\\u${code.toString(16).padStart(4, '0')}` : char;
}

function escapeJsString(args: readonly GoValue[]): string {
  return jsText(stringify(args).text);
}

function escapeJsPattern(args: readonly GoValue[]): string {
  const text = stringify(args).text;
  if (text === '') return '(?:)';
  return Array.from(text, (char) => (/[$()*\-.?[\]^{|}]/.test(char) ? `\\${char}` : jsText(char))).join('');
}

/** A JavaScript expression: the value as JSON, set apart from words around it. */
function escapeJsValue(args: readonly GoValue[]): string {
  const only = args[0] ?? null;
  const value = args.length === 1 ? asJson(only) : sprint(args);
  let json: string;
  try {
    json = marshalJson(value);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return ` /* ${error.message.replaceAll('*/', '* /')} */null `;
  }
  return /^[$0-9A-Z_a-z]|[$0-9A-Z_a-z]$/.test(json) ? ` ${json} ` : json;
}

function asJson(value: GoValue): GoValue {
  const target = value instanceof GoPointer ? (value.target ?? null) : value;
  const type = typeOf(target);
  // A time has its own JSON; other values with a text are that text.
  return type?.text !== undefined && type.name !== 'time.Time' ? type.text(target) : target;
}

const CSS_SPECIAL = /[\0\t\n\f\r"&'()+/:;<>\\{}]/g;

function escapeCss(args: readonly GoValue[]): string {
  const text = stringify(args).text;
  return text.replace(CSS_SPECIAL, (char, offset: number) => {
    if (char === '\\') return '\\\\';
    const next = text.charAt(offset + 1);
    const space = next === '' || /[0-9a-fA-F\t\n\f\r ]/.test(next) ? ' ' : '';
    return `\\${char.charCodeAt(0).toString(16)}${space}`;
  });
}

function filterCss(args: readonly GoValue[]): string {
  const text = decodeCss(stringify(args).text);
  if (/[\0"'()/;@[\\\]`{}<>]/.test(text) || text.includes('--')) return FAILSAFE;
  const letters = text.replace(/[^a-zA-Z0-9_-]/g, '').toLowerCase();
  return /expression|mozbinding/.test(letters) ? FAILSAFE : text;
}

function escaper(call: (args: readonly GoValue[]) => string): TemplateFunction {
  return { params: [], rest: ANY, call };
}

export const ESCAPERS: ReadonlyMap<string, TemplateFunction> = new Map([
  ['_html_template_attrescaper', escaper(escapeAttribute)],
  ['_html_template_commentescaper', escaper(() => '')],
  ['_html_template_cssescaper', escaper(escapeCss)],
  ['_html_template_cssvaluefilter', escaper(filterCss)],
  ['_html_template_htmlnamefilter', escaper(filterName)],
  ['_html_template_htmlescaper', escaper(escapeHtml)],
  ['_html_template_jsregexpescaper', escaper(escapeJsPattern)],
  ['_html_template_jsstrescaper', escaper(escapeJsString)],
  ['_html_template_jsvalescaper', escaper(escapeJsValue)],
  ['_html_template_nospaceescaper', escaper(escapeUnquoted)],
  ['_html_template_rcdataescaper', escaper(escapeRcdata)],
  ['_html_template_srcsetescaper', escaper(filterSrcset)],
  ['_html_template_urlescaper', escaper(escapeUrl)],
  ['_html_template_urlfilter', escaper(filterUrl)],
  ['_html_template_urlnormalizer', escaper(normaliseUrl)],
  ['_eval_args_', escaper((args) => sprint(args))],
]);
