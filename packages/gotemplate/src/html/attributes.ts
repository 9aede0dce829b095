/** What kind of content an attribute takes, from HTML's list of attributes and a careful guess for others. */

export type ContentKind = 'plain' | 'url' | 'css' | 'js' | 'html' | 'srcset' | 'unsafe';

const URLS =
  'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns';
const UNSAFE =
  'accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value';
const PLAIN =
  'accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable contextmenu controls coords datetime default dir dirname disabled draggable dropzone for formtarget headers height hidden high hreflang id ismap kind label lang list loop low max maxlength media mediagroup min multiple name open optimum placeholder preload pubdate radiogroup readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape size sizes span srclang start step tabindex target title width wrap';

const KINDS: ReadonlyMap<string, ContentKind> = new Map([
  ...URLS.split(' ').map((name): [string, ContentKind] => [name, 'url']),
  ...UNSAFE.split(' ').map((name): [string, ContentKind] => [name, 'unsafe']),
  ...PLAIN.split(' ').map((name): [string, ContentKind] => [name, 'plain']),
  ['srcdoc', 'html'],
  ['srcset', 'srcset'],
  ['style', 'css'],
]);

/** @param name in lower case */
export function contentKindOf(name: string): ContentKind {
  let short = name;
  if (name.startsWith('data-')) short = name.slice(5);
  else if (name.includes(':')) {
    const [space = '', rest = ''] = splitOnce(name, ':');
    if (space === 'xmlns') return 'url';
    short = rest;
  }
  const known = KINDS.get(short);
  if (known !== undefined) return known;
  if (short.startsWith('on')) return 'js';
  return /src|uri|url/.test(short) ? 'url' : 'plain';
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return [text.slice(0, at), text.slice(at + by.length)];
}

const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/x-ecmascript',
  'application/x-javascript',
  'module',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

/** Whether a script element of this type holds JavaScript or JSON. */
export function isScriptType(mimeType: string): boolean {
  return SCRIPT_TYPES.has((mimeType.split(';', 1)[0] ?? '').trim().toLowerCase());
}
