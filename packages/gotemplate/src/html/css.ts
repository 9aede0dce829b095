/** CSS as far as escaping needs it: escapes, identifiers, and how text changes the context. Source: css-syntax-3. */
import { quote } from '../format/bytes.ts';
import { type Context, failed } from './context.ts';

const NAME_CHAR = /[a-zA-Z0-9_\-\u0080-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff]/;

/** Text with its `\41` and `\"` escapes decoded. */
export function decodeCss(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\f\r])?|([\s\S]))?/gu, (_all, hex, char) => {
    if (hex === undefined) return char ?? '';
    const code = Number.parseInt(hex, 16);
    // Six digits can name more than there are characters: the last one then stands for itself.
    if (code > 0x10ffff) return String.fromCodePoint(code >> 4) + hex.slice(-1);
    return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
  });
}

function endsWithUrl(text: string): boolean {
  const match = /(.?)url$/iu.exec(text);
  return match !== null && !NAME_CHAR.test(match[1] ?? '');
}

/** The URL part after this text; both queries and fragments count as the end of the path. */
export function transitionUrl(c: Context, text: string): Context {
  if (/[#?]/.test(text)) return { ...c, urlPart: 'urlPartQueryOrFrag' };
  if (/[^ \t\n\f\r]/.test(text) && c.urlPart === 'urlPartNone') return { ...c, urlPart: 'urlPartPreQuery' };
  return c;
}

export function transitionCss(c: Context, text: string): [Context, number] {
  for (const match of text.matchAll(/[("'/]/g)) {
    const at = match.index;
    switch (match[0]) {
      case '(': {
        if (!endsWithUrl(text.slice(0, at).trimEnd())) break;
        const start = at + 1 + (/^[\t\n\f\r ]*/.exec(text.slice(at + 1))?.[0].length ?? 0);
        if (text[start] === '"') return [{ ...c, state: 'stateCSSDqURL' }, start + 1];
        if (text[start] === "'") return [{ ...c, state: 'stateCSSSqURL' }, start + 1];
        return [{ ...c, state: 'stateCSSURL' }, start];
      }
      case '/':
        if (text[at + 1] === '/') return [{ ...c, state: 'stateCSSLineCmt' }, at + 2];
        if (text[at + 1] === '*') return [{ ...c, state: 'stateCSSBlockCmt' }, at + 2];
        break;
      case '"':
        return [{ ...c, state: 'stateCSSDqStr' }, at + 1];
      default:
        return [{ ...c, state: 'stateCSSSqStr' }, at + 1];
    }
  }
  return [c, text.length];
}

const STRING_ENDS: Readonly<Partial<Record<Context['state'], RegExp>>> = {
  stateCSSDqStr: /[\\"]/,
  stateCSSDqURL: /[\\"]/,
  stateCSSSqStr: /[\\']/,
  stateCSSSqURL: /[\\']/,
  stateCSSURL: /[\\\t\n\f\r )]/,
};

/** Strings and URLs in CSS; strings are treated like URLs, because they may be used as such. */
export function transitionCssString(start: Context, text: string): [Context, number] {
  const ends = new RegExp(STRING_ENDS[start.state] ?? /\\/, 'g');
  let c = start;
  for (let from = 0; ; ) {
    ends.lastIndex = from;
    const match = ends.exec(text);
    if (match === null) return [transitionUrl(c, decodeCss(text.slice(from))), text.length];
    if (match[0] !== '\\') return [{ ...c, state: 'stateCSS' }, match.index + 1];
    if (match.index + 1 === text.length)
      return [failed(`unfinished escape sequence in CSS string: ${quote(text)}`), text.length];
    c = transitionUrl(c, decodeCss(text.slice(0, match.index + 2)));
    from = match.index + 2;
  }
}
