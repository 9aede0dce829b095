/** Cuts a query into coloured pieces for reading. The editor has Prometheus's grammar; a list of rules cannot carry it. */

type TokenKind = 'string' | 'comment' | 'number' | 'keyword' | 'function' | 'label' | 'plain';

export interface PromqlToken {
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS = new Set(
  'and or unless by without on ignoring group_left group_right bool offset inf nan start end fill'.split(' '),
);
const PIECE =
  /(?<comment>#[^\n]*)|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(?<number>0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)?(?![\w:]))|(?<word>[a-z_:][\w:.]*)|(?<rest>[^"'`#\w.:]+|.)/gisu;
const LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/** Joined they are the query, whatever it is. */
export function promqlTokens(query: string): readonly PromqlToken[] {
  const tokens: PromqlToken[] = [];
  let braces = 0;
  /** Between the parentheses of `by (...)`. */
  let list: 'no' | 'next' | 'open' = 'no';
  for (const { groups, 0: text, index } of query.matchAll(PIECE)) {
    let kind: TokenKind = 'plain';
    if (groups?.['comment'] !== undefined) kind = 'comment';
    else if (groups?.['string'] !== undefined) kind = 'string';
    else if (groups?.['number'] !== undefined) kind = 'number';
    else if (groups?.['word'] !== undefined) {
      const word = text.toLowerCase();
      const after = query.slice(index + text.length);
      if (braces > 0 || list === 'open') kind = 'label';
      else if (KEYWORDS.has(word)) kind = 'keyword';
      else if (/^\s*(?:\(|(?:by|without)\b)/i.test(after)) kind = 'function';
      if (kind === 'keyword') list = LISTS.has(word) ? 'next' : 'no';
    } else {
      for (const letter of text) {
        if (letter === '{') braces++;
        if (letter === '}') braces = Math.max(0, braces - 1);
        if (letter === '(' && list === 'next') list = 'open';
        else if (letter === ')' && list === 'open') list = 'no';
      }
    }
    tokens.push({ kind, text });
  }
  return tokens;
}
