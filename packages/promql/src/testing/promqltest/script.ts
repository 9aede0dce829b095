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
 * Under an eval may also stand: `expect fail`, `expect fail msg: text`, `expect ordered`, `expect warn`, `expect no_warn`,
 * `expect info`, `expect no_info`, `expect string "text"`; a bare number is an expected scalar.
 */
import { parseDurationMs } from '@sightline/model';
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
  /** undefined: must not fail; '' any message; else the message must contain it. */
  readonly failure: string | undefined;
  readonly isOrdered: boolean;
  readonly warns: boolean | undefined;
  readonly informs: boolean | undefined;
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
    if (!/^\s/.test(raw)) blocks.push({ line, head: trimmed, body: [] });
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
  const instant = /^eval instant at (\S+)\s+(.+)$/.exec(head);
  const expected = expectationOf(body);
  if (instant !== null) {
    const timeMs = durationOf(instant[1] as string);
    return { kind: 'eval', line, query: instant[2] as string, startMs: timeMs, endMs: timeMs, stepMs: 0, expected };
  }
  const range = /^eval range from (\S+) to (\S+) step (\S+)\s+(.+)$/.exec(head);
  if (range === null) throw new ScriptSyntaxError(line, `unknown command: ${head}`);
  const [startMs, endMs, stepMs] = range.slice(1, 4).map(durationOf) as [number, number, number];
  return { kind: 'eval', line, query: range[4] as string, startMs, endMs, stepMs, expected };
}

/** A duration, or seconds. */
function durationOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const bare = text.replace(/^-/, '');
  const ms = /^[0-9.]+$/.test(bare) ? Number(bare) * 1000 : parseDurationMs(bare);
  if (ms === undefined || Number.isNaN(ms)) throw new Error(`not a duration: ${text}`);
  return sign * ms;
}

type Draft = { -readonly [K in keyof Expectation]: Expectation[K] } & { series: SeriesLine[] };

function expectationOf(body: Block['body']): Expectation {
  const draft: Draft = {
    series: [],
    scalar: undefined,
    text: undefined,
    failure: undefined,
    isOrdered: false,
    warns: undefined,
    informs: undefined,
  };
  for (const { line, text } of body) {
    if (text.startsWith('expect ')) addExpectation(draft, line, text.slice(7).trim());
    else if (/^[+-]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|inf|nan)$/i.test(text)) draft.scalar = parseNumber(text);
    else draft.series.push(parseSeriesLine(text));
  }
  return draft;
}

function addExpectation(draft: Draft, line: number, text: string): void {
  const failure = /^fail(?:\s+msg:\s*(.*))?$/.exec(text);
  const string = /^string (".*")$/.exec(text);
  if (failure !== null) draft.failure = failure[1] ?? '';
  else if (string !== null) draft.text = JSON.parse(string[1] as string) as string;
  else if (text === 'ordered') draft.isOrdered = true;
  else if (text === 'warn') draft.warns = true;
  else if (text === 'no_warn') draft.warns = false;
  else if (text === 'info') draft.informs = true;
  else if (text === 'no_info') draft.informs = false;
  else throw new ScriptSyntaxError(line, `unknown expectation: ${text}`);
}
