/** How literal text moves a template through HTML: tags, attributes, special elements. Follows the HTML tokenizer. */
import { quote } from '../format/bytes.ts';
import { contentKindOf, isScriptType } from './attributes.ts';
import {
  ATTRIBUTE_STARTS,
  type Attribute,
  type Context,
  type Delimiter,
  type Element,
  failed,
  type State,
  TEXT,
} from './context.ts';
import { transitionCss, transitionCssString, transitionUrl } from './css.ts';
import { decodeEntities } from './entities.ts';
import { transitionBlockComment, transitionJs, transitionJsDelimited, transitionLineComment } from './script.ts';

/** The context after some text from the front of the given one, and how much was consumed. */
type Transition = (c: Context, text: string) => [Context, number];

const SPACE = /[ \t\n\f\r]/;
const ELEMENTS: ReadonlyMap<string, Element> = new Map<string, Element>([
  ['script', 'elementScript'],
  ['style', 'elementStyle'],
  ['textarea', 'elementTextarea'],
  ['title', 'elementTitle'],
]);
const ELEMENT_CONTENT: Readonly<Record<Element, State>> = {
  elementNone: 'stateText',
  elementScript: 'stateJS',
  elementStyle: 'stateCSS',
  elementTextarea: 'stateRCDATA',
  elementTitle: 'stateRCDATA',
};
const ELEMENT_ENDS: Readonly<Record<Element, RegExp | undefined>> = {
  elementNone: undefined,
  elementScript: /<\/script[> \t\n\f/]/i,
  elementStyle: /<\/style[> \t\n\f/]/i,
  elementTextarea: /<\/textarea[> \t\n\f/]/i,
  elementTitle: /<\/title[> \t\n\f/]/i,
};

function shortQuote(text: string): string {
  return quote([...text].slice(0, 32).join(''));
}

function skipSpace(text: string): number {
  let at = 0;
  while (SPACE.test(text.charAt(at))) at++;
  return at;
}

const transitionText: Transition = (c, text) => {
  for (let at = text.indexOf('<'); at !== -1 && at + 1 < text.length; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) return [{ ...TEXT, state: 'stateHTMLCmt' }, at + 4];
    at++;
    const isEnd = text[at] === '/';
    if (isEnd) at++;
    if (at >= text.length) break;
    const name = /^[a-zA-Z](?:[a-zA-Z0-9]|[:-](?=[a-zA-Z0-9]))*/.exec(text.slice(at))?.[0];
    if (name === undefined) continue;
    const element = isEnd ? 'elementNone' : (ELEMENTS.get(name.toLowerCase()) ?? 'elementNone');
    return [{ ...TEXT, state: 'stateTag', element }, at + name.length];
  }
  return [c, text.length];
};

