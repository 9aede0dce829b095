/**
 * Runs test scripts. Every instant query is also run as a range query with a step on each side and once more with its
 * printed form, so that one expectation checks evaluation in both modes and the printer.
 */
import { formatFloat, Labels } from '@sightline/model';
import { PromqlError } from '../../errors.ts';
import { evaluateInstant, evaluateRange, type QueryResult, type QueryValue } from '../../eval/index.ts';
import { typeOf } from '../../parser/ast.ts';
import { collectErrors, parseExpr } from '../../parser/index.ts';
import { formatExpr } from '../../parser/print.ts';
import { MemorySource, type MemorySample } from '../memory-source.ts';
import {
  type EvalCommand,
  type Expectation,
  type LoadCommand,
  type MessageTest,
  type Notes,
  parseScript,
} from './script.ts';
import type { SeriesLine } from '../../series-notation.ts';

export interface ScriptReport {
  /** `line 12: sum(x): {} is 3, expected 4` */
  readonly failures: readonly string[];
  /** Eval commands in the script. */
  readonly evals: number;
  /** Queries run for them. */
  readonly queries: number;
}

/** Share by which a value may differ: expected values are written by hand with few digits. */
const TOLERANCE = 1e-9;
const LIMITS = { maxSamples: 10_000_000, maxSeries: 100_000 };

export async function runScript(text: string): Promise<ScriptReport> {
  const source = new MemorySource();
  const failures: string[] = [];
  let evals = 0;
  let queries = 0;
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') source.clear();
    else if (command.kind === 'load') load(source, command);
    else {
      evals++;
      const checks = checksOf(command, source);
      for (const check of checks) {
        queries++;
        const failure = await check.run();
        if (failure !== undefined) failures.push(`line ${command.line}: ${command.query}${check.note}: ${failure}`);
      }
    }
  }
  return { failures, evals, queries };
}

function load(source: MemorySource, { series, stepMs }: LoadCommand): void {
  for (const { labels, values } of series) {
    const samples: MemorySample[] = [];
    values.forEach((value, index) => {
      if (value !== undefined) samples.push([index * stepMs, value]);
    });
    source.add(labels, samples);
  }
}

interface Check {
  readonly note: string;
  run(): Promise<string | undefined>;
}

function checksOf(command: EvalCommand, source: MemorySource): Check[] {
  const options = { source, limits: LIMITS, signal: new AbortController().signal, enableExperimental: true };
  const { query, startMs, endMs, stepMs, expected } = command;
  const isInstant = stepMs === 0;
  const evaluate = (text: string) =>
    isInstant ? evaluateInstant(text, startMs, options) : evaluateRange(text, { startMs, endMs, stepMs }, options);
  const checks: Check[] = [{ note: '', run: () => outcome(evaluate(query), expected, command) }];
  // A query that does not parse has only its message to check.
  if (expected.failure !== undefined || collectErrors(query, options).length > 0) return checks;
  const expr = parseExpr(query, options);
  const printed = formatExpr(expr);
  if (printed !== query) {
    // Places in warnings change with the text, so only the values are compared.
    checks.push({ note: ' (printed)', run: () => outcome(evaluate(printed), expected, command) });
  }
  const type = typeOf(expr);
  const isAnyStep =
    isInstant && (type === 'vector' || type === 'scalar') && !/\b(?:start|end|step|range)\(\)/.test(printed);
  if (isAnyStep && !expected.isOrdered) {
    const range = { startMs: startMs - 60_000, endMs: startMs + 60_000, stepMs: 60_000 };
    const quiet = { ...expected, warnings: ANY_NOTES, infos: ANY_NOTES };
    const run = () => outcome(evaluateRange(query, range, options).then(atStep(startMs)), quiet, command);
    checks.push({ note: ' (as a range)', run });
  }
  return checks;
}

/** What a range query has at one of its steps, as an instant vector. */
function atStep(timeMs: number): (result: QueryResult) => QueryResult {
  return (result) => {
    if (result.value.type !== 'matrix') return result;
    const samples = result.value.series.flatMap(({ labels, timestamps, values }) => {
      const index = timestamps.indexOf(timeMs);
      return index === -1 ? [] : [{ labels, timestampMs: timeMs, value: values[index] as number }];
    });
    return { ...result, value: { type: 'vector', samples } };
  };
}

