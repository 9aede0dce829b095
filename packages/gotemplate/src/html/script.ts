/** JavaScript as far as escaping needs it: whether a slash divides or starts a pattern, strings, patterns, comments. */
import { quote } from '../format/bytes.ts';
import { type Context, failed, type JsContext, type State } from './context.ts';

const BEFORE_PATTERN = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);

const SPACE = /[\t\n\f\r \u2028\u2029]/;

/** What a slash means behind this code, given what it meant before. */
function slashContext(code: string, before: JsContext): JsContext {
  let end = code.length;
  while (end > 0 && SPACE.test(code.charAt(end - 1))) end--;
  const trimmed = code.slice(0, end);
  const last = trimmed.slice(-1);
  if (last === '') return before;
  if (last === '+' || last === '-') {
    // ++ and -- end a value, a single sign does not.
    const run = /(\++|-+)$/.exec(trimmed)?.[0].length ?? 0;
    return run % 2 === 1 ? 'jsCtxRegexp' : 'jsCtxDivOp';
  }
  if (last === '.') return /[0-9]\.$/.test(trimmed) ? 'jsCtxDivOp' : 'jsCtxRegexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'jsCtxRegexp';
  const word = /[$0-9A-Z_a-z]*$/.exec(trimmed)?.[0] ?? '';
  return BEFORE_PATTERN.has(word) ? 'jsCtxRegexp' : 'jsCtxDivOp';
}

function shortQuote(text: string): string {
  return quote([...text].slice(0, 32).join(''));
}

const QUOTES: Readonly<Record<string, State>> = { '"': 'stateJSDqStr', "'": 'stateJSSqStr', '`': 'stateJSBqStr' };

export function transitionJs(c: Context, text: string): [Context, number] {
  const at = text.search(/["`'/<\-#]/);
  if (at === -1) return [{ ...c, js: slashContext(text, c.js) }, text.length];
  const js = slashContext(text.slice(0, at), c.js);
  const char = text.charAt(at);
  const string = QUOTES[char];
  if (string !== undefined) return [{ ...c, state: string, js: 'jsCtxRegexp' }, at + 1];
  const rest = text.slice(at);
  if (rest.startsWith('//') || rest.startsWith('#!')) return [{ ...c, js, state: 'stateJSLineCmt' }, at + 2];
  if (rest.startsWith('/*')) return [{ ...c, js, state: 'stateJSBlockCmt' }, at + 2];
  if (rest.startsWith('<!--')) return [{ ...c, js, state: 'stateJSHTMLOpenCmt' }, at + 4];
  if (rest.startsWith('-->')) return [{ ...c, js, state: 'stateJSHTMLCloseCmt' }, at + 3];
  if (js === 'jsCtxRegexp') return [{ ...c, js, state: 'stateJSRegexp' }, at + 1];
  if (js === 'jsCtxDivOp') return [{ ...c, js: 'jsCtxRegexp' }, at + 1];
  return [failed(`'/' could start a division or regexp: ${shortQuote(rest)}`), text.length];
}

const DELIMITED_ENDS: Readonly<Partial<Record<State, RegExp>>> = {
  stateJSDqStr: /[\\"]/g,
  stateJSSqStr: /[\\']/g,
  stateJSBqStr: /[\\`]/g,
  stateJSRegexp: /[\\/[\]]/g,
};

/** Strings and patterns, until their end. */
export function transitionJsDelimited(c: Context, text: string): [Context, number] {
  const specials = new RegExp(DELIMITED_ENDS[c.state] ?? /\\/g, 'g');
  let isInSet = false;
  for (let match = specials.exec(text); match !== null; match = specials.exec(text)) {
    if (match[0] === '\\') {
      if (match.index + 1 === text.length)
        return [failed(`unfinished escape sequence in JS string: ${quote(text)}`), text.length];
      specials.lastIndex = match.index + 2;
    } else if (match[0] === '[') isInSet = true;
    else if (match[0] === ']') isInSet = false;
    else if (!isInSet) return [{ ...c, state: 'stateJS', js: 'jsCtxDivOp' }, match.index + 1];
  }
  if (isInSet) return [failed(`unfinished JS regexp charset: ${quote(text)}`), text.length];
  return [c, text.length];
}

export function transitionBlockComment(c: Context, text: string): [Context, number] {
  const end = text.indexOf('*/');
  if (end === -1) return [c, text.length];
  return [{ ...c, state: c.state === 'stateCSSBlockCmt' ? 'stateCSS' : 'stateJS' }, end + 2];
}

export function transitionLineComment(c: Context, text: string): [Context, number] {
  const isCss = c.state === 'stateCSSLineCmt';
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  if (end === -1) return [c, text.length];
  return [{ ...c, state: isCss ? 'stateCSS' : 'stateJS' }, end];
}
