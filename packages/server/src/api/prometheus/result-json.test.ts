import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { HttpOutput } from '../../lib/http.ts';
import { formatTimestamp, queryOutput } from './result-json.ts';

async function bodyOf({ body }: HttpOutput): Promise<string> {
  if (typeof body === 'string') return body;
  let out = '';
  for await (const piece of body as AsyncIterable<string>) out += piece;
  return out;
}

const labels = Labels.fromObject({ __name__: 'up', q: 'a"\\\u2028\n' });

describe('queryOutput', () => {
  test('writes a vector as Prometheus does', async () => {
    const samples = [
      { labels, timestampMs: 1_435_781_451_781, value: 1e-7 },
      { labels: Labels.EMPTY, timestampMs: 1_000, value: Number.NaN },
    ];
    const output = queryOutput({ type: 'vector', samples }, undefined, { warnings: ['w'], infos: [] });
    expect(await bodyOf(output)).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","q":"a\\"\\\\\u2028\\n"},' +
        '"value":[1435781451.781,"1e-07"]},{"metric":{},"value":[1,"NaN"]}]},"warnings":["w"]}',
    );
  });

  test('writes scalars, strings and stats', async () => {
    expect(
      await bodyOf(queryOutput({ type: 'scalar', timestampMs: 5, value: Number.POSITIVE_INFINITY }, { a: 1 }, {})),
    ).toBe('{"status":"success","data":{"resultType":"scalar","result":[0.005,"+Inf"],"stats":{"a":1}}}');
    expect(await bodyOf(queryOutput({ type: 'string', timestampMs: 0, value: '"' }, undefined, {}))).toBe(
      '{"status":"success","data":{"resultType":"string","result":[0,"\\""]}}',
    );
  });

  test('streams a large matrix in pieces that make up valid JSON', async () => {
    const timestamps = Float64Array.from({ length: 1_000 }, (_, i) => i * 15_000 + 1);
    const values = Float64Array.from({ length: 1_000 }, (_, i) => i / 3);
    const series = Array.from({ length: 50 }, (_, i) => ({ labels: labels.with('i', String(i)), timestamps, values }));
    const output = queryOutput({ type: 'matrix', series }, undefined, {});
    expect(typeof output.body).toBe('object');
    const answer = JSON.parse(await bodyOf(output)) as { data: { result: { values: [number, string][] }[] } };
    expect(answer.data.result).toHaveLength(50);
    expect(answer.data.result[49]?.values[999]).toEqual([14_985.001, String(999 / 3)]);
  });

  test('writes an empty matrix', async () => {
    const output = queryOutput({ type: 'matrix', series: [] }, undefined, {});
    expect(await bodyOf(output)).toBe('{"status":"success","data":{"resultType":"matrix","result":[]}}');
  });
});

test.each([
  [0, '0'],
  [1, '0.001'],
  [-1_500, '-1.500'],
  [1_435_781_430_050, '1435781430.050'],
])('formatTimestamp(%i) is %s', (ms, text) => {
  expect(formatTimestamp(ms)).toBe(text);
});
