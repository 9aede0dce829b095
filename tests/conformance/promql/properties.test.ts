/** What must hold for every expression, tried on seeded random ones. Values are compared bit by bit. */
import {
  evaluateInstant,
  evaluateRange,
  type Expr,
  formatExpr,
  isSplittable,
  parseExpr,
  prettifyExpr,
  type QueryRange,
  type QueryValue,
  timeDependenceOf,
} from '@sightline/promql';
import { MemorySource } from '@sightline/promql/testing';
import { expect, test } from 'vitest';
import { differenceOf, type Outcome, outcomeOfError, outcomeOfValue, type PlainResult } from './compare.ts';
import { BASE_MS, buildDataset, memorySourceOf, randomFrom } from './dataset.ts';
import { HAND_WRITTEN } from './queries.ts';
import { RandomQueries } from './random-query.ts';

const MINUTE = 60_000;
const RANGE = { startMs: BASE_MS + 30 * MINUTE, endMs: BASE_MS + 80 * MINUTE, stepMs: 5 * MINUTE };
const TIMEOUT = { timeout: 120_000 };

const dataset = buildDataset();
const options = {
  source: memorySourceOf(dataset),
  limits: { maxSamples: 50_000_000, maxSeries: 100_000 },
  signal: new AbortController().signal,
  enableExperimental: true,
};

/** The tree without places in the text; matchers in one order, since the printer sorts them. */
function plain(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) => {
      if (key === 'start' || key === 'end' || key === 'isDuration' || key === 'matcherSpans') return undefined;
      return key === 'matchers' && Array.isArray(value) ? value.map(String).sort() : value;
    }),
  );
}

function randomTexts(seed: number, count: number): string[] {
  const queries = new RandomQueries(seed);
  return Array.from({ length: count }, () => queries.next().text);
}

const VALID = HAND_WRITTEN.filter((text) => {
  try {
    parseExpr(text);
    return true;
  } catch {
    return false;
  }
});
/** Those whose value is a vector or scalar at every step. */
const PER_STEP = VALID.filter((text) => !/^".*"$|\]$|\] offset 1m$/.test(text));
/** Hand-written queries differ in one detail only; a sample of them is as good. */
const SOME = PER_STEP.filter((_, index) => index % 7 === 0);

function parse(text: string): Expr {
  return parseExpr(text, { enableExperimental: true });
}

test.each([
  ['formatExpr', formatExpr],
  ['prettifyExpr', prettifyExpr],
] as const)('%s prints text that parses to the same tree', (_name, print) => {
  for (const text of [...VALID, ...randomTexts(7, 1000)]) {
    const expr = parse(text);
    expect(plain(parse(print(expr))), text).toEqual(plain(expr));
  }
});

async function ranged(text: string, range: QueryRange, source = options.source): Promise<Outcome> {
  return evaluateRange(text, range, { ...options, source }).then(
    (result) => outcomeOfValue(result.value),
    outcomeOfError,
  );
}

test('each step of a range query is the instant query at that time', TIMEOUT, async () => {
  const found: string[] = [];
  // The bounds of @ start() and end() differ on purpose.
  for (const text of [...SOME, ...randomTexts(11, 300)].filter((query) => !/@ (?:start|end)\(\)/.test(query))) {
    const range = await ranged(text, RANGE);
    if ('error' in range) continue;
    for (let time = RANGE.startMs; time <= RANGE.endMs; time += 3 * RANGE.stepMs) {
      const instant = await evaluateInstant(text, time, options).then(
        (result) => outcomeOfValue(result.value),
        outcomeOfError,
      );
      const difference = differenceOf(asVector(instant), atStep(range, time), false);
      if (difference !== undefined) found.push(`${text} at ${time}: ${difference}`);
    }
  }
  expect(found).toEqual([]);
});

test('a range that is split at any step and joined is the whole', TIMEOUT, async () => {
  const random = randomFrom(5);
  const found: string[] = [];
  let splits = 0;
  for (const text of [...SOME, ...randomTexts(13, 400)]) {
    if (!isSplittable(parse(text))) continue;
    const whole = await ranged(text, RANGE);
    const cut = RANGE.startMs + (1 + Math.floor(random() * 9)) * RANGE.stepMs;
    const before = await ranged(text, { ...RANGE, endMs: cut - RANGE.stepMs });
    const after = await ranged(text, { ...RANGE, startMs: cut });
    splits++;
    const difference = differenceOf(joined(before, after), whole, false);
    if (difference !== undefined) found.push(`${text} cut at ${cut}: ${difference}`);
  }
  expect(found).toEqual([]);
  expect(splits).toBeGreaterThan(300);
});

test('a sample changes no point outside of the reach of an expression', TIMEOUT, async () => {
  const random = randomFrom(17);
  const found: string[] = [];
  let changes = 0;
  for (const text of [...SOME, ...randomTexts(19, 200)]) {
    const { isSplittable: isPerStep, lookBackMs, lookAheadMs, fixed } = timeDependenceOf(parse(text));
    if (!isPerStep) continue;
    // Every series without its samples in one half minute.
    const fromMs = RANGE.startMs - 10 * MINUTE + Math.floor(random() * 60) * MINUTE;
    const untilMs = fromMs + MINUTE / 2;
    if (fixed !== undefined && fixed.fromMs < untilMs && fromMs < fixed.untilMs) continue;
    const source = new MemorySource();
    for (const { labels, samples } of dataset) {
      source.add(
        labels,
        samples.filter(([time]) => time <= fromMs || time > untilMs),
      );
    }
    const whole = await ranged(text, RANGE);
    const without = await ranged(text, RANGE, source);
    if (differenceOf(whole, without, false) !== undefined) changes++;
    const isOutside = (time: number) => time <= fromMs - lookAheadMs || time >= untilMs + lookBackMs;
    const difference = differenceOf(limitedTo(whole, isOutside), limitedTo(without, isOutside), false);
    if (difference !== undefined) found.push(`${text} without ${fromMs} to ${untilMs}: ${difference}`);
  }
  expect(found).toEqual([]);
  expect(changes).toBeGreaterThan(20);
});

function asVector(outcome: Outcome): Outcome {
  return 'error' in outcome ? outcome : { result: { ...outcome.result, type: 'vector' } };
}

function atStep(outcome: Outcome, time: number): Outcome {
  const limited = limitedTo(outcome, (at) => at === time);
  return asVector(limited);
}

function limitedTo(outcome: Outcome, isWanted: (time: number) => boolean): Outcome {
  if ('error' in outcome) return outcome;
  const rows: [string, (readonly [number, number])[]][] = [];
  for (const [key, samples] of outcome.result.rows) {
    const wanted = samples.filter(([at]) => isWanted(at));
    if (wanted.length > 0) rows.push([key, wanted]);
  }
  return { result: resultOf(outcome.result.type, rows) };
}

function joined(before: Outcome, after: Outcome): Outcome {
  if ('error' in before) return before;
  if ('error' in after) return after;
  const rows = new Map([...before.result.rows].map(([key, samples]) => [key, [...samples]]));
  for (const [key, samples] of after.result.rows) rows.set(key, [...(rows.get(key) ?? []), ...samples]);
  return { result: resultOf(before.result.type, [...rows]) };
}

function resultOf(
  type: QueryValue['type'] | string,
  rows: readonly (readonly [string, readonly (readonly [number, number])[]])[],
): PlainResult {
  return { type, keys: rows.map(([key]) => key), rows: new Map(rows) };
}
