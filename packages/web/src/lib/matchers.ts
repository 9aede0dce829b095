/** Label matchers as people write them, `severity="critical"`, and as the silences API takes them. */

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export const OPERATORS: readonly { readonly op: MatchOperator; readonly words: string }[] = [
  { op: '=', words: 'is' },
  { op: '!=', words: 'is not' },
  { op: '=~', words: 'matches' },
  { op: '!~', words: 'does not match' },
];

/** As Alertmanager's API has it. */
export interface ApiMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Matcher {
  readonly name: string;
  readonly op: MatchOperator;
  readonly value: string;
}

export function toApi({ name, op, value }: Matcher): ApiMatcher {
  return { name, value, isRegex: op === '=~' || op === '!~', isEqual: op === '=' || op === '=~' };
}

export function fromApi({ name, value, isRegex, isEqual }: ApiMatcher): Matcher {
  return { name, op: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=', value };
}

export function matcherText({ name, op, value }: Matcher): string {
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  return `${isPlain ? name : quoted(name)}${op}${quoted(value)}`;
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const MATCHER =
  /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"'=!~,{}]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"]*?))\s*(?:,|$)/;

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));

/** Matchers of `{a="b", c=~"d.*"}`, `a=b` or `a=b, c=d`; null when the text is anything else. */
export function parseMatchers(text: string): readonly Matcher[] | null {
  let rest = text.trim();
  if (rest.startsWith('{') && rest.endsWith('}')) rest = rest.slice(1, -1).trim();
  const found: Matcher[] = [];
  while (rest !== '') {
    const match = MATCHER.exec(rest);
    if (match === null) return null;
    const [all, quotedName, name, op, quotedValue, value] = match;
    found.push({
      name: quotedName === undefined ? (name ?? '') : unescaped(quotedName),
      op: op as MatchOperator,
      value: quotedValue === undefined ? (value ?? '') : unescaped(quotedValue),
    });
    rest = rest.slice(all.length).trim();
  }
  return found;
}

/** Other after every restart: a silence with one of them would let the next pod through. */
const VOLATILE = new Set(['pod', 'pod_name', 'pod_ip', 'container_id', 'uid', 'pod_uid', 'prometheus_replica']);

/** What silences this alert and those like it: all its labels but the volatile ones. */
export function matchersOf(labels: Readonly<Record<string, string>>): readonly Matcher[] {
  const names = Object.keys(labels).sort(
    (a, b) => Number(b === 'alertname') - Number(a === 'alertname') || a.localeCompare(b),
  );
  const lasting = names.filter((name) => !VOLATILE.has(name));
  return (lasting.length === 0 ? names : lasting).map((name) => ({ name, op: '=', value: labels[name] ?? '' }));
}
