/** The ports of rules over the store and the query engine. */
import { Labels } from '@sightline/model';
import { parseExpr, type QueryValue } from '@sightline/promql';
import { expect, test } from 'vitest';
import { MemoryWriter } from '../../ingest/testing/memory-store.ts';
import type { InstantRequest, QueryAnswer } from '../../query/request.ts';
import { createEngineQueries } from './engine-query.ts';
import { createStoreWriter } from './store-writer.ts';

const A = Labels.fromObject({ __name__: 'a' });
const B = Labels.fromObject({ __name__: 'b', x: '1', y: '2' });

test('a rule is one write, with markers for what vanished; handles are looked up once', async () => {
  const store = new MemoryWriter();
  const writer = createStoreWriter(store);
  expect(await writer.write({ timeMs: 1, series: [A, B], values: [1, 2], vanished: [] })).toBeUndefined();
  expect(await writer.write({ timeMs: 2, series: [A], values: [3], vanished: [B] })).toBeUndefined();
  expect(store.samples.slice(2)).toEqual([
    { series: 'a', timestampMs: 2, value: 3 },
    { series: String(B), timestampMs: 2, value: 'stale' },
  ]);
  expect([store.batches, store.lookups]).toEqual([2, 2]);
});

test('refused series are named, refused samples fail the rule, a refused marker does not', async () => {
  const store = new MemoryWriter();
  store.maxLabels = 2;
  const writer = createStoreWriter(store);
  expect(await writer.write({ timeMs: 5, series: [A, B], values: [1, 2], vanished: [] })).toEqual({
    refused: [1],
    reason: `${B} was refused: label limit`,
  });
  store.oldestMs = 10;
  expect(await writer.write({ timeMs: 5, series: [A], values: [1], vanished: [] })).toEqual({
    refused: [],
    reason: 'a at 5',
  });
  expect(await writer.write({ timeMs: 5, series: [], values: [], vanished: [A] })).toBeUndefined();
});

test('queries run in the class of rules and are closed; a scalar is a sample without labels', async () => {
  const requests: InstantRequest[] = [];
  let closed = 0;
  let value: QueryValue = { type: 'scalar', timestampMs: 7, value: 3 };
  const engine = {
    instant(request: InstantRequest) {
      requests.push(request);
      return Promise.resolve({ value, close: () => void closed++ } as unknown as QueryAnswer);
    },
  };
  const { query, lookback } = createEngineQueries(engine, new AbortController().signal);
  expect(await query(parseExpr('1 +  2'), 7)).toEqual([{ labels: Labels.EMPTY, timestampMs: 7, value: 3 }]);
  await lookback('x', 9, 60_000);
  value = { type: 'string', timestampMs: 7, value: 'text' };
  await expect(query('"text"', 7)).rejects.toThrow('rule result is not a vector or scalar');
  expect(requests.map(({ text, timeMs, lookbackMs, workClass }) => [text, timeMs, lookbackMs, workClass])).toEqual([
    ['1 + 2', 7, 0, 'rules'],
    ['x', 9, 60_000, 'rules'],
    ['"text"', 7, 0, 'rules'],
  ]);
  expect(closed).toBe(3);
});