async function outcome(
  result: Promise<QueryResult>,
  expected: Expectation,
  command: EvalCommand,
): Promise<string | undefined> {
  let settled: QueryResult;
  try {
    settled = await result;
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    if (expected.failure === undefined) return `failed: ${error.message}`;
    return isMessage(error.message, expected.failure) ? undefined : `failed with: ${error.message}`;
  }
  if (expected.failure !== undefined) return `did not fail, gave ${describe(settled.value)}`;
  if (!areExpected(settled.warnings, expected.warnings)) return `warnings: ${settled.warnings.join('; ') || 'none'}`;
  if (!areExpected(settled.infos, expected.infos)) return `infos: ${settled.infos.join('; ') || 'none'}`;
  return difference(settled.value, expected, command);
}

const ANY_NOTES: Notes = { areExpected: undefined, tests: [] };

function isMessage(message: string, test: MessageTest): boolean {
  return typeof test === 'string' ? test === '' || message.trim() === test : test.test(message);
}

/** Each note must be one of those expected, and each expectation must be met. Places in the query are left out. */
function areExpected(notes: readonly string[], { areExpected: any, tests }: Notes): boolean {
  if (any !== undefined && any !== notes.length > 0) return false;
  const messages = notes.map((note) => note.replace(/ \([0-9]+:[0-9]+\)$/, ''));
  return (
    tests.every((test) => messages.some((message) => isMessage(message, test))) &&
    (tests.length === 0 || messages.every((message) => tests.some((test) => isMessage(message, test))))
  );
}

function difference(value: QueryValue, expected: Expectation, command: EvalCommand): string | undefined {
  if (expected.text !== undefined) {
    return value.type === 'string' && value.value === expected.text ? undefined : `is ${describe(value)}`;
  }
  if (expected.scalar !== undefined) {
    const scalar =
      value.type === 'scalar' ? value.value : value.type === 'vector' ? value.samples[0]?.value : undefined;
    return scalar !== undefined && isClose(scalar, expected.scalar) ? undefined : `is ${describe(value)}`;
  }
  const got = seriesOf(value);
  const wanted = expected.series.map((line) => wantedSeries(line, value.type, command));
  if (got.length !== wanted.length) return `${got.length} series, expected ${wanted.length}: ${describe(value)}`;
  for (const [index, want] of wanted.entries()) {
    const have = expected.isOrdered ? got[index] : got.find((entry) => entry.labels.equals(want.labels));
    if (have === undefined || !have.labels.equals(want.labels)) return `no ${want.labels} at place: ${describe(value)}`;
    if (!areClose(have.samples, want.samples)) {
      return `${want.labels} is ${textOf(have.samples)}, expected ${textOf(want.samples)}`;
    }
  }
  return undefined;
}

type Samples = readonly (readonly [timeMs: number, value: number])[];

interface PlainSeries {
  readonly labels: Labels;
  readonly samples: Samples;
}

function seriesOf(value: QueryValue): PlainSeries[] {
  switch (value.type) {
    case 'scalar':
      return [{ labels: Labels.EMPTY, samples: [[value.timestampMs, value.value]] }];
    case 'string':
      return [];
    case 'vector':
      return value.samples.map((sample) => ({ labels: sample.labels, samples: [[sample.timestampMs, sample.value]] }));
    case 'matrix':
      return value.series.map(({ labels, timestamps, values }) => ({
        labels,
        samples: [...timestamps].map((time, index) => [time, values[index] as number]),
      }));
  }
}

/** In an instant query's range vector the times are compared only if they are written down. */
function wantedSeries(line: SeriesLine, type: QueryValue['type'], command: EvalCommand): PlainSeries {
  const hasTimes = type !== 'matrix' || command.stepMs !== 0 || command.expected.times !== undefined;
  const { startMs, stepMs } = command.expected.times ?? command;
  const samples: [number, number][] = [];
  line.values.forEach((value, index) => {
    if (typeof value !== 'number') return;
    samples.push([hasTimes ? startMs + index * stepMs : Number.NaN, value]);
  });
  return { labels: line.labels, samples };
}

function areClose(have: Samples, want: Samples): boolean {
  if (have.length !== want.length) return false;
  return have.every(([time, value], index) => {
    const [wantedTime, wanted] = want[index] as readonly [number, number];
    return (Number.isNaN(wantedTime) || time === wantedTime) && isClose(value, wanted);
  });
}

function isClose(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function textOf(samples: Samples): string {
  return samples.map(([time, value]) => `${formatFloat(value)}@${time / 1000}`).join(' ');
}

function describe(value: QueryValue): string {
  if (value.type === 'string') return JSON.stringify(value.value);
  return seriesOf(value)
    .map(({ labels, samples }) => `${labels} ${textOf(samples)}`)
    .join('; ');
}
