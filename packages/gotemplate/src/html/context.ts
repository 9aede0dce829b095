/** Where in HTML a point of a template is. The names are Go's, because error messages show them. */
import type { JumpNode, TemplateTreeNode } from '../parse/nodes.ts';

export type State =
  | 'stateText'
  | 'stateTag'
  | 'stateAttrName'
  | 'stateAfterName'
  | 'stateBeforeValue'
  | 'stateHTMLCmt'
  | 'stateRCDATA'
  | 'stateAttr'
  | 'stateURL'
  | 'stateSrcset'
  | 'stateJS'
  | 'stateJSDqStr'
  | 'stateJSSqStr'
  | 'stateJSBqStr'
  | 'stateJSRegexp'
  | 'stateJSBlockCmt'
  | 'stateJSLineCmt'
  | 'stateJSHTMLOpenCmt'
  | 'stateJSHTMLCloseCmt'
  | 'stateCSS'
  | 'stateCSSDqStr'
  | 'stateCSSSqStr'
  | 'stateCSSDqURL'
  | 'stateCSSSqURL'
  | 'stateCSSURL'
  | 'stateCSSBlockCmt'
  | 'stateCSSLineCmt'
  | 'stateError'
  | 'stateDead';

export type Delimiter = 'delimNone' | 'delimDoubleQuote' | 'delimSingleQuote' | 'delimSpaceOrTagEnd';
type UrlPart = 'urlPartNone' | 'urlPartPreQuery' | 'urlPartQueryOrFrag' | 'urlPartUnknown';
export type JsContext = 'jsCtxRegexp' | 'jsCtxDivOp' | 'jsCtxUnknown';
export type Attribute = 'attrNone' | 'attrScript' | 'attrScriptType' | 'attrStyle' | 'attrURL' | 'attrSrcset';
export type Element = 'elementNone' | 'elementScript' | 'elementStyle' | 'elementTextarea' | 'elementTitle';

/** Why a template cannot be escaped. */
export interface EscapeProblem {
  readonly node?: TemplateTreeNode;
  readonly line?: number;
  readonly description: string;
}

export interface Context {
  readonly state: State;
  readonly delimiter: Delimiter;
  readonly urlPart: UrlPart;
  readonly js: JsContext;
  readonly attribute: Attribute;
  readonly element: Element;
  readonly problem?: EscapeProblem;
  /** The break or continue that leaves here. */
  readonly jump?: JumpNode;
}

export const TEXT: Context = {
  state: 'stateText',
  delimiter: 'delimNone',
  urlPart: 'urlPartNone',
  js: 'jsCtxRegexp',
  attribute: 'attrNone',
  element: 'elementNone',
};

export function failed(description: string, where: { node?: TemplateTreeNode; line?: number } = {}): Context {
  return { ...TEXT, state: 'stateError', problem: { ...where, description } };
}

export function isSameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delimiter === b.delimiter &&
    a.urlPart === b.urlPart &&
    a.js === b.js &&
    a.attribute === b.attribute &&
    a.element === b.element &&
    a.problem === b.problem
  );
}

export function contextText(c: Context): string {
  return `{${c.state} ${c.delimiter} ${c.urlPart} ${c.js} ${c.attribute} ${c.element} <nil>}`;
}

/** The name under which the copy of a template for this start context is kept. */
export function mangledName(c: Context, name: string): string {
  if (c.state === 'stateText') return name;
  const parts = [`${name}$htmltemplate_${c.state}`];
  if (c.delimiter !== TEXT.delimiter) parts.push(c.delimiter);
  if (c.urlPart !== TEXT.urlPart) parts.push(c.urlPart);
  if (c.js !== TEXT.js) parts.push(c.js);
  if (c.attribute !== TEXT.attribute) parts.push(c.attribute);
  if (c.element !== TEXT.element) parts.push(c.element);
  return parts.join('_');
}

const COMMENTS: ReadonlySet<State> = new Set<State>([
  'stateHTMLCmt',
  'stateJSBlockCmt',
  'stateJSLineCmt',
  'stateJSHTMLOpenCmt',
  'stateJSHTMLCloseCmt',
  'stateCSSBlockCmt',
  'stateCSSLineCmt',
]);

export function isComment(state: State): boolean {
  return COMMENTS.has(state);
}

/** The state at the start of a value of this attribute. */
export const ATTRIBUTE_STARTS: Readonly<Record<Attribute, State>> = {
  attrNone: 'stateAttr',
  attrScript: 'stateJS',
  attrScriptType: 'stateAttr',
  attrStyle: 'stateCSS',
  attrURL: 'stateURL',
  attrSrcset: 'stateSrcset',
};

/** The context once something is inserted here: a value begins, or an attribute's name. */
export function nudged(c: Context): Context {
  switch (c.state) {
    case 'stateTag':
      return { ...c, state: 'stateAttrName' };
    case 'stateBeforeValue':
      return {
        ...c,
        state: ATTRIBUTE_STARTS[c.attribute],
        delimiter: 'delimSpaceOrTagEnd',
        attribute: 'attrNone',
      };
    case 'stateAfterName':
      return { ...c, state: 'stateAttrName', attribute: 'attrNone' };
    default:
      return c;
  }
}