/** The end of an attribute's name, or the context of the error that a quote or `<` in it is. */
function attributeName(text: string, from: number): number | Context {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (/[ \t\n\f\r=>]/.test(char)) return at;
    if (/['"<]/.test(char)) return failed(`${quote(char)} in attribute name: ${shortQuote(text)}`);
  }
  return text.length;
}

const ATTRIBUTES = { url: 'attrURL', css: 'attrStyle', js: 'attrScript', srcset: 'attrSrcset' } as const;

function attributeOf(element: Element, name: string): Attribute {
  if (element === 'elementScript' && name === 'type') return 'attrScriptType';
  const kind = contentKindOf(name);
  return kind === 'url' || kind === 'css' || kind === 'js' || kind === 'srcset' ? ATTRIBUTES[kind] : 'attrNone';
}

const transitionTag: Transition = (c, text) => {
  const start = skipSpace(text);
  if (start === text.length) return [c, text.length];
  if (text[start] === '>') return [{ ...TEXT, state: ELEMENT_CONTENT[c.element], element: c.element }, start + 1];
  const end = attributeName(text, start);
  if (typeof end !== 'number') return [end, text.length];
  if (start === end) {
    const found = quote(text.slice(start));
    return [failed(`expected space, attr name, or end of tag, but got ${found}`), text.length];
  }
  const attribute = attributeOf(c.element, text.slice(start, end).toLowerCase());
  const state = end === text.length ? 'stateAttrName' : 'stateAfterName';
  return [{ ...TEXT, state, element: c.element, attribute }, end];
};

const transitionAttributeName: Transition = (c, text) => {
  const end = attributeName(text, 0);
  if (typeof end !== 'number') return [end, text.length];
  return [end === text.length ? c : { ...c, state: 'stateAfterName' }, end];
};

const transitionAfterName: Transition = (c, text) => {
  const start = skipSpace(text);
  if (start === text.length) return [c, text.length];
  if (text[start] !== '=') return [{ ...c, state: 'stateTag' }, start];
  return [{ ...c, state: 'stateBeforeValue' }, start + 1];
};

const transitionBeforeValue: Transition = (c, text) => {
  const start = skipSpace(text);
  if (start === text.length) return [c, text.length];
  const state = ATTRIBUTE_STARTS[c.attribute];
  if (text[start] === "'") return [{ ...c, state, delimiter: 'delimSingleQuote' }, start + 1];
  if (text[start] === '"') return [{ ...c, state, delimiter: 'delimDoubleQuote' }, start + 1];
  return [{ ...c, state, delimiter: 'delimSpaceOrTagEnd' }, start];
};

const transitionComment: Transition = (c, text) => {
  const end = text.indexOf('-->');
  return end === -1 ? [c, text.length] : [TEXT, end + 3];
};

/** Inside script, style, textarea and title: nothing but the end tag ends them. */
const transitionSpecialElement: Transition = (c, text) => {
  const end = ELEMENT_ENDS[c.element]?.exec(text);
  return end === null || end === undefined ? [c, text.length] : [TEXT, end.index];
};

const wholeText: Transition = (c, text) => [c, text.length];
const transitionUrlValue: Transition = (c, text) => [transitionUrl(c, text), text.length];

export const TRANSITIONS: Readonly<Record<State, Transition>> = {
  stateText: transitionText,
  stateTag: transitionTag,
  stateAttrName: transitionAttributeName,
  stateAfterName: transitionAfterName,
  stateBeforeValue: transitionBeforeValue,
  stateHTMLCmt: transitionComment,
  stateRCDATA: transitionSpecialElement,
  stateAttr: wholeText,
  stateURL: transitionUrlValue,
  stateSrcset: transitionUrlValue,
  stateJS: transitionJs,
  stateJSDqStr: transitionJsDelimited,
  stateJSSqStr: transitionJsDelimited,
  stateJSBqStr: transitionJsDelimited,
  stateJSRegexp: transitionJsDelimited,
  stateJSBlockCmt: transitionBlockComment,
  stateJSLineCmt: transitionLineComment,
  stateJSHTMLOpenCmt: transitionLineComment,
  stateJSHTMLCloseCmt: transitionLineComment,
  stateCSS: transitionCss,
  stateCSSDqStr: transitionCssString,
  stateCSSSqStr: transitionCssString,
  stateCSSDqURL: transitionCssString,
  stateCSSSqURL: transitionCssString,
  stateCSSURL: transitionCssString,
  stateCSSBlockCmt: transitionBlockComment,
  stateCSSLineCmt: transitionLineComment,
  stateError: wholeText,
  stateDead: wholeText,
};

export const VALUE_ENDS: Readonly<Record<Delimiter, RegExp>> = {
  delimNone: /(?!)/,
  delimDoubleQuote: /"/,
  delimSingleQuote: /'/,
  delimSpaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** The context after a first part of the text, and its length. */
export function contextAfter(c: Context, text: string): [Context, number] {
  if (c.delimiter === 'delimNone') {
    const [after, end] = transitionSpecialElement(c, text);
    if (end === 0) return [after, 0];
    return TRANSITIONS[c.state](c, text.slice(0, end));
  }
  const found = text.search(VALUE_ENDS[c.delimiter]);
  const end = found === -1 ? text.length : found;
  const value = text.slice(0, end);
  if (c.delimiter === 'delimSpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(value);
    if (bad !== null) return [failed(`${quote(bad[0])} in unquoted attr: ${quote(value)}`), text.length];
  }
  if (end === text.length) {
    let inside = c;
    for (let rest = decodeEntities(text); rest !== ''; ) {
      const [next, length] = TRANSITIONS[inside.state](inside, rest);
      inside = next;
      rest = rest.slice(length);
    }
    return [inside, text.length];
  }
  const isOtherScript =
    c.state === 'stateAttr' &&
    c.element === 'elementScript' &&
    c.attribute === 'attrScriptType' &&
    !isScriptType(value);
  const element = isOtherScript ? 'elementNone' : c.element;
  return [{ ...TEXT, state: 'stateTag', element }, c.delimiter === 'delimSpaceOrTagEnd' ? end : end + 1];
}
