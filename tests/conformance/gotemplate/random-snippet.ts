/** Random templates: expressions of every type, so that many are mistakes whose messages must agree too. Seeded. */

export type Random = () => number;

/** Numbers from 0 to below 1 that depend on the seed alone. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STRINGS = [
  '"a b"',
  '"Zürich"',
  '``',
  '"x<y>&\'z"',
  '.Status',
  '.Receiver',
  '.CommonLabels.job',
  '$.ExternalURL',
  '(index .Alerts 0).Labels.alertname',
  '"%d|%s"',
  '"a,b;c"',
  '(index .Alerts 1).Fingerprint',
];
const NUMBERS = [
  '0',
  '1',
  '-3',
  '42',
  '2.5',
  '1e3',
  "'q'",
  '0x1f',
  '100000000',
  '(len .Alerts)',
  '(len .CommonLabels)',
  '-0.125',
  '1e21',
  '.5',
];
const OTHERS = [
  'true',
  'false',
  'nil',
  '.CommonLabels.Names',
  '$.GroupLabels.Values',
  '(index .Alerts 0).StartsAt',
  '.Nope',
  '.CommonLabels.nothing',
  '(stringSlice "x" "y")',
];
/** Of values that are written differently since Alertmanager 0.26 only what they are, not their text. */
const OPAQUE = [
  'len .Alerts',
  'len .CommonLabels',
  'not .Alerts.Firing',
  'index .CommonLabels "a"',
  'len .CommonAnnotations.SortedPairs',
  'printf "%T" .CommonLabels',
  'len (slice .Alerts 1)',
  'and .Alerts 1',
  'len (index .Alerts 0).Labels',
];
const UNARY = [
  'len',
  'not',
  'print',
  'println',
  'html',
  'js',
  'urlquery',
  'toUpper',
  'toLower',
  'title',
  'safeHtml',
  'stringSlice',
];
const BINARY = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'and',
  'or',
  'print',
  'index',
  'slice',
  'join ","',
  'match',
  'printf "%v %v"',
  'reReplaceAll "[aeiou]"',
  'printf "%5d|%-6s|"',
  'printf "%q %x"',
  'printf "%.2f %+v"',
  'printf "%T %#v"',
];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function operand(random: Random, depth: number): string {
  if (depth > 0 && random() < 0.35) return `(${expression(random, depth - 1)})`;
  const kind = random();
  return pick(random, kind < 0.45 ? STRINGS : kind < 0.8 ? NUMBERS : OTHERS);
}

function expression(random: Random, depth: number): string {
  const kind = random();
  if (kind < 0.2) return operand(random, depth);
  if (kind < 0.25) return pick(random, OPAQUE);
  if (kind < 0.5) return `${pick(random, UNARY)} ${operand(random, depth)}`;
  if (kind < 0.8) return `${pick(random, BINARY)} ${operand(random, depth)} ${operand(random, depth)}`;
  return `${operand(random, depth)} | ${pick(random, UNARY)}${random() < 0.4 ? ` | ${pick(random, BINARY)} ${operand(random, depth)}` : ''}`;
}

function statement(random: Random, depth: number): string {
  const [left, right] = [random() < 0.2 ? '{{- ' : '{{ ', random() < 0.2 ? ' -}}' : ' }}'];
  const kind = random();
  const body = (): string => (depth > 0 ? statements(random, depth - 1) : pick(random, ['{{ 1 }}', '{{ .Status }}']));
  const value = expression(random, 2);
  if (kind < 0.5 || depth === 0) return `${left}${value}${right}`;
  if (kind < 0.6) return `${left}if ${value}${right}${body()}{{ else }} no {{ end }}`;
  if (kind < 0.7) return `${left}with ${value}${right}${body()}{{ end }}`;
  if (kind < 0.8)
    return `{{ range ${pick(random, ['.Alerts', '.CommonLabels', '.CommonLabels.Names', '(stringSlice "p" "q")', '"text"'])}${right}[${body()}]{{ end }}`;
  if (kind < 0.9)
    return `{{ range $i, $e := ${pick(random, ['$.Alerts', '$.GroupLabels', '(stringSlice "p" "q")'])}${right}{{ $i }}:${body()}{{ end }}`;
  return `{{ $v := ${value}${right}{{ $v }}{{ $v = ${expression(random, 1)} }}${left}$v${right}`;
}

function statements(random: Random, depth: number): string {
  const count = 1 + Math.floor(random() * 2);
  return Array.from({ length: count }, () => ` ${statement(random, depth)} `).join('text');
}

export function randomSnippets(seed: number, count: number): string[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => statements(random, 2));
}
