/** Functions of Prometheus 3.x for rule templates: its template/template.go. */
import { parseDurationMs } from '@sightline/model';
import { escapeQuery } from '../builtins/escape.ts';
import { FunctionError } from '../errors.ts';
import type { TemplateFunction } from '../exec/operands.ts';
import type { QuerySample, Run } from '../exec/run.ts';
import type { FunctionMap } from '../exec/set.ts';
import { quote } from '../format/bytes.ts';
import { compareText } from '../format/print.ts';
import { stripDomain, stripPort } from '../functions/host.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  momentOf,
  toFloat,
} from '../functions/humanize.ts';
import { matches, replaceAll, SAFE_HTML, textArgument, toLower, toUpper } from '../functions/text.ts';
import { DURATION, duration } from '../time/duration.ts';
import { TIME } from '../time/time.ts';
import { ANY, ANY_MAP, type GoType, pointerTo, STRING, STRING_MAP, sliceOf } from '../value/types.ts';
import { GoMap, GoNamed, GoPointer, GoSlice, GoStruct, type GoValue, stringMap } from '../value/values.ts';

const SAMPLE: GoType = {
  kind: 'struct',
  name: 'template.sample',
  fields: [
    { name: 'Labels', type: STRING_MAP },
    { name: 'Value', type: ANY },
  ],
};
const SAMPLE_POINTER = pointerTo(SAMPLE);
const QUERY_RESULT: GoType = {
  kind: 'slice',
  name: 'template.queryResult',
  elem: SAMPLE_POINTER,
  underlying: sliceOf(SAMPLE_POINTER),
};

function toResult(samples: readonly QuerySample[]): GoValue {
  const items = samples.map(
    ({ labels, value }) => new GoPointer(SAMPLE_POINTER, new GoStruct(SAMPLE, [stringMap(labels), value])),
  );
  return new GoSlice(QUERY_RESULT, items);
}

/** Runs the query, or starts it and leaves the execution until it is there. The same query is asked once. */
function query([expression]: readonly GoValue[], run: Run): GoValue {
  const ask = run.environment.query;
  if (ask === undefined) throw new FunctionError('queries are not available here');
  const text = textArgument(expression);
  return run.answers.get(`query ${text}`, () => ask(text), toResult);
}

function sampleParts(value: GoValue | undefined): { labels: GoMap; value: number } {
  const target = value instanceof GoPointer ? value.target : undefined;
  const [labels, number] = target instanceof GoStruct ? target.values : [];
  // Go dies on a nil sample inside the function, and the executor reports that as the function's error.
  if (!(labels instanceof GoMap) || typeof number !== 'number')
    throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
  return { labels, value: number };
}

function labelOf(value: GoValue | undefined, label: string): string {
  return textArgument(sampleParts(value).labels.entries?.get(label) ?? '');
}

function first([result]: readonly GoValue[]): GoValue {
  const sample = result instanceof GoSlice ? result.items?.[0] : undefined;
  if (sample === undefined) throw new FunctionError('first() called on vector with no elements');
  return sample;
}

function sortByLabel([label, result]: readonly GoValue[]): GoValue {
  if (!(result instanceof GoSlice)) return null;
  const name = textArgument(label);
  const sorted = [...(result.items ?? [])].sort((a, b) => compareText(labelOf(a, name), labelOf(b, name)));
  return new GoSlice(QUERY_RESULT, sorted);
}

/** strings.Title: the first letter of every word in upper case, the others as they are. */
function title(text: string): string {
  let isStart = true;
  let out = '';
  for (const char of text) {
    out += isStart ? toUpper(char) : char;
    isStart = char < '\x80' ? !/[A-Za-z0-9_]/.test(char) : /\s/.test(char);
  }
  return out;
}

