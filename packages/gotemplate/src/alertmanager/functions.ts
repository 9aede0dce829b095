/** Functions of Alertmanager for notification templates: its template/template.go. */
import { FunctionError } from '../errors.ts';
import type { TemplateFunction } from '../exec/operands.ts';
import type { FunctionMap } from '../exec/set.ts';
import { fromBytes, quote } from '../format/bytes.ts';
import { newBudget, spend } from '../format/leaf.ts';
import { humanizeDuration, toFloat } from '../functions/humanize.ts';
import { marshalJson } from '../functions/json.ts';
import { matches, replaceAll, SAFE_HTML, SAFE_URL, textArgument, toLower, toUpper } from '../functions/text.ts';
import { formatTime } from '../time/layout.ts';
import { instantOf, TIME, timeBetween, timeFromMs, timeIn } from '../time/time.ts';
import { ANY, ANY_MAP, STRING, STRING_SLICE, sliceOf } from '../value/types.ts';
import { GoMap, GoNamed, GoSlice, type GoValue, typeName } from '../value/values.ts';

function onText(make: (text: string) => GoValue): TemplateFunction {
  return { params: [STRING], call: ([text]) => make(textArgument(text)) };
}

function texts(slice: GoValue | undefined): string[] {
  return slice instanceof GoSlice ? (slice.items ?? []).map(textArgument) : [];
}

function join(items: readonly string[], separator: string): string {
  const budget = newBudget();
  for (const item of items) spend(budget, item.length + separator.length);
  return items.join(separator);
}

/** A word of Unicode's text segmentation, near enough: letters, numbers and what may stand between two of them. */
const WORD = /[\p{L}\p{N}\p{M}_]+(?:['’.:·](?=\p{L})[\p{L}\p{N}\p{M}_]+|[.,'](?=\p{N})[\p{L}\p{N}\p{M}_]+)*/gu;

/** Every word with one capital, the first letter that has a case. */
function titleCase(text: string): string {
  return text.replace(WORD, (word) => {
    const lower = toLower(word);
    const at = lower.search(/[\p{Ll}\p{Lu}\p{Lt}]/u);
    if (at === -1) return lower;
    const first = String.fromCodePoint(lower.codePointAt(at) ?? 0);
    return lower.slice(0, at) + toUpper(first) + lower.slice(at + first.length);
  });
}

/** strings.TrimSpace: white space as Unicode defines it. */
function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text.charAt(start))) start++;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(char: string): boolean {
  return char === '\x85' || (char !== '\ufeff' && /\s/.test(char));
}

/** url.QueryUnescape */
function unescapeQuery(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (bad !== null) throw new FunctionError(`invalid URL escape ${quote(bad[0])}`);
  if (!/[%+]/.test(text)) return text;
  const bytes: number[] = [];
  for (const part of text.match(/%[0-9a-fA-F]{2}|[^%]+/g) ?? []) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(part.replaceAll('+', ' ')));
  }
  return fromBytes(Uint8Array.from(bytes));
}

/** A map of the keys and values that follow one another. */
function dict(items: readonly GoValue[]): GoValue {
  if (items.length % 2 !== 0) throw new FunctionError('dict needs a value for every key');
  const entries = new Map<string, GoValue>();
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at] ?? null;
    if (typeof key !== 'string') throw new FunctionError(`dict keys must be strings, not ${typeName(key)}`);
    entries.set(key, items[at + 1] ?? null);
  }
  return new GoMap(ANY_MAP, entries);
}

const ANY_SLICE = sliceOf(ANY);

function append([list, ...items]: readonly GoValue[]): GoValue {
  return new GoSlice(ANY_SLICE, [...(list instanceof GoSlice ? (list.items ?? []) : []), ...items]);
}

export const ALERTMANAGER_FUNCTIONS: FunctionMap = new Map<string, TemplateFunction>([
  ['toUpper', onText(toUpper)],
  ['toLower', onText(toLower)],
  ['title', onText(titleCase)],
  ['trimSpace', onText(trimSpace)],
  ['join', { params: [STRING, STRING_SLICE], call: ([by, list]) => join(texts(list), textArgument(by)) }],
  [
    'match',
    { params: [STRING, STRING], call: ([pattern, text]) => matches(textArgument(pattern), textArgument(text)) },
  ],
  ['safeHtml', onText((text) => new GoNamed(SAFE_HTML, text))],
  ['safeUrl', onText((text) => new GoNamed(SAFE_URL, text))],
  ['urlUnescape', onText(unescapeQuery)],
  [
    'reReplaceAll',
    {
      params: [STRING, STRING, STRING],
      call: ([pattern, by, text]) => replaceAll(textArgument(pattern), textArgument(by), textArgument(text)),
    },
  ],
  ['stringSlice', { params: [], rest: STRING, call: (items) => new GoSlice(STRING_SLICE, items) }],
  [
    'date',
    { params: [STRING, TIME], call: ([layout, time = null]) => formatTime(instantOf(time), textArgument(layout)) },
  ],
  ['tz', { params: [STRING, TIME], call: ([name, time = null]) => timeIn(time, textArgument(name)) }],
  [
    'since',
    {
      params: [TIME],
      call: ([time = null], run) => timeBetween(timeFromMs(run.environment.nowMs ?? Date.now()), time),
    },
  ],
  ['humanizeDuration', { params: [ANY], call: ([value = null]) => humanizeDuration(toFloat(value)) }],
  ['dict', { params: [], rest: ANY, call: dict }],
  ['list', { params: [], rest: ANY, call: (items) => new GoSlice(ANY_SLICE, items) }],
  ['append', { params: [ANY_SLICE], rest: ANY, call: append }],
  ['toJson', { params: [ANY], call: ([value = null]) => marshalJson(value) }],
]);
