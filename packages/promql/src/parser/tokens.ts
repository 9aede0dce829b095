/** The kinds of words in PromQL and how messages call them. Follows the lexical rules of Prometheus 3. */
import { quote } from '@sightline/model';

export type TokenType =
  | 'EOF'
  | 'ERROR'
  | 'IDENTIFIER'
  | 'METRIC_IDENTIFIER'
  | 'NUMBER'
  | 'DURATION'
  | 'STRING'
  | 'PUNCTUATION'
  | 'OPERATOR'
  | 'AGGREGATOR'
  | 'KEYWORD'
  | 'PREPROCESSOR';

export interface Token {
  readonly type: TokenType;
  /** The text as written; for ERROR the message. */
  readonly text: string;
  /** Operators, keywords and aggregators in lower case, punctuation as written, '' for the rest. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export const WORDS: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ...['and', 'or', 'unless', 'atan2'].map((word) => [word, 'OPERATOR'] as const),
  ...[
    'sum',
    'avg',
    'count',
    'min',
    'max',
    'group',
    'stddev',
    'stdvar',
    'topk',
    'bottomk',
    'count_values',
    'quantile',
    'limitk',
    'limit_ratio',
  ].map((word) => [word, 'AGGREGATOR'] as const),
  ...[
    'offset',
    'smoothed',
    'anchored',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'fill',
    'fill_left',
    'fill_right',
    'bool',
  ].map((word) => [word, 'KEYWORD'] as const),
  ...['start', 'end', 'step', 'range', 'min_of', 'max_of'].map((word) => [word, 'PREPROCESSOR'] as const),
  ['inf', 'NUMBER'],
  ['nan', 'NUMBER'],
]);

/** Words that are a metric name where an operand is expected. `on`, `bool`, `ignoring`, `group_*` and `atan2` are not. */
const NOT_A_METRIC: ReadonlySet<string> = new Set([
  'on',
  'bool',
  'ignoring',
  'group_left',
  'group_right',
  'atan2',
  'fill',
  'fill_left',
  'fill_right',
]);

export function isMetricWord(token: Token): boolean {
  switch (token.type) {
    case 'IDENTIFIER':
    case 'METRIC_IDENTIFIER':
    case 'AGGREGATOR':
    case 'PREPROCESSOR':
      return true;
    case 'KEYWORD':
      return !NOT_A_METRIC.has(token.word);
    case 'OPERATOR':
      return token.word === 'and' || token.word === 'or' || token.word === 'unless';
    default:
      return false;
  }
}

/** True when an expression can begin with the token. */
export function startsExpression(token: Token): boolean {
  const { type, word } = token;
  if (type === 'PUNCTUATION') return word === '(' || word === '{';
  if (type === 'OPERATOR' && (word === '+' || word === '-')) return true;
  return type === 'NUMBER' || type === 'DURATION' || type === 'STRING' || isMetricWord(token);
}

/** Words that are a label name inside `by (...)`: every word. */
export function isLabelWord(token: Token): boolean {
  switch (token.type) {
    case 'IDENTIFIER':
    case 'METRIC_IDENTIFIER':
    case 'AGGREGATOR':
    case 'PREPROCESSOR':
    case 'KEYWORD':
      return true;
    case 'OPERATOR':
      return /^[a-z]/.test(token.word);
    default:
      return false;
  }
}

/** What "unexpected ..." calls a token. */
export function describeToken(token: Token): string {
  switch (token.type) {
    case 'EOF':
      return 'end of input';
    case 'IDENTIFIER':
      return `identifier ${quote(token.text)}`;
    case 'METRIC_IDENTIFIER':
      return `metric identifier ${quote(token.text)}`;
    case 'STRING':
      return `string ${shortened(token.text)}`;
    case 'NUMBER':
      return `number ${shortened(token.text)}`;
    case 'DURATION':
      return `duration ${shortened(token.text)}`;
    case 'KEYWORD':
      return `<${token.text}>`;
    case 'OPERATOR':
      return `<op:${token.text}>`;
    case 'AGGREGATOR':
      return `<aggr:${token.text}>`;
    default:
      return shortened(token.text);
  }
}

function shortened(text: string): string {
  const runes = [...text];
  return new TextEncoder().encode(text).length > 10 ? `${quote(runes.slice(0, 10).join(''))}...` : quote(text);
}

/** Go's %q of one character. */
export function quoteRune(char: string | undefined): string {
  if (char === undefined) return "'\ufffd'";
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  return `'${quote(char).slice(1, -1)}'`;
}
