/** What must hold for every expression, tried on seeded random ones. */
import { evaluateInstant, evaluateRange, type Expr, formatExpr, parseExpr, prettifyExpr } from '@sightline/promql';
import { expect, test } from 'vitest';
import { differenceOf, type Outcome, outcomeOfError, outcomeOfValue } from './compare.ts';
import { BASE_MS, buildDataset, memorySourceOf } from './dataset.ts';
import { HAND_WRITTEN } from './queries.ts';
import { RandomQueries } from './random-query.ts';

const MINUTE = 60_000;
const RANGE = { startMs: BASE_MS + 30 * MINUTE, endMs: BASE_MS + 80 * MINUTE, stepMs: 10 * MINUTE };

const options = {
  source: memorySourceOf(buildDataset()),
  limits: { maxSamples: 50_000_000, maxSeries: 100_000 },
  signal: new AbortController().signal,
};

/** The tree without places in the text; matchers in one order, since the printer sorts them. */
function plain(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) => {
      if (key === 'start' || key === 'end' || key === 'isDuration') return undefined;
      return key === 'matchers' && Array.isArray(value) ? value.map(String).sort() : value;
    }),
  );
}

function randomTexts(seed: number, count: number): string[] {
  const queries = new RandomQueries(seed);
  return Array.from({ length: count }, () => queries.next());
}

const VALID = HAND_WRITTEN.filter((text) => {
  try {
    parseExpr(text);
    return true;
  } catch {
    return false;
  }
});

test.each([
  ['formatExpr', formatExpr],
  ['prettifyExpr', prettifyExpr],
] as const)('%s prints text that parses to the same tree', (_name, print) => {
  for (const text of [...VALID, ...randomTexts(7, 1000)]) {
    const expr = parseExpr(text);
    expect(plain(parseExpr(print(expr))), text).toEqual(plain(expr));
  }
});

test('each step of a range query is the instant query at that time', { timeout: 120_000 }, async () => {
  // sort and topk order an instant query; the bounds of @ start() and end() differ on purpose.
  const texts = [...VALID.filter((text) => !/^".*"$|\]$|\] offset 1m$/.test(text)), ...randomTexts(11, 150)];
  const found: string[] = [];
  for (const text of texts.filter((query) => !/@ (?:start|end)\(\)/.test(query))) {
    const range = await evaluateRange(text, RANGE, options).then(
      (result) => outcomeOfValue(result.value),
      outcomeOfError,
    );
    if ('error' in range) continue;
    for (let time = RANGE.startMs; time <= RANGE.endMs; time += RANGE.stepMs) {
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

function asVector(outcome: Outcome): Outcome {
  return 'error' in outcome ? outcome : { result: { ...outcome.result, type: 'vector' } };
}

function atStep(outcome: Outcome, time: number): Outcome {
  if ('error' in outcome) return outcome;
  const rows = new Map<string, readonly (readonly [number, number])[]>();
  for (const [key, samples] of outcome.result.rows) {
    const sample = samples.find(([at]) => at === time);
    if (sample !== undefined) rows.set(key, [sample]);
  }
  return { result: { type: 'vector', keys: [...rows.keys()], rows } };
}
