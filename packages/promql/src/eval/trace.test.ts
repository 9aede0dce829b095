import { expect, test } from 'vitest';
import { parseExpr } from '../parser/index.ts';
import { MemorySource } from '../testing/memory-source.ts';
import { evaluateInstant, evaluateRange } from './index.ts';
import { type NodeTrace, QueryTrace } from './trace.ts';

const MINUTE = 60_000;
const RANGE = { startMs: 10 * MINUTE, endMs: 19 * MINUTE, stepMs: MINUTE };

function source(): MemorySource {
  const memory = new MemorySource();
  for (let i = 0; i < 6; i++) {
    const samples = Array.from({ length: 20 }, (_, k) => [k * MINUTE, k * (i + 1)] as const);
    memory.add({ __name__: 'm_total', a: String(i % 2), i: String(i) }, samples);
  }
  return memory;
}

async function traceOf(
  query: string,
  isInstant = false,
): Promise<{ trace: QueryTrace; byText: Map<string, NodeTrace> }> {
  const trace = new QueryTrace();
  const limits = { maxSamples: 1e6, maxSeries: 1e3 };
  const options = { source: source(), limits, signal: new AbortController().signal, trace };
  if (isInstant) await evaluateInstant(query, RANGE.endMs, options);
  else await evaluateRange(query, RANGE, options);
  const byText = new Map([...trace.nodes.values()].map((node) => [query.slice(node.expr.start, node.expr.end), node]));
  return { trace, byText };
}

test('every node tells what it took in and gave', async () => {
  const { byText, trace } = await traceOf('sum by (a) (rate(m_total[5m])) * 2');
  expect(trace.root).toEqual(parseExpr('sum by (a) (rate(m_total[5m])) * 2'));
  // Windows of ten steps reach back five minutes from minute 10: 14 of the 20 samples.
  expect(byText.get('m_total[5m]')).toMatchObject({ seriesIn: 6, samplesIn: 84, seriesOut: 6, samplesOut: 84 });
  const rate = byText.get('rate(m_total[5m])');
  expect(rate).toMatchObject({ seriesIn: 6, samplesIn: 84, seriesOut: 6, samplesOut: 60, bytes: 0, isFused: true });
  const sum = byText.get('sum by (a) (rate(m_total[5m]))');
  expect(sum).toMatchObject({ seriesIn: 6, samplesIn: 60, seriesOut: 2, samplesOut: 20, bytes: 180, isFused: false });
  const product = byText.get('sum by (a) (rate(m_total[5m])) * 2');
  expect(product).toMatchObject({ seriesIn: 2, samplesIn: 30, seriesOut: 2, samplesOut: 20 });
  expect(product?.totalMs).toBeGreaterThanOrEqual(sum?.totalMs ?? Number.NaN);
  expect(product?.selfMs).toBeCloseTo(
    (product?.totalMs ?? 0) - (sum?.totalMs ?? 0) - (byText.get('2')?.totalMs ?? 0),
    6,
  );
  expect(product?.peakSamples).toBeGreaterThanOrEqual(84);
});

test('selectors tell what was read', async () => {
  const { trace } = await traceOf('m_total{a="1"} + m_total{a="1"} offset 1m');
  const selects = [...trace.selects.values()];
  expect(selects.map(({ startMs, endMs, series, samples }) => [startMs, endMs, series, samples])).toEqual([
    [5 * MINUTE, 19 * MINUTE, 3, 42],
    [4 * MINUTE, 18 * MINUTE, 3, 42],
  ]);
  expect(selects[0]?.examples.map((labels) => labels.get('i'))).toEqual(['1', '3', '5']);
});

test('what does not depend on the step is evaluated once', async () => {
  const { byText } = await traceOf('sum(m_total @ 600) + sum(m_total)');
  expect(byText.get('sum(m_total @ 600)')).toMatchObject({ isOnce: true, seriesOut: 1, samplesOut: 10 });
  expect(byText.get('sum(m_total)')?.isOnce).toBe(false);
});

test('subqueries and instant queries have figures too', async () => {
  const { byText } = await traceOf('max_over_time(rate(m_total[2m])[5m:1m])', true);
  expect(byText.get('rate(m_total[2m])[5m:1m]')).toMatchObject({ seriesIn: 6, seriesOut: 6, samplesOut: 30 });
  expect(byText.get('max_over_time(rate(m_total[2m])[5m:1m])')).toMatchObject({ seriesOut: 6, samplesOut: 6 });
});

test('what was done before a failure is told', async () => {
  const trace = new QueryTrace();
  const limits = { maxSamples: 1e6, maxSeries: 1e3 };
  const options = { source: source(), limits, signal: new AbortController().signal, trace };
  await expect(evaluateRange('m_total + on (a) m_total', RANGE, options)).rejects.toThrow('duplicate');
  expect([...trace.nodes.values()].map((node) => node.seriesOut)).toEqual([6, 6]);
});
