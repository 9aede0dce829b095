/**
 * The text of test scripts. Commands start at the margin, what belongs to them is indented, `#` starts a comment:
 *
 *     load 5m                                  clear
 *       requests_total{job="a"} 0+10x10
 *     eval instant at 50m sum(requests_total)
 *       {} 100
 *     eval range from 0 to 10m step 5m requests_total
 *       requests_total{job="a"} 0 10 20
 *
 * Under an eval may also stand `expect` lines: `fail`, `warn` and `info`, each alone or with `msg: text` (the whole message)
 * or `regex: pattern`, and `no_warn`, `no_info`, `ordered`, `string text`, `range vector from 0 to 2m step 1m` (what a range
 * selector gives to an instant query). A bare number is an expected scalar. `expect` lines may stand at the margin too, and
 * the older forms `eval_fail`, `eval_warn`, `eval_info`, `eval_ordered` with `expected_fail_message` are understood. This is
 * the language of Prometheus's promqltest, without native histograms.
 */
import { parseDurationMs } from '@sightline/model';
import { stringValue } from '../../parser/literals.ts';
import { parseNumber, parseSeriesLine, type SeriesLine } from '../../series-notation.ts';

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  readonly series: readonly SeriesLine[];
}

export interface Expectation {
  readonly series: readonly SeriesLine[];
  readonly scalar: number | undefined;
  readonly text: string | undefined;
  /** undefined: must not fail. */
  readonly failure: MessageTest | undefined;
  readonly isOrdered: boolean;
  readonly warnings: Notes;
  readonly infos: Notes;
  /** Times of the values in `series` when they are samples of an instant query's range vector. */
  readonly times: { readonly startMs: number; readonly stepMs: number } | undefined;
}

/** What a message must be; '' accepts any. */
export type MessageTest = string | RegExp;

/** Expected warnings or infos: whether there must be any (undefined: does not matter), and which. */
export interface Notes {
  readonly areExpected: boolean | undefined;
  readonly tests: readonly MessageTest[];
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  readonly expected: Expectation;
}

export type Command = LoadCommand | EvalCommand | { readonly kind: 'clear'; readonly line: number };

class ScriptSyntaxError extends Error {
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

interface Block {
  readonly line: number;
  readonly head: string;
  readonly body: { readonly line: number; readonly text: string }[];
}

export function parseScript(text: string): Command[] {
  return blocksOf(text).map((block) => {
    try {
      return commandOf(block);
    } catch (error) {
      if (error instanceof ScriptSyntaxError) throw error;
      throw new ScriptSyntaxError(block.line, error instanceof Error ? error.message : String(error));
    }
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (!/^\s/.test(raw) && !/^(?:expect |expected_)/.test(raw)) blocks.push({ line, head: trimmed, body: [] });
    else if (blocks.length === 0) throw new ScriptSyntaxError(line, 'indented line without a command');
    else blocks.at(-1)?.body.push({ line, text: trimmed });
  }
  return blocks;
}

function commandOf({ line, head, body }: Block): Command {
  if (head === 'clear') return { kind: 'clear', line };
  const load = /^load\s+(\S+)$/.exec(head);
  if (load !== null) {
    const series = body.map((row) => parseSeriesLine(row.text));
    return { kind: 'load', line, stepMs: durationOf(load[1] as string), series };
  }
  const instant = /^eval(?:_(fail|warn|info|ordered))? instant at (\S+)\s+(.+)$/.exec(head);
  if (instant !== null) {
    const [, form, at = '', query = ''] = instant;
    const timeMs = durationOf(at);
    const expected = expectationOf(body, form);
    return { kind: 'eval', line, query, startMs: timeMs, endMs: timeMs, stepMs: 0, expected };
  }
  const range = /^eval(?:_(fail|warn|info))? range from (\S+) to (\S+) step (\S+)\s+(.+)$/.exec(head);
  if (range === null) throw new ScriptSyntaxError(line, `unknown command: ${head}`);
  const [startMs, endMs, stepMs] = range.slice(2, 5).map(durationOf) as [number, number, number];
  const expected = expectationOf(body, range[1]);
  return { kind: 'eval', line, query: range[5] as string, startMs, endMs, stepMs, expected };
}

/** A duration, or seconds. */
function durationOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const bare = text.replace(/^-/, '');
  const ms = /^[0-9.]+$/.test(bare) ? Number(bare) * 1000 : parseDurationMs(bare);
  if (ms === undefined || Number.isNaN(ms)) throw new Error(`not a duration: ${text}`);
  return sign * ms;
}

const INDIFFERENT: Notes = { areExpected: undefined, tests: [] };

type Draft = { -readonly [K in keyof Expectation]: Expectation[K] } & { series: SeriesLine[] };

function expectationOf(body: Block['body'], form: string | undefined): Expectation {
  const draft: Draft = {
    series: [],
    scalar: undefined,
    text: undefined,
    failure: undefined,
    isOrdered: false,
    warnings: INDIFFERENT,
    infos: INDIFFERENT,
    times: undefined,
  };
  if (form !== undefined) addExpectation(draft, 0, form);
  for (const { line, text } of body) {
    if (text.startsWith('expect ')) addExpectation(draft, line, text.slice(7).trim());
    else if (text.startsWith('expected_fail_')) draft.failure = oldFailure(text);
    else if (/^[+-]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|inf|nan)$/i.test(text)) draft.scalar = parseNumber(text);
    else draft.series.push(parseSeriesLine(text));
  }
  return draft;
}

function oldFailure(text: string): MessageTest {
  const [, kind, message = ''] = /^expected_fail_(message|regexp)\s+(.*)$/.exec(text) ?? [];
  return kind === 'regexp' ? new RegExp(message) : message;
}

const QUOTED = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`)$/;
const MESSAGE = /^(fail|warn|info)(?:\s+(msg|regex):\s*(.*))?$/;
const RANGE_VECTOR = /^range vector from (\S+) to \S+ step (\S+)$/;

function addExpectation(draft: Draft, line: number, text: string): void {
  const message = MESSAGE.exec(text);
  const string = /^string(?: (.*))?$/.exec(text);
  const range = RANGE_VECTOR.exec(text);
  if (message !== null) {
    const test = message[2] === 'regex' ? new RegExp(message[3] as string) : (message[3] ?? '');
    if (message[1] === 'fail') draft.failure = test;
    else if (message[1] === 'warn') draft.warnings = withTest(draft.warnings, test);
    else draft.infos = withTest(draft.infos, test);
  } else if (string !== null) draft.text = textOf(string[1] ?? '');
  else if (range !== null) {
    draft.times = { startMs: durationOf(range[1] as string), stepMs: durationOf(range[2] as string) };
  } else if (text === 'ordered') draft.isOrdered = true;
  else if (text === 'no_warn') draft.warnings = { areExpected: false, tests: [] };
  else if (text === 'no_info') draft.infos = { areExpected: false, tests: [] };
  else throw new ScriptSyntaxError(line, `unknown expectation: ${text}`);
}

/** In quotes, or as it stands. */
function textOf(literal: string): string {
  return QUOTED.test(literal) ? stringValue(literal) : literal;
}

function withTest({ tests }: Notes, test: MessageTest): Notes {
  return { areExpected: true, tests: test === '' ? tests : [...tests, test] };
}