function parseDuration(text: string): number {
  if (text === '') throw new FunctionError('empty duration string');
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms / 1000;
  const isForm = /^(?:[0-9]+y)?(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?$/.test(text);
  throw new FunctionError(isForm ? 'duration out of range' : `not a valid duration string: ${quote(text)}`);
}

function toDuration([value = null]: readonly GoValue[]): GoValue {
  const nanos = toFloat(value) * 1e9;
  const held = Number.isNaN(nanos) || Math.abs(nanos) >= 2 ** 63 ? -(2n ** 63n) : BigInt(Math.trunc(nanos));
  return new GoPointer(pointerTo(DURATION), duration(held));
}

function toTime([value = null]: readonly GoValue[]): GoValue {
  const seconds = toFloat(value);
  if (!Number.isFinite(seconds)) throw new FunctionError('value is NaN or Inf');
  const moment = momentOf(seconds);
  return moment instanceof GoStruct ? new GoPointer(pointerTo(TIME), moment) : moment;
}

function args(values: readonly GoValue[]): GoValue {
  return new GoMap(ANY_MAP, new Map(values.map((value, index) => [`arg${index}`, value])));
}

function graphPath(tab: 0 | 1): TemplateFunction {
  return onText((expression) => `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`);
}

function onText(make: (text: string) => GoValue): TemplateFunction {
  return { params: [STRING], call: ([text]) => make(textArgument(text)) };
}

function onNumber(make: (value: number) => string): TemplateFunction {
  return { params: [ANY], call: ([value = null]) => make(toFloat(value)) };
}

export const PROMETHEUS_FUNCTIONS: FunctionMap = new Map<string, TemplateFunction>([
  ['query', { params: [STRING], call: query }],
  ['first', { params: [QUERY_RESULT], call: first }],
  ['label', { params: [STRING, SAMPLE_POINTER], call: ([label, sample]) => labelOf(sample, textArgument(label)) }],
  ['value', { params: [SAMPLE_POINTER], call: ([sample]) => sampleParts(sample).value }],
  ['strvalue', { params: [SAMPLE_POINTER], call: ([sample]) => labelOf(sample, '__value__') }],
  ['sortByLabel', { params: [STRING, QUERY_RESULT], call: sortByLabel }],
  ['args', { params: [], rest: ANY, call: args }],
  [
    'reReplaceAll',
    {
      params: [STRING, STRING, STRING],
      call: ([pattern, by, text]) => replaceAll(textArgument(pattern), textArgument(by), textArgument(text)),
    },
  ],
  [
    'match',
    { params: [STRING, STRING], call: ([pattern, text]) => matches(textArgument(pattern), textArgument(text)) },
  ],
  ['safeHtml', onText((text) => new GoNamed(SAFE_HTML, text))],
  ['title', onText(title)],
  ['toUpper', onText(toUpper)],
  ['toLower', onText(toLower)],
  ['graphLink', graphPath(0)],
  ['tableLink', graphPath(1)],
  ['stripPort', onText(stripPort)],
  ['stripDomain', onText(stripDomain)],
  ['humanize', onNumber(humanize)],
  ['humanize1024', onNumber(humanize1024)],
  ['humanizeDuration', onNumber(humanizeDuration)],
  ['humanizePercentage', onNumber(humanizePercentage)],
  ['humanizeTimestamp', onNumber(humanizeTimestamp)],
  ['toTime', { params: [ANY], call: toTime }],
  ['toDuration', { params: [ANY], call: toDuration }],
  ['now', { params: [], call: (_args, run) => (run.environment.nowMs ?? Date.now()) / 1000 }],
  ['externalURL', { params: [], call: (_args, run) => run.environment.externalUrl ?? '' }],
  ['pathPrefix', { params: [], call: (_args, run) => pathOf(run.environment.externalUrl ?? '') }],
  ['parseDuration', onText(parseDuration)],
  ['urlQueryEscape', onText(escapeQuery)],
]);

/** The path of a URL as written; empty when it has none. */
function pathOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
}
